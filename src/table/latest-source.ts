/**
 * Where the packets of an SA last came from, over IPv6 (an IPv4 source fits into the SA's counters): to tell
 * the sender about an error behind the relay, where the SA requires no peer. It is a hint for errors and moves
 * no binding. SAs share places when there are more than places; then the earlier one's source is forgotten.
 *
 * Workers write at the same time. The first word of a place is a sequence number, odd during a write. A writer that
 * finds it odd leaves the place alone (the next packet will do), and a reader discards values that changed under it.
 */
import {
  LATEST_ADDRESS as ADDRESS,
  LATEST_SOURCE_WORDS,
  LATEST_PORT as PORT,
  type SadMemory,
  LATEST_SEQUENCE as SEQUENCE,
  LATEST_SLOT as SLOT,
} from './layout.js';

export class LatestSources {
  readonly #words: Int32Array;
  readonly #mask: number;
  /** The result of {@link read}: four words of the address, and the UDP port. */
  readonly address = new Int32Array(4);
  port = 0;

  constructor(memory: SadMemory) {
    this.#words = memory.latestSources;
    this.#mask = memory.latestSources.length / LATEST_SOURCE_WORDS - 1;
  }

  /** @returns the number of another SA whose source a note for this one displaces; 0: none */
  sharing(slot: number): number {
    const other = this.#words[(slot & this.#mask) * LATEST_SOURCE_WORDS + SLOT]!;
    return other === slot ? 0 : other;
  }

  /** @param slot SA number @param port UDP source port; 0 without UDP @returns whether it stands there now */
  note(slot: number, s0: number, s1: number, s2: number, s3: number, port: number): boolean {
    const words = this.#words;
    const at = (slot & this.#mask) * LATEST_SOURCE_WORDS;
    if (
      words[at + SLOT] === slot &&
      words[at + ADDRESS + 3] === s3 &&
      words[at + ADDRESS + 2] === s2 &&
      words[at + ADDRESS + 1] === s1 &&
      words[at + ADDRESS] === s0 &&
      words[at + PORT] === port
    ) {
      return true;
    }
    const sequence = Atomics.load(words, at + SEQUENCE);
    if ((sequence & 1) !== 0) return false;
    if (Atomics.compareExchange(words, at + SEQUENCE, sequence, sequence | 1) !== sequence) return false;
    words[at + SLOT] = slot;
    words[at + ADDRESS] = s0;
    words[at + ADDRESS + 1] = s1;
    words[at + ADDRESS + 2] = s2;
    words[at + ADDRESS + 3] = s3;
    words[at + PORT] = port;
    Atomics.store(words, at + SEQUENCE, (sequence + 2) | 0);
    return true;
  }

  /** Reads the latest source of the SA into {@link address} and {@link port}. @returns false: none is known */
  read(slot: number): boolean {
    const words = this.#words;
    const at = (slot & this.#mask) * LATEST_SOURCE_WORDS;
    const sequence = Atomics.load(words, at + SEQUENCE);
    if ((sequence & 1) !== 0 || words[at + SLOT] !== slot) return false;
    for (let word = 0; word < 4; word++) this.address[word] = words[at + ADDRESS + word]!;
    this.port = words[at + PORT]!;
    return Atomics.load(words, at + SEQUENCE) === sequence;
  }

  /**
   * Forgets the SA that had this number before, which is about to be another's. For the control thread, when no worker
   * can note a packet of the old one any more.
   */
  forget(slot: number): void {
    Atomics.compareExchange(this.#words, (slot & this.#mask) * LATEST_SOURCE_WORDS + SLOT, slot, 0);
  }
}
