/** Scenarios: packets that come, the packets that leave for each, and its verdict; and the code that runs them. */
import assert from 'node:assert/strict';
import type { Verdict } from '../../src/relay/verdict.js';
import { COUNTER_PACKETS, COUNTER_STRIDE } from '../../src/table/layout.js';
import { bytes16, bytes32, hex, internetChecksum, word16, word32 } from '../model/bytes.js';
import { encode, type Ip } from '../model/ip.js';
import { DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ROUTING } from '../model/ipv6.js';
import { Rig, type RigOptions } from '../model/rig.js';

/*
 * Values in expected packets that stand for the relay's choices. All packets of a scenario that have one of them
 * must have the same value there.
 */
/** IPv4 identification. */
export const ANY_ID = 0xf4ee;
/** The same of another datagram. */
export const OTHER_ID = 0xf4ef;
/** Identification of an IPv6 fragment header. */
export const ANY_ID6 = 0xf4eef4ee;
/** Flow label. */
export const ANY_LABEL = 0xf4eef;

export type PacketOrBytes = Ip | Uint8Array;

export interface Step {
  /** Milliseconds that pass first; timeouts are looked at then. */
  readonly after?: number;
  /** Undefined: only time passes. */
  readonly received?: PacketOrBytes;
  /** `held`: it waits for other fragments, or had to. */
  readonly verdict?: Verdict | 'held';
  /** The packet sent in its place. Undefined: none. */
  readonly sent?: PacketOrBytes | undefined;
  /** The packets sent beside, in this order: ICMP errors, further fragments, and packets that had waited. */
  readonly beside?: readonly PacketOrBytes[];
}

export interface Scenario extends RigOptions {
  readonly description: string;
  readonly steps: readonly Step[];
  /** Packets by verdict at the end; by default as the steps say. */
  readonly counted?: Partial<Record<Verdict, number>>;
  /** Egress MTU that the first SA has at the end. */
  readonly learned?: number;
  /** Packets that each SA has counted at the end. */
  readonly saPackets?: readonly number[];
}

export const forward = (received: PacketOrBytes, sent: PacketOrBytes, ...beside: PacketOrBytes[]): Step => ({
  received,
  verdict: 'forward',
  sent,
  beside,
});
export const drop = (verdict: Verdict, received: PacketOrBytes, ...beside: PacketOrBytes[]): Step => ({
  received,
  verdict,
  beside,
});
export const hold = (received: PacketOrBytes, ...beside: PacketOrBytes[]): Step => ({
  received,
  verdict: 'held',
  beside,
});

/** All verdicts that the scenarios show. */
export function verdictsOf(scenarios: readonly Scenario[]): Set<string> {
  return new Set(scenarios.flatMap((scenario) => Object.keys(countedBy(scenario))));
}

export function runScenarios(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) {
    const words = new Set(scenario.steps.flatMap(({ verdict }) => verdict ?? []));
    it(`${[...words].join(', ')}: ${scenario.description}`, () => play(scenario));
  }
}

function play(scenario: Scenario): void {
  const rig = new Rig(scenario);
  const chosen = new Map<number, number>();
  let nowMs = 1;
  scenario.steps.forEach(({ after = 0, received, verdict, sent, beside = [] }, i) => {
    nowMs += after;
    rig.nowMs = nowMs;
    if (after > 0) rig.pipeline.expire();
    const [outcome] = received === undefined ? [] : rig.run([toBytes(received)], nowMs);
    assert.equal(outcome?.verdict, verdict, `step ${i}`);
    const found = [outcome?.packet, ...rig.originated.splice(0)].map((packet) => packet && hex(packet));
    const expected = [sent, ...beside].map((packet, at) => {
      if (packet === undefined) return undefined;
      return hex(settle([...toBytes(packet)], Buffer.from(found[at] ?? '', 'hex'), chosen));
    });
    assert.deepEqual(found, expected, `step ${i}`);
  });
  const counted = Object.entries(rig.counted()).map(([verdict, [packets]]) => [verdict, packets] as const);
  assert.deepEqual(Object.fromEntries(counted), countedBy(scenario));
  if (scenario.learned !== undefined) assert.equal(rig.writer.egressMtu(1), scenario.learned);
  if (scenario.saPackets !== undefined) {
    const [counters] = rig.memory.counters;
    const packets = scenario.saPackets.map((_, sa) => counters![sa * COUNTER_STRIDE + COUNTER_PACKETS]);
    assert.deepEqual(packets, scenario.saPackets);
  }
}

function countedBy({ counted, steps }: Scenario): Partial<Record<string, number>> {
  if (counted !== undefined) return counted;
  const sum: Record<string, number> = {};
  for (const { verdict } of steps) {
    if (verdict !== undefined && verdict !== 'held') sum[verdict] = (sum[verdict] ?? 0) + 1;
  }
  return sum;
}

export function toBytes(packet: PacketOrBytes): Uint8Array {
  return packet instanceof Uint8Array ? packet : encode(packet);
}

/** Puts in the relay's choice: the first time from the packet, then the same again. */
function settle(expected: number[], found: Uint8Array, chosen: Map<number, number>): number[] {
  const choose = (marker: number, actual: number) => {
    if (!chosen.has(marker)) chosen.set(marker, actual);
    return chosen.get(marker)!;
  };
  const put = (at: number, bytes: readonly number[]) => expected.splice(at, bytes.length, ...bytes);
  if (found.length < 20) return expected;
  if (expected[0]! >> 4 === 4) {
    const id = word16(expected, 4);
    if (id !== ANY_ID && id !== OTHER_ID) return expected;
    put(4, bytes16(choose(id, word16(found, 4))));
    put(10, [0, 0]);
    put(10, bytes16(internetChecksum(expected.slice(0, (expected[0]! % 16) * 4))));
    return expected;
  }
  const first = word32(expected, 0);
  if (first % 2 ** 20 === ANY_LABEL) {
    const label = choose(ANY_LABEL, word32(found, 0) % 2 ** 20);
    put(0, bytes32(first - ANY_LABEL + label));
  }
  const header = fragmentHeaderAt(expected);
  if (header !== undefined && word32(expected, header + 4) === ANY_ID6 && found.length >= header + 8) {
    put(header + 4, bytes32(choose(ANY_ID6, word32(found, header + 4))));
  }
  return expected;
}

function fragmentHeaderAt(packet: readonly number[]): number | undefined {
  let next = packet[6]!;
  let at = 40;
  while ([HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS].includes(next)) {
    next = packet[at]!;
    at += 8 * (packet[at + 1]! + 1);
  }
  return next === FRAGMENT ? at : undefined;
}
