/** The fast path beside the model: the same packets, one after the other, must come to the same. */
import assert from 'node:assert/strict';
import type { SaDefinition } from '../../src/table/definition.js';
import { hex } from './bytes.js';
import { type Expected, expectedOf, identificationOf, judge } from './judge.js';
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

/** The comparison with such options that there is already, since making one takes longer than using it. */
export class Comparisons {
  readonly #made = new Map<string, Comparison>();
  readonly #common: ComparisonOptions;

  constructor(common: ComparisonOptions) {
    this.#common = common;
  }

  with(options: Partial<ComparisonOptions>): Comparison {
    const key = JSON.stringify(options);
    const made = this.#made.get(key) ?? new Comparison({ ...this.#common, ...options });
    this.#made.set(key, made);
    return made;
  }
}

export class Comparison {
  readonly rig: Rig;
  readonly model: RelayModel;
  /** Packets of each verdict in the last {@link send}. */
  readonly tally = new Map<string, number>();
  /** Latest ID that was chosen anew between two addresses. */
  readonly #identifications = new Map<string, number>();
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

  /**
   * May be called again and again; waiting packets go on waiting.
   * @throws AssertionError that tells the packets
   */
  send(packets: readonly Uint8Array[]): void {
    const before = this.rig.counted();
    this.tally.clear();
    for (let from = 0; from < packets.length; from += this.#batch) {
      this.#sendBatch(packets.slice(from, from + this.#batch));
    }
    const counted = Object.entries(this.rig.counted()).map(
      ([verdict, [count]]) => [verdict, count - (before[verdict]?.[0] ?? 0)] as const,
    );
    assert.deepEqual(
      Object.fromEntries(counted.filter(([, count]) => count > 0)),
      Object.fromEntries(this.tally),
    );
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
      received.map((_, i) => verdictOf(expected.get(first + i))),
      about,
    );
    this.#judgeAll(
      [...expected.values()],
      [...outcomes.flatMap(({ packet }) => packet ?? []), ...originated],
      about,
    );
  }

  /** Each packet expected must be among those that left; they leave in whatever order. */
  #judgeAll(fates: readonly Fate[], packets: readonly Uint8Array[], about: string): void {
    const constraints = { about, kernelHops: this.#kernelHops };
    const left = [...packets];
    const chosen = new Set<number>();
    let between = '';
    for (const expected of fates.flatMap(expectedOf)) {
      const match = left.findIndex((packet) => accepts(expected, packet, constraints));
      // None is: say how the likeliest differs.
      if (match < 0) judge(expected, left[0] ?? new Uint8Array(0), constraints);
      const [packet] = left.splice(match, 1);
      if (!('free' in expected) || !expected.free.has('identification')) continue;
      chosen.add(identificationOf(packet!));
      const { source, destination, protocol } = expected.ip;
      between = [source, destination, protocol].join(' ');
    }
    assert.deepEqual(left.map(hex), [], `sent beside what was expected: ${about}`);
    // All that leaves at once is of one datagram.
    if (this.#batch > 1) return;
    assert.ok(chosen.size <= 1, `one ID for all fragments of a datagram: ${about}`);
    if (fates.some(({ isWhole }) => isWhole === false)) return;
    for (const identification of chosen) {
      const latest = this.#identifications.get(between);
      assert.notEqual(identification, latest, `the ID of the datagram before: ${about}`);
      this.#identifications.set(between, identification);
    }
  }
}

/** The outcome of a received packet, in its place of the batch. */
function verdictOf(fate: Fate | undefined): string {
  return fate === undefined || fate.isAssembled ? 'held' : fate.verdict;
}

/** Sends packets through a rig. @returns the packets, and those sent beside them */
export function observe(rig: Rig, packets: readonly Uint8Array[]) {
  const before = rig.originated.length;
  const outcomes = rig.run(packets);
  return { outcomes, originated: rig.originated.slice(before) };
}

function accepts(expected: Expected, packet: Uint8Array, constraints: Parameters<typeof judge>[2]): boolean {
  try {
    judge(expected, packet, constraints);
    return true;
  } catch {
    return false;
  }
}
