/** What is measured: four ways to bring a packet from r0 to r1. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Background, inNamespace, ip, onCleanUp, run } from './shell.js';
import { type Expectation, RELAY, RELAY_CPU, type Sa, SECOND, type Topology } from './topology.js';

const DEVICE = 'iprelay0';
const START_MS = 15_000;

/** A case that is up and forwards. */
export interface Running {
  /** Its process, unless the kernel does it all. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export interface Case {
  readonly name: string;
  readonly expectation: Expectation;
  start(topology: Topology, sas: readonly Sa[]): Promise<Running>;
}

/** Where the checkout's programs are. */
export interface Programs {
  readonly tunRelay: string;
  readonly daemon: string;
  readonly cli: string;
}

const kernelRouting: Case = {
  name: 'kernel routing',
  expectation: 'unchanged',
  async start(topology) {
    ip(`-n ${topology.relay} route add ${RELAY}/32 via ${SECOND} dev r1`);
    return { pid: undefined, stop: async () => void ip(`-n ${topology.relay} route del ${RELAY}/32`) };
  },
};

const nftables: Case = {
  name: 'nftables maps',
  expectation: 'substituted',
  async start(topology, sas) {
    const nft = ['netns', 'exec', topology.relay, 'nft'];
    run('ip', [...nft, '-f', '-'], substitutionRuleset(sas));
    return { pid: undefined, stop: async () => void run('ip', [...nft, 'delete', 'table', 'ip', 'relay']) };
  },
};

/** The same substitution for one direction, in two maps keyed by (source, SPI). */
function substitutionRuleset(sas: readonly Sa[]): string {
  const key = (sa: Sa): string => `198.18.1.1 . ${sa.spi}`;
  return `table ip relay {
  map to_address {
    typeof ip saddr . esp spi : ip daddr
    elements = { ${sas.map((sa) => `${key(sa)} : ${SECOND}`).join(', ')} }
  }
  map to_spi {
    typeof ip saddr . esp spi : esp spi
    elements = { ${sas.map((sa) => `${key(sa)} : ${sa.toSpi}`).join(', ')} }
  }
  chain prerouting {
    type filter hook prerouting priority raw
    ip daddr ${RELAY} ip daddr set ip saddr . esp spi map @to_address esp spi set ip saddr . esp spi map @to_spi ip saddr set ${RELAY} notrack accept
  }
}
`;
}

/** A directory for a case's files, removed with the case. */
function makeDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'ipr-bench-'));
  return { path, remove: onCleanUp(() => rmSync(path, { recursive: true, force: true })) };
}

/** The SA file that the C programs read. */
export function saFile(sas: readonly Sa[]): string {
  return sas.map((sa) => `${RELAY} ${sa.spi.toString(16)} ${SECOND} ${sa.toSpi.toString(16)}\n`).join('');
}

function cTun(programs: Programs): Case {
  return {
    name: 'C over TUN',
    expectation: 'substituted',
    async start(topology, sas) {
      const directory = makeDirectory();
      const file = join(directory.path, 'sas');
      writeFileSync(file, saFile(sas));
      const command = [programs.tunRelay, '--interface', DEVICE, '--sas', file];
      const relay = new Background(inNamespace(topology.relay, RELAY_CPU, command));
      await relay.ready(() => relay.output.startsWith('ready'), START_MS);
      ip(`-n ${topology.relay} route add ${RELAY}/32 dev ${DEVICE}`);
      return { pid: relay.pid, stop: () => relay.stop().finally(directory.remove) };
    },
  };
}

function daemonTun(programs: Programs): Case {
  return {
    name: 'ipsec-relayd over TUN',
    expectation: 'substituted',
    async start(topology, sas) {
      const directory = makeDirectory();
      const socket = join(directory.path, 'control.sock');
      const config = join(directory.path, 'relay.toml');
      mkdirSync(join(directory.path, 'state'));
      writeFileSync(config, daemonConfig(directory.path, socket, sas));
      const command = [programs.daemon, '--config', config];
      const relay = new Background(inNamespace(topology.relay, RELAY_CPU, command));
      await relay.ready(() => answers(programs.cli, socket), START_MS);
      return { pid: relay.pid, stop: () => relay.stop().finally(directory.remove) };
    },
  };
}

function answers(cli: string, socket: string): boolean {
  try {
    run(cli, ['--socket', socket, 'status']);
    return true;
  } catch {
    return false;
  }
}

function daemonConfig(directory: string, socket: string, sas: readonly Sa[]): string {
  const hex = (spi: number): string => `"0x${spi.toString(16).padStart(8, '0')}"`;
  const tables = sas.map(
    (sa, i) => `[[sa]]
name = "sa-${i}"
dst = "${RELAY}"
spi = ${hex(sa.spi)}
to = "${SECOND}"
to-spi = ${hex(sa.toSpi)}
`,
  );
  return `[relay]
addresses = ["${RELAY}"]
attachment = "tun"
interface = "${DEVICE}"
workers = 1
max-sas = 65536
[control]
socket = "${socket}"
[state]
directory = "${directory}/state"
${tables.join('')}`;
}

/** In the order in which the table shows them: the bare kernel first, ours last. */
export function makeCases(programs: Programs): Case[] {
  return [kernelRouting, nftables, cTun(programs), daemonTun(programs)];
}
