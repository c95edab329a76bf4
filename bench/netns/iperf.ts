/**
 * iperf3 between two real kernels (User-Mode Linux guests, netns-scripts/) with ESP in tunnel mode: without a
 * relay in the path, and through each relay. The edge that a substituted SPI needs is nftables in every case,
 * so that only the relay differs. The guests' encryption is the limit; a relay shows by how much it lowers it.
 */
import { join } from 'node:path';
import { type Column, formatRatio, formatTable, median } from '../report.js';
import { type Case, OURS } from './cases.js';
import { makeDirectory, onCleanUp, ROOT, run } from './shell.js';
import type { Sa } from './topology.js';

const DIRECT = 'direct, no relay';
const SERVED_BY_SECOND = '10.2.0.1';
const DIRECTIONS = ['first → second', 'second → first'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** The SAs of netns-scripts/topology/ipsec.sh, as the relay sees them. */
const SAS: readonly Sa[] = [
  { peer: '198.18.1.1', dst: '198.18.9.9', spi: 0xaaaa0001, to: '198.18.2.2', toSpi: 0x22220001 },
  { peer: '198.18.2.2', dst: '198.18.9.9', spi: 0x11110001, to: '198.18.1.1', toSpi: 0xbbbb0001 },
];
/** The edge's substitutions: SOURCE DESTINATION SPI TO-SPI. */
const EDGE = `198.18.1.1 198.18.9.9 0x22220001 0xaaaa0001
198.18.9.9 198.18.1.1 0xbbbb0001 0x11110001
`;

export interface IperfResult {
  readonly case: string;
  readonly direction: Direction;
  /** TCP payload that arrived, bits per second: one value a round, and their median. */
  readonly rounds: readonly number[];
  readonly bitsPerSecond: number;
}

/** The topology of netns-scripts/, raised under a prefix of its own; removed at exit. */
class Guests {
  readonly relay: string;
  readonly edge: string;
  readonly #settings: string[];

  constructor() {
    const prefix = `b${process.pid}-`;
    this.relay = `${prefix}relay`;
    this.edge = `${prefix}first-net`;
    this.#settings = [`NETNS_PREFIX=${prefix}`, `IPSEC_RELAY_RUN=${makeDirectory().path}`, 'QUIET=1'];
    onCleanUp(() => this.script('down.sh'));
    this.script('up.sh');
    this.script('guest.sh', ['second', 'iperf3 -s -D >/dev/null 2>&1']);
  }

  /** Runs one of netns-scripts/ with this topology's settings. */
  script(name: string, words: readonly string[] = [], input?: string): string {
    return run('env', [...this.#settings, join(ROOT, 'netns-scripts/topology', name), ...words], input);
  }

  iperf(direction: Direction, seconds: number): number {
    const reverse = direction === DIRECTIONS[1] ? ' -R' : '';
    // The first second is TCP's slow start.
    const command = `iperf3 -J -O 1 -t ${seconds}${reverse} -B 10.1.0.1 -c ${SERVED_BY_SECOND}`;
    const report = JSON.parse(this.script('guest.sh', ['first', command])) as {
      end: { sum_received: { bits_per_second: number } };
    };
    return report.end.sum_received.bits_per_second;
  }
}

/** @param cases those that substitute are measured; in front of them the path without a relay */
export async function measureIperf(
  cases: readonly Case[],
  rounds: number,
  seconds: number,
  progress: (what: string) => void,
): Promise<IperfResult[]> {
  progress('iperf3: starting two guests');
  const guests = new Guests();
  const relays = cases.filter(({ expectation }) => expectation === 'substituted');
  const measured = new Map<string, number[]>();
  const measureBoth = (name: string): void => {
    for (const direction of DIRECTIONS) {
      const key = `${name}/${direction}`;
      measured.set(key, [...(measured.get(key) ?? []), guests.iperf(direction, seconds)]);
    }
  };
  for (let round = 1; round <= rounds; round++) {
    progress(`iperf3, round ${round} of ${rounds}: ${DIRECT}`);
    guests.script('ipsec.sh', ['direct']);
    measureBoth(DIRECT);
    guests.script('ipsec.sh', ['relay']);
    guests.script('nft-relay.sh', ['edge', guests.edge], EDGE);
    for (const relay of relays) {
      progress(`iperf3, round ${round} of ${rounds}: ${relay.name}`);
      const running = await relay.start(guests.relay, SAS, undefined, 'esp');
      try {
        measureBoth(relay.name);
      } finally {
        await running.stop();
      }
    }
    guests.script('nft-relay.sh', ['remove', guests.edge]);
  }
  return DIRECTIONS.flatMap((direction) =>
    [DIRECT, ...relays.map(({ name }) => name)].map((name) => {
      const values = measured.get(`${name}/${direction}`)!;
      return { case: name, direction, rounds: values, bitsPerSecond: median(values) };
    }),
  );
}

export function iperfTable(results: readonly IperfResult[]): string {
  const peers = [...new Set(results.map((result) => result.case))].filter((name) => name !== OURS);
  const columns: Column[] = [
    { title: 'iperf3 TCP in ESP', align: 'left' },
    { title: 'case', align: 'left' },
    { title: 'Mb/s', align: 'right' },
    ...peers.map((name): Column => ({ title: `/${name.split(/\W/)[0]}`, align: 'right' })),
  ];
  const rows = results.map((result) => [
    result.direction,
    result.case,
    (result.bitsPerSecond / 1e6).toFixed(0),
    ...peers.map((name) => {
      const peer = results.find((other) => other.case === name && other.direction === result.direction);
      return formatRatio(result.bitsPerSecond, peer?.bitsPerSecond);
    }),
  ]);
  return formatTable(columns, rows);
}
