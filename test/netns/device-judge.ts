/** Holds a recording of the relay's device against the model: the packets that came, and those that the relay wrote. */
import assert from 'node:assert/strict';
import { addressBytes, hex } from '../model/bytes.js';
import { type Expected, expectedOf, judge } from '../model/judge.js';
import { type Fate, RelayModel } from '../model/relay.js';
import type { SadModel } from '../model/sad.js';
import { RELAY, RELAY6 } from './topology.js';

/** Through a TUN device the kernel takes one hop on each side of the relay. */
const KERNEL_HOPS = 2;
/** Packets of these verdicts have a limited rate: beyond it the relay drops them. */
const LIMITED: readonly string[] = ['echo', 'icmp-forward'];

export interface Judged {
  readonly received: readonly Buffer[];
  readonly written: readonly Buffer[];
  /** Packets of each verdict that the relay must have counted; of those that wait still, none. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** How many wait still. */
  readonly waiting: number;
}

/** A packet that the relay is yet to write. */
interface Due {
  readonly expected: Expected;
  readonly verdict: string;
  /** It leaves in the place of the one that came, and so in its turn. */
  readonly inTurn: boolean;
}

/** The model beside one run of the relay, of which it must see all that comes. */
export class DeviceJudge {
  readonly #model: RelayModel;
  #arrivals = 0;

  constructor(sad: SadModel) {
    this.#model = new RelayModel({ sad, kernelHops: KERNEL_HOPS });
  }

  /**
   * @param recording the packets of both directions in their order; those from the relay are the ones that it wrote
   * @throws AssertionError about the first packet that is written and should not be, or the other way round
   */
  judge(recording: readonly Buffer[]): Judged {
    const received: Buffer[] = [];
    const written: Buffer[] = [];
    const verdicts: Record<string, number> = {};
    const waiting = new Set<number>();
    const due: Due[] = [];
    for (const packet of recording) {
      if (isFromRelay(packet)) {
        written.push(packet);
        settle(due, packet, written.length - 1);
        continue;
      }
      received.push(packet);
      const arrival = this.#arrivals++;
      waiting.add(arrival);
      for (const [number, fate] of this.#model.receive(arrival, packet)) {
        waiting.delete(number);
        verdicts[fate.verdict] = (verdicts[fate.verdict] ?? 0) + 1;
        due.push(...dueOf(fate, number === arrival));
      }
    }
    for (const { expected, verdict } of due) {
      // The model knows no rates, and the relay counts the packets beyond them.
      if (!LIMITED.includes(verdict)) judge(expected, new Uint8Array(0), about('never', due.length));
      verdicts[verdict]!--;
      verdicts['rate-limit'] = (verdicts['rate-limit'] ?? 0) + 1;
    }
    const occurred = Object.entries(verdicts).filter(([, packets]) => packets > 0);
    return { received, written, verdicts: Object.fromEntries(occurred), waiting: waiting.size };
  }
}

/** The relay writes nothing to itself: a packet that claims so was forged. */
function isFromRelay(packet: Buffer): boolean {
  const [first, length, relay] =
    packet[0]! >> 4 === 4 ? ([12, 4, RELAY_BYTES] as const) : ([8, 16, RELAY6_BYTES] as const);
  const isRelayAt = (at: number) => packet.subarray(at, at + length).equals(relay);
  return isRelayAt(first) && !isRelayAt(first + length);
}

const RELAY_BYTES = Buffer.from(addressBytes(RELAY));
const RELAY6_BYTES = Buffer.from(addressBytes(RELAY6));

function dueOf(fate: Fate, hasJustCome: boolean): Due[] {
  return expectedOf(fate).map((expected, i) => ({
    expected,
    verdict: fate.verdict,
    inTurn: hasJustCome && !fate.isAssembled && i === 0 && !('why' in expected),
  }));
}

/** Removes a packet that the relay wrote from those that are due. */
function settle(due: Due[], packet: Buffer, number: number): void {
  const constraints = about(`packet ${number}`, due.length);
  const match = due.findIndex(({ expected }) => accepts(expected, packet));
  if (match < 0) {
    assert.ok(due.length > 0, `written beside what was expected: ${hex(packet)}, ${constraints.about}`);
    judge(due[0]!.expected, packet, constraints);
  }
  const [{ inTurn }] = due.slice(match) as [Due];
  const overtaken = due.slice(0, match).filter((one) => one.inTurn && !LIMITED.includes(one.verdict));
  assert.ok(!inTurn || overtaken.length === 0, `out of turn: ${hex(packet)}, ${constraints.about}`);
  due.splice(match, 1);
}

function about(what: string, due: number) {
  return { about: `${what} written; ${due} due`, kernelHops: KERNEL_HOPS };
}

function accepts(expected: Expected, packet: Buffer): boolean {
  try {
    judge(expected, packet, about('', 0));
    return true;
  } catch {
    return false;
  }
}
