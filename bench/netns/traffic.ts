/** Sends traffic through a running case and counts the packets that arrive. */
import { join } from 'node:path';
import type { Case, Running } from './cases.js';
import { readUsage, usageBetween } from './schedstat.js';
import { Background, inNamespace, PEERS, sleep } from './shell.js';
import { addressesOf, type Form, GENERATOR_CPU, isUdp, type Sa, type Topology } from './topology.js';

/** How fast to send: at most so many packets on the way (closed loop), so many a second, or all one can. */
export type Pace = { readonly window: number } | { readonly rate: number } | 'flood';

export interface Load {
  readonly form: Form;
  /** Bytes of the whole IP packet, 36–1500. */
  readonly size: number;
  readonly milliseconds: number;
  readonly pace: Pace;
}

/** One measured slice. */
export interface Slice {
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
  /** CPU time of the relay's process as a fraction of `seconds`. */
  readonly relayCpu: number;
  /** The greater fraction of `seconds` for which other programs kept generator or relay from its CPU. */
  readonly disturbed: number;
  /** Seconds: the longest time for which nothing arrived though packets were on the way; 0 without a window. */
  readonly stalled: number;
}

/** The document that esp-generator prints. */
interface Sent {
  readonly sent: number;
  readonly seconds: number;
  readonly waited: number;
  readonly stalled: number;
}

/** A slice is calm when others took no more than this fraction of it. */
const CALM = 0.03;

export function isCalm(slice: Slice): boolean {
  return slice.disturbed <= CALM;
}

/** The sink's counter has settled when it rested for so long. */
const SETTLE_MS = 500;

async function generate(topology: Topology, saFile: string, load: Load): Promise<Sent> {
  const command = [
    join(PEERS, 'esp-generator'),
    ...['--interface', 'g0', '--netns', topology.generator, '--next-hop', topology.nextHop],
    ...[
      '--source',
      addressesOf(load.form).first,
      '--sas',
      saFile,
      '--cpu',
      String(GENERATOR_CPU),
      '--random',
    ],
    ...(isUdp(load.form) ? ['--udp'] : []),
    ...['--size', String(load.size), '--milliseconds', String(load.milliseconds)],
    ...paceWords(load.pace),
  ];
  const program = new Background('esp-generator', inNamespace(topology.sink, GENERATOR_CPU, command));
  const output = await program.finish(load.milliseconds + 10_000);
  return JSON.parse(output) as Sent;
}

function paceWords(pace: Pace): string[] {
  if (pace === 'flood') return [];
  return 'window' in pace ? ['--window', String(pace.window), '--sink', 's0'] : ['--rate', String(pace.rate)];
}

/** Waits until the sink's counter reaches `sent` or rests. @returns by how much it grew since `before` */
async function settle(
  topology: Topology,
  how: 'cheaply' | 'strictly',
  before: number,
  sent: number,
): Promise<number> {
  let received = topology.received(how) - before;
  for (let changed = Date.now(); received < sent && Date.now() - changed < SETTLE_MS; ) {
    await sleep(20);
    const now = topology.received(how) - before;
    if (now !== received) changed = Date.now();
    received = now;
  }
  return received;
}

/**
 * Sends some packets slowly and demands that each arrives with the right addresses, SPI and checksum.
 * @throws Error naming the case when one does not
 */
export async function verify(
  topology: Topology,
  what: Case,
  form: Form,
  saFile: string,
  sas: readonly Sa[],
): Promise<void> {
  topology.countStrictly(what.expectation, form, sas);
  const before = topology.received('strictly');
  const wrongBefore = topology.received('wrong');
  const { sent } = await generate(topology, saFile, {
    form,
    size: 92,
    milliseconds: 300,
    pace: { window: 32 },
  });
  const received = await settle(topology, 'strictly', before, sent);
  if (received !== sent) {
    const wrong = topology.received('wrong') - wrongBefore;
    throw new Error(`${what.name}: of ${sent} packets ${received} arrived as expected, ${wrong} otherwise`);
  }
}

async function measureOnce(topology: Topology, running: Running, saFile: string, load: Load): Promise<Slice> {
  const receivedBefore = topology.received('cheaply');
  const before = readUsage(running.pid);
  const { sent, seconds, waited, stalled } = await generate(topology, saFile, load);
  const usage = usageBetween(before, readUsage(running.pid));
  const received = await settle(topology, 'cheaply', receivedBefore, sent);
  const nanoseconds = seconds * 1e9;
  return {
    sent,
    received,
    seconds,
    relayCpu: usage.relay / nanoseconds,
    disturbed: Math.max(usage.disturbed, waited) / nanoseconds,
    stalled: stalled / 1e9,
  };
}

/** Measures slices until one is calm, at most `attempts`. @returns the calmest, whatever its speed */
export async function measure(
  topology: Topology,
  running: Running,
  saFile: string,
  load: Load,
  attempts: number,
): Promise<Slice> {
  let calmest = await measureOnce(topology, running, saFile, load);
  for (let attempt = 1; attempt < attempts && !isCalm(calmest); attempt++) {
    const slice = await measureOnce(topology, running, saFile, load);
    if (slice.disturbed < calmest.disturbed) calmest = slice;
  }
  return calmest;
}
