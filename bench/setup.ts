/**
 * `make bench`, set-up: how long unmodified strongSwan, in two guests, takes to set up an IKE SA with its first CHILD_SA, directly and
 * through the relay in turns. The time is what a recording at first's side shows, from the first IKE_SA_INIT request to the
 * IKE_AUTH response. The key exchange is a cheap one (X25519, a pre-shared key), so that the relay's part shows.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  Background,
  cleanUpAtExit,
  inNamespace,
  makeDirectory,
  onCleanUp,
  ROOT,
  run,
} from './netns/shell.js';
import { formatTable, median, writeResults } from './report.js';

const RELAY = '198.18.9.9';
const FIRST = '198.18.1.1';
const SECOND = '198.18.2.2';
const WAYS = ['direct', 'relayed'] as const;
type Way = (typeof WAYS)[number];
/** Goal: the relayed time is at most so many times the direct one, and so many milliseconds more. */
const [MOST_TIMES, MOST_MS] = [1.1, 2];
const START_MS = 20_000;

const IKE_SA_INIT = 34;
const IKE_AUTH = 35;
const FLAG_RESPONSE = 0x20;
const ETHERNET_IP_UDP = 14 + 20 + 8;
const NON_ESP_MARKER = 4;

/** The topology of netns-scripts/ under a prefix of its own, a daemon in it and a charon in each guest; removed at exit. */
class World {
  readonly #prefix = `b${process.pid}-`;
  readonly #directory = makeDirectory().path;
  readonly #settings = [`NETNS_PREFIX=${this.#prefix}`, `IPSEC_RELAY_RUN=${this.#directory}`, 'QUIET=1'];

  static async up(): Promise<World> {
    const world = new World();
    onCleanUp(() => world.#script('down.sh'));
    world.#script('up.sh');
    await world.#startDaemon();
    world.#startCharon('second', connection('second', 'any', '%any', SECOND, ['10.2.0.0/24', '10.1.0.0/24']));
    const remotes = { direct: SECOND, relayed: RELAY };
    const nets = ['10.1.0.0/24', '10.2.0.0/24'] as const;
    world.#startCharon(
      'first',
      WAYS.map((way) => connection('first', way, remotes[way], FIRST, nets)).join('\n'),
    );
    return world;
  }

  #script(name: string, ...words: string[]): string {
    return run('env', [...this.#settings, join(ROOT, 'netns-scripts/topology', name), ...words]);
  }

  #library(commands: string): void {
    run('env', [
      ...this.#settings,
      'bash',
      '-euc',
      `. "$0"; ${commands}`,
      join(ROOT, 'netns-scripts/topology/lib.sh'),
    ]);
  }

  async #startDaemon(): Promise<void> {
    const config = join(this.#directory, 'relay.toml');
    mkdirSync(join(this.#directory, 'state'));
    writeFileSync(
      config,
      `[relay]
addresses = ["${RELAY}"]
[control]
socket = "${this.#directory}/control.sock"
[state]
directory = "${this.#directory}/state"
[[second]]
name = "gw"
addresses = ["${SECOND}"]
[[service]]
name = "vpn"
addresses = ["${RELAY}"]
seconds = ["gw"]
`,
    );
    const command = [join(ROOT, 'bin/ipsec-relayd'), '--config', config];
    const relay = new Background('ipsec-relayd', inNamespace(`${this.#prefix}relay`, undefined, command));
    await relay.ready(() => relay.output.includes('"msg":"ready"'), START_MS);
  }

  #startCharon(guest: 'first' | 'second', connections: string): void {
    const file = join(this.#directory, `${guest}.conf`);
    writeFileSync(
      file,
      `connections {\n${connections}\n}\nsecrets {\n  ike {\n    secret = "a key of both ends"\n  }\n}\n`,
    );
    this.#script('charon.sh', guest, 'start', file);
  }

  /** Sets up and takes down again, each way in turn. @returns milliseconds of each set-up */
  measure(name: string, way: Way): number {
    this.#library(`capture_start ${name} first-net to-guest 'udp port 500 or udp port 4500'`);
    this.#script('charon.sh', 'first', '--initiate', '--child', way, '--timeout', '20');
    this.#library(`capture_stop ${name}`);
    this.#script('charon.sh', 'first', '--terminate', '--ike', way);
    return setupMs(
      readFileSync(join(this.#directory, this.#prefix.slice(0, -1), 'captures', `${name}.pcap`)),
    );
  }
}

function connection(
  guest: 'first' | 'second',
  name: string,
  remote: string,
  local: string,
  [localNet, remoteNet]: readonly [string, string] | string[],
): string {
  return `  ${name} {
    version = 2
    local_addrs = ${local}
    remote_addrs = ${remote}
    proposals = aes128-sha256-x25519
    local {
      auth = psk
      id = ${guest}
    }
    remote {
      auth = psk
      id = ${guest === 'first' ? 'second' : 'first'}
    }
    children {
      ${name} {
        local_ts = ${localNet}
        remote_ts = ${remoteNet}
        esp_proposals = aes128gcm16
      }
    }
  }`;
}

/** @param recording classic pcap with Ethernet headers, IPv4 without options */
function setupMs(recording: Buffer): number {
  let start: number | undefined;
  for (let at = 24; at < recording.length; ) {
    const ms = recording.readUInt32LE(at) * 1000 + recording.readUInt32LE(at + 4) / 1000;
    const length = recording.readUInt32LE(at + 8);
    const packet = recording.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const marked = packet.readUInt16BE(34) === 4500 || packet.readUInt16BE(36) === 4500;
    const ike = packet.subarray(ETHERNET_IP_UDP + (marked ? NON_ESP_MARKER : 0));
    if (ike.length < 28) continue;
    const [exchange, flags] = [ike[18]!, ike[19]!];
    if (exchange === IKE_SA_INIT) start ??= ms;
    if (exchange === IKE_AUTH && (flags & FLAG_RESPONSE) !== 0 && start !== undefined) return ms - start;
  }
  throw new Error('the recording shows no IKE_AUTH response: the set-up failed');
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } });
if (process.getuid?.() !== 0) throw new Error('bench/setup: network namespaces need root: run it as root');
cleanUpAtExit();
const world = await World.up();
const times: Record<Way, number[]> = { direct: [], relayed: [] };
for (const way of WAYS) world.measure(`warm-${way}`, way);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const way of WAYS) times[way].push(world.measure(`${way}-${round}`, way));
}
const [direct, relayed] = [median(times.direct), median(times.relayed)];
const goal = MOST_TIMES * direct + MOST_MS;
const rows = WAYS.map((way) => {
  const sorted = [...times[way]].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  return [way, median(times[way]).toFixed(1), at(0.1), at(0.9)];
});
console.log(
  `Set-up of an IKE SA and a CHILD_SA by strongSwan, ${values.rounds} rounds in turns, milliseconds\n`,
);
console.log(
  formatTable(
    ['way', 'median', '10 %', '90 %'].map((title, at) => ({ title, align: at === 0 ? 'left' : 'right' })),
    rows,
  ),
);
console.log(
  `\n${relayed <= goal ? 'met' : 'MISSED'}: at most ${MOST_TIMES} times the direct one and ${MOST_MS} ms, ${goal.toFixed(1)} ms`,
);
console.log(`\n${writeResults(join(ROOT, 'bench/results'), 'setup', { times })}`);
process.exit(0);
