/** The cases that are measured: ways to bring a packet to the relay's address on to its destination. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSpi } from '../../src/wire/esp.js';
import { Background, inNamespace, ip, makeDirectory, PEERS, ROOT, run } from './shell.js';
import { addressesOf, type Expectation, FORMS, type Form, isUdp, type Sa } from './topology.js';

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
  readonly forms: readonly Form[];
  /** @param cpu the one CPU that it may use; undefined: any */
  start(namespace: string, sas: readonly Sa[], cpu: number | undefined, form: Form): Promise<Running>;
}

/** No substitution: the cost of forwarding alone. */
const kernelRouting: Case = {
  name: 'kernel routing',
  expectation: 'unchanged',
  forms: FORMS,
  async start(namespace, _sas, _cpu, form) {
    const { relay, second } = addressesOf(form);
    ip(`-n ${namespace} route add ${relay} via ${second}`);
    return { pid: undefined, stop: async () => void ip(`-n ${namespace} route del ${relay}`) };
  },
};

/** The same substitution in the kernel, by maps keyed by (source, SPI). */
const nftables: Case = {
  name: 'nftables maps',
  expectation: 'substituted',
  forms: ['esp', 'esp6'],
  async start(namespace, sas, _cpu, form) {
    const script = join(ROOT, 'netns-scripts/topology/nft-relay.sh');
    const lines = sas.map((sa) => `${sa.peer} ${formatSpi(sa.spi)} ${sa.to} ${formatSpi(sa.toSpi)}\n`);
    run(script, ['relay', namespace, addressesOf(form).relay], lines.join(''));
    return { pid: undefined, stop: async () => void run(script, ['remove', namespace]) };
  },
};

/** bench/peers/tun-relay.c */
const cTun: Case = {
  name: 'C over TUN',
  expectation: 'substituted',
  forms: FORMS,
  async start(namespace, sas, cpu, form) {
    const directory = makeDirectory();
    const file = join(directory.path, 'sas');
    writeFileSync(file, saFile(sas));
    const command = [join(PEERS, 'tun-relay'), '--interface', DEVICE, '--sas', file];
    const relay = new Background('tun-relay', inNamespace(namespace, cpu, command));
    await relay.ready(() => relay.output.startsWith('ready'), START_MS);
    ip(`-n ${namespace} route add ${addressesOf(form).relay} dev ${DEVICE}`);
    return { pid: relay.pid, stop: () => relay.stop().finally(directory.remove) };
  },
};

/** @param keys of [relay] */
function daemon(name: string, keys: string): Case {
  return {
    name,
    expectation: 'substituted',
    forms: FORMS,
    async start(namespace, sas, cpu, form) {
      const directory = makeDirectory();
      const socket = join(directory.path, 'control.sock');
      const config = join(directory.path, 'relay.toml');
      mkdirSync(join(directory.path, 'state'));
      writeFileSync(config, daemonConfig(directory.path, socket, sas, form, keys));
      const command = [join(ROOT, 'bin/ipsec-relayd'), '--config', config];
      const relay = new Background('ipsec-relayd', inNamespace(namespace, cpu, command));
      await relay.ready(() => answers(socket), START_MS);
      return { pid: relay.pid, stop: () => relay.stop().finally(directory.remove) };
    },
  };
}

const ours = daemon('ipsec-relayd over TUN', '');
/** The kernel's filter of unknown SPIs costs packets with known ones as well. */
const unfiltered = daemon('unfiltered ipsec-relayd', 'spi-filter = false');
const fastPath = daemon('ipsec-relayd, fast path', 'fast-path = true');

/** In the order in which the tables show them: the bare kernel first, ours last. */
export const CASES: readonly Case[] = [kernelRouting, nftables, cTun, unfiltered, ours, fastPath];
/** Whose speed ours is held against, and ours. */
export const C_PEER = cTun.name;
export const OURS = ours.name;

/** The SA file that the C programs read. */
export function saFile(sas: readonly Sa[]): string {
  return sas.map((sa) => `${sa.dst} ${formatSpi(sa.spi)} ${sa.to} ${formatSpi(sa.toSpi)}\n`).join('');
}

function answers(socket: string): boolean {
  try {
    run(join(ROOT, 'bin/ipsec-relay'), ['--socket', socket, 'status']);
    return true;
  } catch {
    return false;
  }
}

function daemonConfig(
  directory: string,
  socket: string,
  sas: readonly Sa[],
  form: Form,
  keys: string,
): string {
  const tables = sas.map(
    (sa, i) => `[[sa]]
name = "sa-${i}"
dst = "${sa.dst}"
spi = "${formatSpi(sa.spi)}"
to = "${sa.to}"
to-spi = "${formatSpi(sa.toSpi)}"
${isUdp(form) ? 'encap = "udp:4500"\n' : ''}`,
  );
  return `[relay]
addresses = ["${addressesOf(form).relay}"]
attachment = "tun"
interface = "${DEVICE}"
workers = 1
max-sas = 65536
${keys}
[control]
socket = "${socket}"
[state]
directory = "${directory}/state"
${tables.join('')}`;
}
