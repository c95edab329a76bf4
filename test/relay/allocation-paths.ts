/** Lists of packets that take each way through the data plane, for the test of allocations. */
import type { Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { type CorpusPacket, corpus } from '../model/corpus.js';
import { define } from '../model/definition.js';
import { cut } from '../model/egress.js';
import { encode, type Ip } from '../model/ip.js';
import { buildPacket } from '../model/packet.js';
import { EDGE_SAS, PAIRS, packetFor, WORLD } from '../model/world.js';

export interface Path {
  readonly sas: readonly SaDefinition[];
  readonly role?: 'relay' | 'edge';
  readonly mtu?: number;
  readonly packets: readonly Uint8Array[];
  /** The verdict of all of them; without it, any but `forward`. */
  readonly verdict?: Verdict;
}

const SAS = 1000;

function upOf(name: string): SaDefinition {
  return PAIRS.find((pair) => pair.name === name)!.up;
}

/** One packet for the SA of each of these pairs. */
function one(names: readonly string[], words: Parameters<typeof packetFor>[1] = {}): Uint8Array[] {
  return names.map((name) => encode(packetFor(upOf(name), words)));
}

/** Its fragments, the last one first. */
function fragmentsOf(name: string): Ip[] {
  const payload = new Array<number>(400).fill(1);
  const whole = packetFor(upOf(name), { flags: 0, payload });
  return cut(whole, [128, 256], 7).toReversed();
}

function fromCorpus(role: 'relay' | 'edge', wanted: (packet: CorpusPacket) => boolean): Uint8Array[] {
  return corpus(role)
    .filter(wanted)
    .map(({ bytes }) => bytes);
}

const NAMES = PAIRS.map(({ name }) => name);
const manySpis = Array.from({ length: SAS }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);

export const PATHS: Readonly<Record<string, () => Path>> = {
  'plain ESP': () => ({
    sas: manySpis.map((spi) => define({ spi })),
    packets: manySpis.map((spi) => buildPacket({ spi })),
    verdict: 'forward',
  }),
  UDP: () => ({
    sas: WORLD,
    packets: one(
      NAMES.filter((name) => name.includes('udp')),
      { checksum: 'right' },
    ),
    verdict: 'forward',
  }),
  'UDP without checksum': () => ({
    sas: WORLD,
    packets: one(['4 udp to 4 udp'], { checksum: 0 }),
    verdict: 'forward',
  }),
  'ESP without DF': () => ({
    sas: manySpis.map((spi) => define({ spi })),
    packets: manySpis.map((spi) => buildPacket({ spi, flagsAndOffset: 0 })),
    verdict: 'forward',
  }),
  'ESP and UDP over IPv6': () => ({
    sas: WORLD,
    packets: one(['6 esp to 6 esp', '6 udp to 6 udp'], { checksum: 'right' }),
    verdict: 'forward',
  }),
  'change of the encapsulation': () => ({
    sas: WORLD,
    packets: one(['4 esp to 4 udp', '4 udp to 4 esp', '6 esp to 6 udp', '6 udp to 6 esp'], {
      checksum: 'right',
    }),
    verdict: 'forward',
  }),
  'all forms in turns': () => ({
    sas: WORLD,
    packets: one(NAMES, { checksum: 'right' }),
    verdict: 'forward',
  }),
  'IPv6 with extension headers': () => ({
    sas: WORLD,
    packets: fromCorpus('relay', ({ name }) => name.startsWith('forward_IPv6-extension')),
    verdict: 'forward',
  }),
  AH: () => ({ sas: WORLD, packets: one(['4 ah to 4 ah', '6 ah to 6 ah']), verdict: 'forward' }),
  'change of the family': () => ({
    sas: WORLD,
    packets: one(NAMES.filter((name) => /4.*6|6.*4/.test(name))),
    verdict: 'forward',
  }),
  hairpin: () => ({
    sas: WORLD,
    packets: fromCorpus('relay', ({ name }) => name.startsWith('forward_hairpin')),
    verdict: 'forward',
  }),
  'fragments that follow their first': () => ({
    sas: WORLD,
    packets: ['4 esp to 4 esp', '4 udp to 4 esp', '6 udp to 6 udp', '6 esp to 4 esp', '4 ah to 4 ah'].flatMap(
      (name) => fragmentsOf(name).map(encode),
    ),
    verdict: 'forward',
  }),
  'fragments that are put together': () => ({
    sas: WORLD,
    packets: ['4 esp to 4 udp', '6 esp to 6 udp', '4 udp to 6 udp'].flatMap((name) =>
      fragmentsOf(name).map(encode),
    ),
    verdict: 'forward',
  }),
  'fragments that never complete': () => ({
    sas: WORLD,
    packets: Array.from({ length: 2000 }, (_, identification) =>
      buildPacket({ identification, flagsAndOffset: 0x2010, payload: new Array<number>(40).fill(1) }),
    ),
    verdict: 'fragment-limit',
  }),
  'packets that are cut': () => ({
    sas: WORLD,
    mtu: 1300,
    packets: one(['4 esp to 4 esp', '4 esp to 6 esp', '4 udp to 4 udp', '4 ah to 4 ah'], {
      flags: 0,
      payload: new Array<number>(1300).fill(1),
    }),
    verdict: 'forward',
  }),
  'packets that are too big, of which the sender is told': () => ({
    sas: WORLD,
    mtu: 1300,
    packets: one(NAMES, { payload: new Array<number>(1400).fill(1) }),
    verdict: 'too-big',
  }),
  'ICMP errors that are translated': () => ({
    sas: WORLD,
    packets: fromCorpus('relay', ({ verdict }) => verdict === 'icmp-forward'),
    verdict: 'icmp-forward',
  }),
  'echo requests': () => ({
    sas: WORLD,
    packets: fromCorpus('relay', ({ verdict }) => verdict === 'echo'),
    verdict: 'echo',
  }),
  drops: () => ({
    sas: WORLD,
    packets: fromCorpus(
      'relay',
      ({ verdict }) => !['forward', 'echo', 'icmp-forward', 'held'].includes(verdict),
    ),
  }),
  'what an edge passes': () => ({
    sas: EDGE_SAS,
    role: 'edge',
    packets: fromCorpus('edge', ({ verdict, name }) => verdict === 'pass' && !name.includes('fragment')),
    verdict: 'pass',
  }),
};
