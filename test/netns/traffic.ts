/** Traffic between two computers of the topology: ping and iperf3, and their reports. */
import { eventually } from './command.js';
import {
  FIRST_HOST,
  FIRST_INNER,
  type Guest,
  type Namespace,
  SECOND_HOST,
  SECOND_INNER,
  type Topology,
} from './topology.js';

/** A computer that sends: a served host, or a guest itself. */
export interface Computer {
  readonly address: string;
  readonly run: (command: string) => Promise<string>;
}

export function host(topology: Topology, name: 'first-host' | 'second-host'): Computer {
  return {
    address: name === 'first-host' ? FIRST_HOST : SECOND_HOST,
    run: (command) => topology.exec(name satisfies Namespace, 'sh', '-c', command),
  };
}

export function gateway(topology: Topology, name: Guest): Computer {
  return {
    address: name === 'first' ? FIRST_INNER : SECOND_INNER,
    run: (command) => topology.guest(name, command),
  };
}

/** Seconds. ping(8) waits for its last echo as long as its interval is: long enough for a machine with no time to spare. */
const PING_INTERVAL = 2;

/**
 * Several pings at once, one for each element of `options`.
 * @param count of requests of each
 * @returns how many echoes came back to each
 */
export async function pings(
  from: Computer,
  to: string,
  options: readonly string[],
  count = 2,
): Promise<number[]> {
  const commands = options.map(
    (words) => `ping -q -c ${count} -i ${PING_INTERVAL} -W 5 -I ${from.address} ${words} ${to} & `,
  );
  const output = await from.run(`${commands.join('')} wait`);
  const received = [...output.matchAll(/(\d+) received/g)].map(([, echoes]) => Number(echoes));
  if (received.length !== options.length) throw new Error(`ping did not say what it received:\n${output}`);
  return received;
}

/** @returns how many of the echo requests were answered */
export async function ping(from: Computer, to: string, requests: number): Promise<number> {
  const received = await pings(from, to, Array<string>(requests).fill(''), 1);
  return received.reduce((sum, echoes) => sum + echoes, 0);
}

interface UdpSum {
  readonly packets: number;
  readonly lost_packets: number;
}

interface IperfJson {
  readonly error?: string;
  readonly end: {
    readonly sum_received?: { readonly bits_per_second: number };
    readonly sum?: UdpSum;
    /** With --bidir, of the other direction. */
    readonly sum_bidir_reverse?: UdpSum;
  };
}

export interface IperfResult {
  readonly megabitsPerSecond: number;
  /** Of UDP, both directions. */
  readonly packets: number;
  readonly lost: number;
}

/** One run of iperf3. @param options of its client @param port another one while the server of a run that failed may be there */
export async function iperf(
  from: Computer,
  to: Computer,
  seconds: number,
  options = '',
  port = 5201,
): Promise<IperfResult> {
  const server = to.run(`timeout ${seconds + 60} iperf3 -s -1 -p ${port} -B ${to.address}`);
  server.catch(() => {});
  await eventually(
    'an iperf3 server',
    async () => (await to.run(`ss -Hltn 'sport = :${port}'`)).includes(`:${port}`),
    () => '',
    30_000,
  );
  const text = await from.run(
    `timeout ${seconds + 30} iperf3 -J -p ${port} -B ${from.address} -c ${to.address} -t ${seconds} ${options} || true`,
  );
  let result: IperfJson;
  try {
    result = JSON.parse(text) as IperfJson;
  } catch {
    throw new Error(`iperf3 did not finish:\n${text}`);
  }
  if (result.error !== undefined) throw new Error(`iperf3: ${result.error}`);
  await server;
  const { sum_received: received, sum, sum_bidir_reverse: reverse } = result.end;
  return {
    megabitsPerSecond: (received?.bits_per_second ?? 0) / 1e6,
    packets: (sum?.packets ?? 0) + (reverse?.packets ?? 0),
    lost: (sum?.lost_packets ?? 0) + (reverse?.lost_packets ?? 0),
  };
}
