/** The fast path beside the model: the same packets, one after the other, must come to the same. */
import assert from 'node:assert/strict';
import type { SaDefinition } from '../../src/sad/definition.js';
import { hex } from './bytes.js';
import { identificationOf, judge } from './judge.js';
import { type Fate, RelayModel } from './relay.js';
import { Rig, type RigOptions } from './rig.js';
import { sadOf } from './world.js';

export interface ComparisonOptions {
  readonly sas: readonly SaDefinition[];
  readonly role?: 'relay' | 'edge';
  readonly kernelHops?: number;
  readonly udp6ZeroChecksum?: boolean;
  readonly passesOthers?: boolean;
  /** Longest packet that each SA may emit; unknown by default. */
  readonly mtu?: number;
  /** Packets per batch. With more than one, nothing may wait, be fragmented or be answered by an error. */
  readonly batch?: number;
}

/** No rate limits: the model has none. */
const ANY_RATE = 1_000_000;

export class Comparison {
  readonly rig: Rig;
  readonly model: RelayModel;
  /** Packets of each verdict. */
  readonly tally = new Map<string, number>();
  readonly #kernelHops: number;
  readonly #batch: number;
  #arrivals = 0;

  constructor(options: ComparisonOptions) {
    const { sas, role = 'relay', kernelHops = 0, udp6ZeroChecksum = false, mtu, batch = 1 } = options;
    const passesOthers = options.passesOthers ?? role === 'edge';
    this.#kernelHops = kernelHops;
    this.#batch = batch;
    this.rig = new Rig({
      sas,
      role,
      kernelHops,
      batch,
      settings: { udp6ZeroChecksum, passesOthers, icmpRate: ANY_RATE, icmpTranslateRate: ANY_RATE },
      ...(mtu !== undefined && { mtu }),
    } satisfies RigOptions);
    const mtus = mtu === undefined ? undefined : new Map(sas.map((sa) => [sa, mtu]));
    this.model = new RelayModel({
      sad: sadOf(sas),
      role,
      kernelHops,
      udp6ZeroChecksum,
      passesOthers,
      ...(mtus && { mtus }),
    });
  }

  /** @throws AssertionError that tells the packet */
  send(packets: readonly Uint8Array[]): void {
    for (let from = 0; from < packets.length; from += this.#batch) {
      this.#sendBatch(packets.slice(from, from + this.#batch));
    }
    const counted = Object.entries(this.rig.counted()).map(([verdict, [count]]) => [verdict, count]);
    assert.deepEqual(Object.fromEntries(counted), Object.fromEntries(this.tally));
  }

  #sendBatch(received: readonly Uint8Array[]): void {
    const about = received.map(hex).join('\n');
    const { outcomes, originated } = observe(this.rig, received);
    const expected = new Map<number, Fate>();
    const first = this.#arrivals;
    for (const packet of received) {
      const fates = this.model.receive(this.#arrivals++, packet);
      for (const [arrival, fate] of fates) expected.set(arrival, fate);
    }
    for (const { verdict } of expected.values()) this.tally.set(verdict, (this.tally.get(verdict) ?? 0) + 1);
    assert.deepEqual(
      outcomes.map(({ verdict }) => verdict),
      received.map((_, i) => expected.get(first + i)?.verdict ?? 'held'),
      about,
    );
    this.#judgeAll(
      [...expected.values()],
      [...outcomes.flatMap(({ packet }) => packet ?? []), ...originated],
      about,
    );
  }

  /** Each fate must find its packets among those that left; in whatever order what waited leaves. */
  #judgeAll(fates: readonly Fate[], packets: readonly Uint8Array[], about: string): void {
    const constraints = { about, kernelHops: this.#kernelHops };
    const sending = fates.filter(
      ({ sent, error, translation }) => sent.length > 0 || error !== undefined || translation !== undefined,
    );
    let left = [...packets];
    const chosen = new Set<number>();
    for (const fate of sending) {
      const count = fate.error || fate.translation ? 1 : fate.sent.length;
      const candidates = left.map((_, from) => left.slice(from, from + count));
      const match = candidates.findIndex((candidate) => accepts(fate, candidate, constraints));
      // None does: say how the likeliest differs.
      if (match < 0) judge(fate, left.slice(0, count), constraints);
      if (isFreshFragment(fate)) {
        for (const one of left.slice(match, match + count)) chosen.add(identificationOf(one));
      }
      left = [...left.slice(0, match), ...left.slice(match + count)];
    }
    assert.deepEqual(left.map(hex), [], `sent beside what was expected: ${about}`);
    // All that leaves at once is of one datagram.
    if (this.#batch === 1) assert.ok(chosen.size <= 1, `one ID for all fragments of a datagram: ${about}`);
  }
}

/** Sends packets through a rig. @returns also what it sent beside them */
export function observe(rig: Rig, packets: readonly Uint8Array[]) {
  const before = rig.originated.length;
  const outcomes = rig.run(packets);
  return { outcomes, originated: rig.originated.slice(before) };
}

function isFreshFragment({ sent }: Fate): boolean {
  return sent.length > 0 && sent.every(({ free }) => free.has('identification'));
}

function accepts(
  fate: Fate,
  packets: readonly Uint8Array[],
  constraints: Parameters<typeof judge>[2],
): boolean {
  try {
    judge(fate, packets, constraints);
    return true;
  } catch {
    return false;
  }
}
