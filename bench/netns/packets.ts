/** Packets per second of every case, by size and number of SAs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Column, formatTable, median } from '../report.js';
import { C_PEER, type Case, OURS, saFile } from './cases.js';
import { makeDirectory } from './shell.js';
import { type Form, makeSas, RELAY_CPU, Topology } from './topology.js';
import { isCalm, measure, type Pace, type Slice, verify } from './traffic.js';

/** Least share of the C program's packets per second that ipsec-relayd must reach, by packet size in bytes. */
const GOALS: Readonly<Record<number, number>> = { 92: 0.85, 1400: 0.9 };

export interface PacketOptions {
  readonly forms: readonly Form[];
  readonly rounds: number;
  /** No round but the first begins after so many minutes. */
  readonly minutes: number;
  readonly sliceMs: number;
  /** Slices to try for a calm one. */
  readonly attempts: number;
  readonly sizes: readonly number[];
  readonly saCounts: readonly number[];
  readonly pace: Pace;
}

/**
 * All slices of one case at one size and one number of SAs, one a round, and the medians of the calm ones (of all, if
 * none was).
 */
export interface PacketResult {
  readonly case: string;
  readonly form: Form;
  readonly size: number;
  readonly sas: number;
  readonly slices: readonly Slice[];
  readonly packetsPerSecond: number;
  readonly nanosecondsPerPacket: number;
  /** Fractions, 0–1. */
  readonly lost: number;
  readonly relayCpu: number;
  /** CPU time of the relay's process for each packet, nanoseconds; 0 when the kernel forwards by itself. */
  readonly cpuNanosecondsPerPacket: number;
  readonly calmSlices: number;
}

/** Lets the cases take turns, `rounds` times. Each turn: start, check, warm up, measure every size, stop. */
export async function measurePackets(
  cases: readonly Case[],
  options: PacketOptions,
  progress: (what: string) => void,
): Promise<PacketResult[]> {
  const topology = new Topology();
  const slices = new Map<string, Slice[]>();
  const end = Date.now() + options.minutes * 60_000;
  for (let round = 1; round <= options.rounds && (round === 1 || Date.now() < end); round++) {
    for (const form of options.forms) {
      for (const sas of options.saCounts) {
        for (const what of casesOf(cases, form)) {
          progress(`packets, round ${round} of ${options.rounds}: ${what.name}, ${form}, ${sas} SAs`);
          for (const [size, slice] of await takeTurn(topology, what, form, sas, options)) {
            const key = resultKey(what.name, form, size, sas);
            slices.set(key, [...(slices.get(key) ?? []), slice]);
          }
        }
      }
    }
  }
  return options.forms.flatMap((form) =>
    options.sizes.flatMap((size) =>
      options.saCounts.flatMap((sas) =>
        casesOf(cases, form).map(({ name }) =>
          summarise({ case: name, form, size, sas }, slices.get(resultKey(name, form, size, sas))!),
        ),
      ),
    ),
  );
}

function casesOf(cases: readonly Case[], form: Form): readonly Case[] {
  return cases.filter(({ forms }) => forms.includes(form));
}

function resultKey(name: string, form: Form, size: number, sas: number): string {
  return `${name}/${form}/${size}/${sas}`;
}

async function takeTurn(
  topology: Topology,
  what: Case,
  form: Form,
  saCount: number,
  options: PacketOptions,
): Promise<Map<number, Slice>> {
  const sas = makeSas(saCount, form);
  const directory = makeDirectory();
  const file = join(directory.path, 'sas');
  writeFileSync(file, saFile(sas));
  const running = await what.start(topology.relay, sas, RELAY_CPU, form);
  const slices = new Map<number, Slice>();
  try {
    await verify(topology, what, form, file, sas);
    topology.countCheaply(what.expectation, form);
    for (const size of options.sizes) {
      const load = { form, size, milliseconds: options.sliceMs, pace: options.pace };
      await measure(topology, running, file, load, 1); // Warms up: caches, compiled code.
      slices.set(size, await measure(topology, running, file, load, options.attempts));
    }
  } finally {
    await running.stop();
    directory.remove();
  }
  return slices;
}

function summarise(
  of: Pick<PacketResult, 'case' | 'form' | 'size' | 'sas'>,
  slices: readonly Slice[],
): PacketResult {
  const calm = slices.filter(isCalm);
  const middle = (value: (slice: Slice) => number): number =>
    median((calm.length > 0 ? calm : slices).map(value));
  const packetsPerSecond = middle(speedOf);
  return {
    ...of,
    slices,
    packetsPerSecond,
    nanosecondsPerPacket: 1e9 / packetsPerSecond,
    lost: middle((slice) => Math.max(0, 1 - slice.received / slice.sent)),
    relayCpu: middle((slice) => slice.relayCpu),
    cpuNanosecondsPerPacket: middle((slice) => (slice.relayCpu * slice.seconds * 1e9) / slice.received),
    calmSlices: calm.length,
  };
}

/** Packets a second. */
function speedOf(slice: Slice): number {
  return slice.received / slice.seconds;
}

/**
 * The speed as a share of a peer's: the median over the rounds of the ratio within a round, of those in which both
 * were calm (of all, if none was).
 */
function shareOf(result: PacketResult, peer: PacketResult): number {
  const rounds = result.slices.map((slice, round) => [slice, peer.slices[round]!] as const);
  const calm = rounds.filter(([ours, theirs]) => isCalm(ours) && isCalm(theirs));
  return median((calm.length > 0 ? calm : rounds).map(([ours, theirs]) => speedOf(ours) / speedOf(theirs)));
}

/** The result of another case at the same size and number of SAs. */
function peerOf(
  results: readonly PacketResult[],
  result: PacketResult,
  peer: string,
): PacketResult | undefined {
  return results.find(
    (other) =>
      other.case === peer &&
      other.form === result.form &&
      other.size === result.size &&
      other.sas === result.sas,
  );
}

/** Speeds, and shares of each peer's speed in the same rounds. */
export function packetTable(results: readonly PacketResult[]): string {
  const peers = [...new Set(results.map((result) => result.case))].filter((name) => name !== OURS);
  const columns: Column[] = [
    { title: 'form', align: 'left' },
    { title: 'bytes', align: 'right' },
    { title: 'SAs', align: 'right' },
    { title: 'case', align: 'left' },
    { title: 'kpps', align: 'right' },
    { title: 'ns/packet', align: 'right' },
    ...peers.map((peer): Column => ({ title: `/${peer.split(' ')[0]}`, align: 'right' })),
    { title: 'lost', align: 'right' },
    { title: 'CPU', align: 'right' },
    { title: 'CPU ns/packet', align: 'right' },
    { title: 'calm', align: 'right' },
  ];
  const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)}%`;
  const rows = results.map((result) => [
    result.form,
    String(result.size),
    String(result.sas),
    result.case,
    (result.packetsPerSecond / 1000).toFixed(1),
    result.nanosecondsPerPacket.toFixed(0),
    ...peers.map((name) => {
      const peer = peerOf(results, result, name);
      return peer === undefined ? '-' : shareOf(result, peer).toFixed(2);
    }),
    percent(result.lost),
    result.relayCpu === 0 ? '-' : percent(result.relayCpu),
    result.relayCpu === 0 ? '-' : result.cpuNanosecondsPerPacket.toFixed(0),
    `${result.calmSlices}/${result.slices.length}`,
  ]);
  return formatTable(columns, rows);
}

/** A line for each goal that the results can judge. */
export function goalLines(results: readonly PacketResult[]): string[] {
  return results.flatMap((result) => {
    const goal = GOALS[result.size];
    const peer = peerOf(results, result, C_PEER);
    if (result.case !== OURS || goal === undefined || peer === undefined) return [];
    const ratio = shareOf(result, peer);
    const outcome = ratio >= goal ? 'reached' : 'MISSED';
    const doubt =
      result.calmSlices === 0 || peer.calmSlices === 0 ? ' (no calm slice: other programs disturbed it)' : '';
    return [
      `${result.form}, ${result.size} bytes, ${result.sas} SAs: ${ratio.toFixed(3)} of C; goal ${goal} ${outcome}${doubt}`,
    ];
  });
}
