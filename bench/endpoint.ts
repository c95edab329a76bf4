/**
 * `make bench`, the endpoint part: packets per second that one thread protects and opens in memory, whole ESP
 * processing, beside openssl(1) with the same cipher in the same run. With CBC the peer is the slower of
 * cipher and HMAC after one another.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HEADROOM, PacketBatch } from '../src/attachment/batch.js';
import { type Algorithm, keyBytes } from '../src/endpoint/algorithm.js';
import { createCounterMemory, EndpointCounters } from '../src/endpoint/counters.js';
import { Decapsulator } from '../src/endpoint/decapsulate.js';
import type { EndpointSa } from '../src/endpoint/definition.js';
import { Encapsulator } from '../src/endpoint/encapsulate.js';
import { OuterBatch, type OuterPort, PEER_BYTES } from '../src/endpoint/outer-port.js';
import { InboundSa, OutboundSa } from '../src/endpoint/sa.js';
import { SequenceFile } from '../src/endpoint/sequence-file.js';
import { DECRYPT } from '../src/endpoint/verdict.js';
import { parseAddress, parsePrefix } from '../src/wire/address.js';
import { writeIpv4Header } from '../src/wire/ipv4.js';
import { type Column, formatRatio, formatTable, median, writeResults } from './report.js';

const ROOT = resolve(import.meta.dirname, '../..');
const ALGORITHMS: readonly Algorithm[] = [
  'aes-128-gcm',
  'aes-256-gcm',
  'chacha20-poly1305',
  'aes-128-cbc-hmac-sha256',
  'aes-256-cbc-hmac-sha512',
];
/** Bytes of the packet inside. */
const LENGTHS = [92, 1400];
const BATCH = 64;
const BATCHES_PER_ROUND = 60;
const ROUNDS = 7;
const LOCAL = parseAddress('198.18.1.1');
const PEER = parseAddress('198.18.2.2');
const NETS = [parsePrefix('10.0.0.0/8')];

function memoryPort(local: Uint8Array): OuterPort {
  return {
    local,
    udp: true,
    hasIpv4Header: false,
    incoming: new OuterBatch(),
    outgoing: new OuterBatch(),
    receive: () => 0,
    send: () => {},
  };
}

interface Result {
  readonly algorithm: Algorithm;
  readonly length: number;
  /** Packets a second. */
  readonly protect: number;
  readonly open: number;
  /** Packets a second that openssl's ciphers alone would do. */
  readonly openssl: number;
}

function measure(algorithm: Algorithm, length: number, directory: string): Omit<Result, 'openssl'> {
  const key = new Uint8Array(keyBytes(algorithm)).map((_, i) => i + length);
  const common = { name: 'x', mode: 'tunnel', udp: true, peerPort: 4500, algorithm, esn: true } as const;
  const definition: EndpointSa = {
    ...common,
    direction: 'out',
    spi: 0x1000,
    icvSpi: 0x1000,
    window: 1024,
    local: LOCAL,
    peer: PEER,
    localNets: NETS,
    remoteNets: NETS,
  };
  const [senderPort, receiverPort] = [memoryPort(LOCAL), memoryPort(PEER)];
  const out = new OutboundSa(definition, 0, key, SequenceFile.open(join(directory, 'out'), key), senderPort);
  out.setPathMtu(1500);
  const counters = new EndpointCounters(createCounterMemory(1));
  const encapsulator = new Encapsulator([out], counters);
  const received = { ...definition, direction: 'in', local: PEER, peer: LOCAL } as const;
  const inbound = new InboundSa(received, 0, key, SequenceFile.open(join(directory, 'in'), key));
  const decapsulator = new Decapsulator(receiverPort, 4, new Map([[definition.spi, inbound]]));
  const inner = new PacketBatch(BATCH);
  const prepare = () => {
    inner.count = BATCH;
    for (let i = 0; i < BATCH; i++) {
      inner.offset[i] = HEADROOM + i * 2048;
      inner.length[i] = length;
      writeIpv4Header(inner.view, inner.offset[i]!, 0, length, 0, 0, 64, 17, 0x0a000001, 0x0a000002);
    }
  };
  const hand = () => {
    const { outgoing } = senderPort;
    const { incoming } = receiverPort;
    incoming.bytes.set(outgoing.bytes.subarray(0, outgoing.end));
    incoming.offset.set(outgoing.offset);
    incoming.length.set(outgoing.length);
    incoming.count = outgoing.count;
    incoming.peers.fill(0, 0, PEER_BYTES);
    outgoing.clear();
  };
  const round = (): [protect: number, open: number] => {
    let [protecting, opening] = [0, 0];
    for (let n = 0; n < BATCHES_PER_ROUND; n++) {
      prepare();
      const start = performance.now();
      encapsulator.process(inner);
      const middle = performance.now();
      hand();
      const again = performance.now();
      decapsulator.process();
      opening += performance.now() - again;
      protecting += middle - start;
      if (receiverPort.incoming.verdict[BATCH - 1] !== DECRYPT) throw new Error('a packet was refused');
    }
    const packets = BATCHES_PER_ROUND * BATCH * 1000;
    return [packets / protecting, packets / opening];
  };
  round(); // warm up
  const rounds = Array.from({ length: ROUNDS }, round);
  for (const file of [out.file, inbound.file]) file.close();
  return {
    algorithm,
    length,
    protect: median(rounds.map(([protect]) => protect)),
    open: median(rounds.map(([, open]) => open)),
  };
}

/** Bytes a second, as `openssl speed -mr` prints them last. */
function openssl(words: readonly string[], length: number): number {
  const output = execFileSync(
    'openssl',
    ['speed', '-mr', '-seconds', '1', '-bytes', String(length), ...words],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return Number(/:([\d.]+)\s*$/.exec(output)![1]);
}

/** Packets a second of the ciphers alone. */
function reference(algorithm: Algorithm, length: number): number {
  const [cipher, hash] = algorithm.split('-hmac-') as [string, string?];
  const seconds = length / openssl(['-evp', cipher], length);
  const hmac = hash === undefined ? 0 : length / openssl(['-hmac', hash], length);
  return 1 / (seconds + hmac);
}

const directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-bench-'));
try {
  const results: Result[] = ALGORITHMS.flatMap((algorithm) =>
    LENGTHS.map((length) => ({
      ...measure(algorithm, length, directory),
      openssl: reference(algorithm, length),
    })),
  );
  const right = (title: string): Column => ({ title, align: 'right' });
  const thousands = (value: number) => `${Math.round(value / 1000)}k`;
  const megabits = (value: number, length: number) => String(Math.round((value * length * 8) / 1e6));
  console.log(
    '\nESP endpoint, one thread in memory, packets a second (ratio: to openssl speed of the ciphers alone)\n',
  );
  console.log(
    formatTable(
      [
        { title: 'algorithm', align: 'left' },
        ...['bytes', 'protect', 'Mb/s', 'ratio', 'open', 'Mb/s', 'ratio', 'openssl'].map(right),
      ],
      results.map(({ algorithm, length, protect, open, openssl: peer }) => [
        algorithm,
        String(length),
        thousands(protect),
        megabits(protect, length),
        formatRatio(protect, peer),
        thousands(open),
        megabits(open, length),
        formatRatio(open, peer),
        thousands(peer),
      ]),
    ),
  );
  console.log(`\n${writeResults(join(ROOT, 'bench/results'), 'endpoint', { results })}`);
} finally {
  rmSync(directory, { recursive: true });
}
