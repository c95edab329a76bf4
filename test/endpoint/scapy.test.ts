/** scapy's IPsec layer as the other end, in both directions: every algorithm, mode, family and encapsulation. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ALGORITHMS, type Algorithm } from '../../src/endpoint/algorithm.js';
import { FIRST, FIRST_INNER, innerPacket, Rig, SECOND, SECOND_INNER } from './rig.js';

const ORACLE = fileURLToPath(new URL('../../../test/endpoint/oracle.py', import.meta.url));
const PYTHON = '/usr/bin/python3';
const SPI_ON_WIRE = 0xaaaa0001;
const SPI_OF_ICV = 0x22220001;
const TWO_32 = 2 ** 32;
/** Of the payloads inside: every length of padding for both block sizes, and a whole packet. */
const LENGTHS = [0, 1, 2, 3, 4, 7, 8, 13, 14, 15, 16, 17, 100, 1370];

interface Case {
  readonly algorithm: Algorithm;
  readonly mode: 'tunnel' | 'transport';
  readonly family: 4 | 6;
  readonly innerFamily: 4 | 6;
  readonly udp: boolean;
  readonly esn: boolean;
  readonly aware: boolean;
}

const CASES: Case[] = ALGORITHMS.flatMap((algorithm) =>
  [4, 6].flatMap((family) =>
    [false, true].flatMap((udp) =>
      [false, true].flatMap((esn) => {
        const common = { algorithm, family, udp, esn } as Pick<Case, 'algorithm' | 'family' | 'udp' | 'esn'>;
        return [
          { ...common, mode: 'tunnel', innerFamily: 4, aware: false },
          { ...common, mode: 'tunnel', innerFamily: 6, aware: true },
          { ...common, mode: 'transport', innerFamily: common.family, aware: esn },
        ] satisfies Case[];
      }),
    ),
  ),
);

const nameOf = ({ algorithm, mode, family, innerFamily, udp, esn, aware }: Case) =>
  `${algorithm} ${mode} ${innerFamily} in ${family}${udp ? ' UDP' : ''}${esn ? ' ESN' : ''}${aware ? ' aware' : ''}`;

/** Behind the upper half of the numbers, so that it is not 0 with ESN. */
const firstSequence = ({ esn }: Case) => (esn ? 3 * TWO_32 + TWO_32 - 5 : 4_000_000_000);

function packets({ mode, family, innerFamily }: Case): Buffer[] {
  return LENGTHS.map((length, i) =>
    innerPacket({
      family: innerFamily,
      source: mode === 'tunnel' ? FIRST_INNER[innerFamily] : FIRST[family],
      destination: mode === 'tunnel' ? SECOND_INNER[innerFamily] : SECOND[family],
      payload: createHash('shake256', { outputLength: length }).update(`${i}`).digest(),
      protocol: 253, // for experiments: scapy leaves the payload as it is
    }),
  );
}

interface Job {
  job: 'protect' | 'open';
  packet: string;
}

/** Runs all jobs in one process: scapy takes a second to start. */
function ask(jobs: readonly (Job & Record<string, unknown>)[]): (string | { error: string })[] {
  const { stdout, stderr, status } = spawnSync(PYTHON, [ORACLE], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 256 << 20,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as (string | { error: string })[];
}

function job(which: Case, key: Uint8Array, sequence: number, rest: Job) {
  const { algorithm, mode, family, udp, esn, aware } = which;
  return {
    ...rest,
    algorithm,
    mode,
    udp,
    esn,
    sequence,
    key: Buffer.from(key).toString('hex'),
    // An aware end computes with the SPI that the other end sees.
    spi: aware ? SPI_OF_ICV : SPI_ON_WIRE,
    source: FIRST[family],
    destination: SECOND[family],
  };
}

/** The outer headers of a packet that our endpoint leaves to the kernel. */
function outer({ family, udp: encapsulated, mode }: Case, esp: Buffer): Buffer {
  // scapy leaves the UDP header in a packet of transport mode over IPv6: there it gets ESP alone.
  const udp = encapsulated && !(family === 6 && mode === 'transport');
  const udpHeader = Buffer.from('1194119400000000', 'hex');
  udpHeader.writeUInt16BE(8 + esp.length, 4);
  const payload = udp ? Buffer.concat([udpHeader, esp]) : esp;
  return innerPacket({
    family,
    source: FIRST[family],
    destination: SECOND[family],
    payload,
    protocol: udp ? 17 : 50,
  });
}

function setSpi(esp: Buffer, spi: number): Buffer {
  const copy = Buffer.from(esp);
  copy.writeUInt32BE(spi);
  return copy;
}

describe('endpoint: scapy as the other end', function () {
  this.timeout(120_000);
  const opened = new Map<Case, { sent: Buffer[]; answers: (string | { error: string })[] }>();
  const protectedBy = new Map<Case, { rig: Rig; answers: (string | { error: string })[] }>();

  before(() => {
    const jobs: Parameters<typeof ask>[0][number][] = [];
    for (const which of CASES) {
      const spis = { spi: SPI_ON_WIRE, icvSpi: which.aware ? SPI_OF_ICV : SPI_ON_WIRE };
      const sequence = firstSequence(which);
      const rig = new Rig({ ...which, ...spis, sequence, pathMtu: 9000 });
      const sent = packets(which);
      const left = rig.send(...sent);
      assert.equal(left.length, sent.length, nameOf(which));
      left.forEach(({ esp }, i) => {
        assert.equal(esp.readUInt32BE(0), SPI_ON_WIRE);
        const seen = setSpi(esp, spis.icvSpi); // as a relay does
        jobs.push(
          job(which, rig.key, sequence + 1 + i, { job: 'open', packet: outer(which, seen).toString('hex') }),
        );
      });
      sent.forEach((packet, i) => {
        jobs.push(job(which, rig.key, sequence + 1 + i, { job: 'protect', packet: packet.toString('hex') }));
      });
      opened.set(which, { sent, answers: [] });
      protectedBy.set(which, { rig, answers: [] });
    }
    const answers = ask(jobs);
    for (const which of CASES) {
      opened.get(which)!.answers.push(...answers.splice(0, LENGTHS.length));
      protectedBy.get(which)!.answers.push(...answers.splice(0, LENGTHS.length));
    }
  });
  after(() => {
    for (const { rig } of protectedBy.values()) rig.end();
  });

  for (const which of CASES) {
    it(`opens what we protect: ${nameOf(which)}`, () => {
      const { sent, answers } = opened.get(which)!;
      answers.forEach((answer, i) => {
        const packet = Buffer.from(sent[i]!);
        if (which.mode === 'transport' && which.family === 4) {
          // The outer header's, which the kernel makes, and here the test.
          const header = outer(which, packet.subarray(20)).subarray(4, 8);
          header.copy(packet, 4);
          packet.writeUInt16BE(0, 10);
        }
        const got = typeof answer === 'string' ? Buffer.from(answer, 'hex') : answer;
        if (Buffer.isBuffer(got) && which.mode === 'transport' && which.family === 4)
          got.writeUInt16BE(0, 10);
        assert.deepEqual(got, packet, `length ${LENGTHS[i]}`);
      });
    });

    it(`protects what we open: ${nameOf(which)}`, () => {
      const { rig, answers } = protectedBy.get(which)!;
      const header = (which.family === 4 ? 20 : 40) + (which.udp ? 8 : 0);
      const received = answers.map((answer) => {
        assert.equal(typeof answer, 'string', JSON.stringify(answer));
        return setSpi(Buffer.from(answer as string, 'hex').subarray(header), SPI_ON_WIRE);
      });
      const sent = packets(which);
      rig.receive(received).forEach(({ verdict, inner }, i) => {
        assert.equal(verdict, 'decrypt', `length ${LENGTHS[i]}`);
        if (which.mode === 'tunnel') {
          assert.deepEqual(inner, sent[i]);
          return;
        }
        const ipHeader = which.family === 4 ? 20 : 40;
        assert.deepEqual(inner!.subarray(ipHeader), sent[i]!.subarray(ipHeader));
        assert.deepEqual(
          inner!.subarray(ipHeader - 8, ipHeader),
          sent[i]!.subarray(ipHeader - 8, ipHeader),
          'addresses',
        );
      });
    });
  }
});
