/**
 * Punting, the worker's half: a packet that needs more than a worker knows (a key exchange) goes to the control thread
 * through a bounded ring in shared memory (punt-memory.ts). The control thread's half is src/daemon/punts.ts.
 *
 * To punt a packet from the general way, return the result of `offer` as the packet's verdict:
 *
 *     return punt.offer(batch, i, IKE);   // IKE: queued; PUNT_FULL: no room
 *
 * The bytes of the packet are copied, so the batch may be used again. It is counted under the reason, or under
 * `punt-full`. For verdicts that already exist no call is needed: the general way offers each packet whose verdict the
 * control thread has subscribed to (`Punts.subscribe(IKE, listener)`), and no other.
 *
 * The ring is fair between source prefixes, /24 of IPv4 and /56 of IPv6. Any prefix may hold 1/64 of the ring while there
 * is room. Beyond that, it may hold as much as remains free after an eighth of the ring has been set aside: a flood from
 * one prefix fills 7/16 of the ring, and a polite prefix finds room beside it. (That is a queue with dynamic thresholds:
 * Choudhury and Hahne, 1998.)
 */
import type { PacketBatch } from '../attachment/batch.js';
import { copyBytes } from '../wire/bytes.js';
import { ipv4Source } from '../wire/ipv4.js';
import { ipv6SourceWord } from '../wire/ipv6.js';
import { IPV4_MAPPED } from '../wire/packet.js';
import type { BatchClock } from './batch-clock.js';
import { hashWords } from './fragments/hash.js';
import {
  ASLEEP,
  AWAKE,
  E_HEAD,
  E_TAIL,
  GROUPS,
  P_ARRIVED,
  P_GROUP,
  P_HEADER,
  P_LENGTH,
  P_PIECES,
  P_REASON,
  P_SIZE,
  P_TIME,
  type PuntMemory,
  SKIPPED,
} from './punt-memory.js';
import { TokenBucket } from './token-bucket.js';
import { PEER_MISMATCH, PUNT_FULL } from './verdict.js';

/** The prefixes' bits in the last word that counts: /24 of one word, /56 of two. */
const PREFIX_MASK = ~0xff;

/** The share of the ring that any prefix may hold, 1/64, and the share set aside for such prefixes, 1/8. */
const LITTLE_SHIFT = 6;
const RESERVE_SHIFT = 3;

/**
 * Packets a second of known SPIs from elsewhere that a worker punts. A first that sends ESP alone from its new place needs some until its next
 * key exchange; an observer of an SPI on its way can send any number from any prefixes.
 */
const ELSEWHERE_RATE = 1000;

export class Punt {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #view: DataView;
  readonly #ends: Int32Array<SharedArrayBuffer>;
  readonly #held: Int32Array<SharedArrayBuffer>;
  readonly #wanted: Uint8Array<SharedArrayBuffer>;
  readonly #doorbell: Int32Array<SharedArrayBuffer>;
  readonly #k0: number;
  readonly #k1: number;
  readonly #clock: BatchClock;
  readonly #times: Float64Array<SharedArrayBuffer>;
  readonly #prefix = new Int32Array(2);
  readonly #elsewhere: TokenBucket;

  /** @param worker its number: which ring is its own @param clock says when the batch arrived */
  constructor({ rings, wanted, doorbell, hashKey }: PuntMemory, worker: number, clock: BatchClock) {
    const { words, ends, held } = rings[worker]!;
    this.#words = words;
    this.#view = new DataView(words.buffer);
    this.#times = new Float64Array(words.buffer);
    this.#ends = ends;
    this.#held = held;
    this.#wanted = wanted;
    this.#doorbell = doorbell;
    this.#k0 = hashKey[0];
    this.#k1 = hashKey[1];
    this.#clock = clock;
    this.#elsewhere = new TokenBucket(ELSEWHERE_RATE, clock.steadyMs);
  }

  /** Whether the control thread has subscribed to packets with this verdict. */
  wants(verdict: number): boolean {
    return this.#wanted[verdict] !== 0;
  }

  /**
   * Copies packet `i` of the batch into the ring and wakes the control thread.
   * @param batch the packet has a whole IP header; its `arrived` is set
   * @param reason the verdict under which the packet counts and that the control thread sees
   * @param pieces fragments in which it came
   * @returns the packet's verdict: `reason`, also of one beyond a rate, which is dropped under it; or `PUNT_FULL`
   */
  offer(batch: PacketBatch, i: number, reason: number, pieces = 1): number {
    if (reason === PEER_MISMATCH && !this.#elsewhere.take(this.#clock.steadyMs)) return reason;
    const words = this.#words;
    const ends = this.#ends;
    const start = batch.offset[i]!;
    const length = batch.length[i]!;
    const size = P_HEADER + (((length + 7) >>> 3) << 1);
    const head = ends[E_HEAD]!;
    let at = head & (words.length - 1);
    const rest = words.length - at;
    const skipped = size > rest ? rest : 0;
    const free = words.length - ((head - Atomics.load(ends, E_TAIL)) | 0) - skipped;
    const group = this.#groupOf(batch.view, start);
    const held = Atomics.load(this.#held, group) + size;
    if (size > free) return PUNT_FULL;
    if (held > words.length >>> LITTLE_SHIFT && held > free - (words.length >>> RESERVE_SHIFT))
      return PUNT_FULL;
    if (skipped !== 0) {
      words[at + P_SIZE] = skipped;
      words[at + P_LENGTH] = SKIPPED;
      at = 0;
    }
    words[at + P_SIZE] = size;
    words[at + P_LENGTH] = length;
    words[at + P_REASON] = reason;
    words[at + P_GROUP] = group;
    words[at + P_PIECES] = pieces;
    words[at + P_ARRIVED] = batch.arrived[i]!;
    this.#times[(at + P_TIME) >>> 1] = this.#clock.unixMs;
    copyBytes(batch.view, start, this.#view, (at + P_HEADER) * 4, length);
    Atomics.add(this.#held, group, size);
    Atomics.store(ends, E_HEAD, (head + skipped + size) | 0);
    this.#ring();
    return reason;
  }

  /** The control thread looks once more after it has put itself to sleep, so no packet waits unseen. */
  #ring(): void {
    const doorbell = this.#doorbell;
    if (Atomics.load(doorbell, 0) === AWAKE) return;
    if (Atomics.exchange(doorbell, 0, AWAKE) === ASLEEP) Atomics.notify(doorbell, 0, 1);
  }

  #groupOf(view: DataView, ip: number): number {
    const prefix = this.#prefix;
    if (view.getUint8(ip) >>> 4 === 6) {
      prefix[0] = ipv6SourceWord(view, ip, 0);
      prefix[1] = ipv6SourceWord(view, ip, 1) & PREFIX_MASK;
    } else {
      prefix[0] = IPV4_MAPPED;
      prefix[1] = ipv4Source(view, ip) & PREFIX_MASK;
    }
    return hashWords(prefix, this.#k0, this.#k1) & (GROUPS - 1);
  }
}
