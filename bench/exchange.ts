/**
 * `make bench`, key exchanges: IKE messages a second through one relay over TUN, beside the same through nftables, which
 * translates addresses and ports and follows flows (DNAT and SNAT). Both load programs (bench/peers/ike-load.c) share one CPU, and the
 * relay or nftables has the other to itself; the cases take turns.
 *
 *   generator (CPU 0)             relay (CPU 1)                sink (CPU 0)
 *  ┌────────────────┐   veth   ┌─────────────────┐   veth   ┌──────────────┐
 *  │ firsts         ├──────────┤ r0           r1 ├──────────┤ s0, a second │
 *  └────────────────┘          └─────────────────┘          └──────────────┘
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ControlClient } from '../src/control/client.js';
import {
  Background,
  cleanUpAtExit,
  inNamespace,
  ip,
  makeDirectory,
  onCleanUp,
  PEERS,
  ROOT,
  run,
  sleep,
} from './netns/shell.js';
import { type Column, formatRatio, formatTable, median, writeResults } from './report.js';

const RELAY = '198.18.9.9';
const SECOND = '198.18.2.2';
/** Each first has one of these addresses. */
const FIRSTS = '10.77.0.0';
const LOAD_CPU = 0;
const RELAY_CPU = 1;
/** Requests under way where no rate is given, which finds the highest speed without loss. */
const WINDOW = 128;
/** Messages a second that one relay is to carry, requests and responses. */
const GOAL = 20_000;
/** Milliseconds that the control socket may take for the status meanwhile. */
const STATUS_GOAL_MS = 1000;
const STATUS_EVERY_MS = 50;
const START_MS = 20_000;

const CASES = ['nftables', 'ipsec-relayd'] as const;
type Case = (typeof CASES)[number];

/** The document that ike-load prints. */
interface Load {
  readonly setupSeconds: number;
  readonly repeated: number;
  readonly asked: number;
  readonly answered: number;
  readonly lost: number;
  readonly seconds: number;
  readonly medianUs: number;
  readonly p99Us: number;
}

interface Round {
  readonly case: Case;
  readonly connections: number;
  /** At most {@link WINDOW} requests under way. */
  readonly most: Load;
  /** {@link GOAL} messages a second. */
  readonly steady: Load;
  /** Milliseconds that each status took meanwhile; empty where there is no daemon. */
  readonly statusMs: readonly number[];
}

/** A case that is up. */
interface Running {
  readonly socket: string | undefined;
  stop(): Promise<void>;
}

class Bench {
  readonly #namespaces: Readonly<Record<'generator' | 'relay' | 'sink', string>>;

  constructor() {
    const name = (role: string) => `ipr-bench-${process.pid}-${role}`;
    this.#namespaces = { generator: name('generator'), relay: name('relay'), sink: name('sink') };
    const { generator, relay, sink } = this.#namespaces;
    for (const namespace of [generator, relay, sink]) {
      ip(`netns add ${namespace}`);
      onCleanUp(() => ip(`netns del ${namespace}`));
      ip(`-n ${namespace} link set lo up`);
    }
    ip(`link add g0 netns ${generator} type veth peer name r0 netns ${relay}`);
    ip(`link add r1 netns ${relay} type veth peer name s0 netns ${sink}`);
    for (const [namespace, device, address] of [
      [generator, 'g0', '198.18.1.1'],
      [relay, 'r0', '198.18.1.254'],
      [relay, 'r1', '198.18.2.254'],
      [sink, 's0', SECOND],
    ]) {
      ip(`-n ${namespace} address add ${address}/24 dev ${device}`);
      ip(`-n ${namespace} link set ${device} up`);
    }
    ip(`-n ${generator} route add local ${FIRSTS}/16 dev lo`);
    ip(`-n ${generator} route add default via 198.18.1.254`);
    ip(`-n ${sink} route add default via 198.18.2.254`);
    ip(`-n ${relay} route add ${FIRSTS}/16 via 198.18.1.1`);
    const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'];
    this.#inRelay('sysctl', '-qw', ...settings.map((setting) => `net.ipv4.${setting}`));
    const mask = (1 << RELAY_CPU).toString(16);
    this.#inRelay(
      'sh',
      '-ec',
      `for queue in /sys/class/net/r*/queues/rx-*; do echo ${mask} > $queue/rps_cpus; done`,
    );
  }

  #inRelay(...words: string[]): void {
    run('ip', ['netns', 'exec', this.#namespaces.relay, ...words]);
  }

  async measure(what: Case, connections: number, milliseconds: number): Promise<Round> {
    const { generator, sink } = this.#namespaces;
    const running = what === 'nftables' ? this.#nftables() : await this.#daemon();
    const cpu = ['--cpu', String(LOAD_CPU)];
    const second = new Background(
      'ike-load respond',
      inNamespace(sink, LOAD_CPU, [join(PEERS, 'ike-load'), 'respond', '--address', SECOND, ...cpu]),
    );
    try {
      await second.ready(() => second.output.startsWith('ready'), START_MS);
      const load = async (count: number, ...pace: string[]): Promise<Load> => {
        const words = ['initiate', '--to', RELAY, '--from', FIRSTS, '--connections', String(count), ...pace];
        words.push('--milliseconds', String(milliseconds), ...cpu);
        const command = inNamespace(generator, LOAD_CPU, [join(PEERS, 'ike-load'), ...words]);
        const program = new Background('ike-load', command);
        return JSON.parse(await program.finish(milliseconds + 90_000)) as Load;
      };
      await load(1000, '--window', String(WINDOW)); // Warms up: compiled code.
      const most = await load(connections, '--window', String(WINDOW));
      const watch = running.socket === undefined ? undefined : new StatusWatch(running.socket);
      const steady = await load(connections, '--window', '10000', '--rate', String(GOAL / 2));
      return { case: what, connections, most, steady, statusMs: (await watch?.end()) ?? [] };
    } finally {
      await second.stop();
      await running.stop();
    }
  }

  #nftables(): Running {
    const { relay } = this.#namespaces;
    run(
      'ip',
      ['netns', 'exec', relay, 'nft', '-f', '-'],
      `table ip nat {
  chain in { type nat hook prerouting priority dstnat; ip daddr ${RELAY} udp dport { 500, 4500 } dnat to ${SECOND}; }
  chain out { type nat hook postrouting priority srcnat; oifname "r1" meta l4proto udp snat to ${RELAY}:1024-65535; }
}`,
    );
    return { socket: undefined, stop: async () => this.#inRelay('nft', 'delete', 'table', 'ip', 'nat') };
  }

  async #daemon(): Promise<Running> {
    const directory = makeDirectory();
    const socket = join(directory.path, 'control.sock');
    const config = join(directory.path, 'relay.toml');
    mkdirSync(join(directory.path, 'state'));
    writeFileSync(
      config,
      `[relay]
addresses = ["${RELAY}"]
[control]
socket = "${socket}"
[state]
directory = "${directory.path}/state"
[[second]]
name = "gw"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw"]
[exchange]
half-open-per-prefix = 10000
cookie-threshold = 0
stranger-rate = 1000000
`,
    );
    const command = [join(ROOT, 'bin/ipsec-relayd'), '--config', config];
    const relay = new Background('ipsec-relayd', inNamespace(this.#namespaces.relay, RELAY_CPU, command));
    await relay.ready(() => relay.output.includes('"msg":"ready"'), START_MS);
    return { socket, stop: () => relay.stop().finally(directory.remove) };
  }
}

/** Asks for the status again and again. */
class StatusWatch {
  readonly #milliseconds: number[] = [];
  readonly #done: Promise<void>;
  #isOver = false;

  constructor(socket: string) {
    this.#done = this.#watch(socket);
  }

  async #watch(socket: string): Promise<void> {
    while (!this.#isOver) {
      const start = performance.now();
      const client = await ControlClient.connect(socket);
      await client.status();
      client.close();
      this.#milliseconds.push(performance.now() - start);
      await sleep(STATUS_EVERY_MS);
    }
  }

  async end(): Promise<number[]> {
    this.#isOver = true;
    await this.#done;
    return this.#milliseconds;
  }
}

const perSecond = ({ answered, seconds }: Load) => (2 * answered) / seconds;
/** Of a set-up: IKE_SA_INIT and IKE_AUTH. */
const setupsPerSecond = ({ connections, most }: Round) => connections / most.setupSeconds;
const slowest = (values: readonly number[]) => Math.max(...values);

function table(rounds: readonly Round[]): string {
  const right = (title: string): Column => ({ title, align: 'right' });
  const groups = [...new Set(rounds.map(({ connections }) => connections))].flatMap((connections) =>
    CASES.map((what) => rounds.filter((round) => round.case === what && round.connections === connections)),
  );
  const of = (group: readonly Round[], value: (round: Round) => number) => median(group.map(value));
  const rows = groups.map((group) => {
    const [{ case: what, connections }] = group as [Round];
    const peer = groups.find(([other]) => other?.case === CASES[0] && other.connections === connections)!;
    const ratio = (value: (round: Round) => number) => formatRatio(of(group, value), of(peer, value));
    const most = (round: Round) => perSecond(round.most);
    return [
      what,
      String(connections),
      of(group, setupsPerSecond).toFixed(0),
      ratio(setupsPerSecond),
      of(group, most).toFixed(0),
      ratio(most),
      of(group, ({ most: { medianUs } }) => medianUs).toFixed(0),
      of(group, (round) => perSecond(round.steady)).toFixed(0),
      String(slowest(group.map(({ steady }) => steady.lost))),
      of(group, ({ steady: { medianUs } }) => medianUs).toFixed(0),
      of(group, ({ steady: { p99Us } }) => p99Us).toFixed(0),
      what === 'nftables' ? '' : of(group, ({ statusMs }) => median(statusMs)).toFixed(1),
      what === 'nftables' ? '' : slowest(group.map(({ statusMs }) => slowest(statusMs))).toFixed(0),
    ];
  });
  const columns = [
    'connections',
    'set-ups/s',
    'ratio',
    'messages/s',
    'ratio',
    'µs',
    `at ${GOAL}/s`,
    'lost',
    'µs',
    'p99',
    'status ms',
    'slowest',
  ];
  return formatTable([{ title: 'case', align: 'left' }, ...columns.map(right)], rows);
}

function verdict(rounds: readonly Round[]): string {
  const ours = rounds.filter((round) => round.case !== 'nftables');
  const speed = median(ours.map(({ most }) => perSecond(most)));
  const lost = slowest(ours.map(({ steady }) => steady.lost));
  const statusMs = slowest(ours.map((round) => slowest(round.statusMs)));
  const isMet = speed >= GOAL && lost === 0 && statusMs <= STATUS_GOAL_MS;
  return `${isMet ? 'met' : 'MISSED'}: ${GOAL} messages a second without loss, the status within ${STATUS_GOAL_MS} ms`;
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
if (process.getuid?.() !== 0) throw new Error('bench/exchange: network namespaces need root: run it as root');
run('make', ['-s', '-C', join(ROOT, 'bench/peers')]);
cleanUpAtExit();
const bench = new Bench();
const rounds: Round[] = [];
for (let round = 0; round < (values.quick ? 1 : 3); round++) {
  for (const connections of [1000, 10_000]) {
    for (const what of CASES) rounds.push(await bench.measure(what, connections, values.quick ? 500 : 2000));
  }
}
console.log(
  `IKE messages through one relay, requests and responses, 80 bytes each\n\n${table(rounds)}\n\n${verdict(rounds)}`,
);
console.log(`\n${writeResults(join(ROOT, 'bench/results'), 'exchange', { rounds })}`);
process.exit(0);
