import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Capture } from './capture.js';
import { Daemon, tearDown } from './daemon.js';
import { errorsSince, kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import {
  FIRST,
  RELAY,
  SECOND,
  SPI_TO_FIRST,
  SPI_TO_FIRST_WIRE,
  SPI_TO_SECOND,
  SPI_TO_SECOND_WIRE,
  Topology,
} from './topology.js';
import { host, ping, pings } from './traffic.js';

/** The three wires, from first to second. */
const WIRES = [
  ['first-net', 'to-guest'],
  ['relay', 'to-first'],
  ['relay', 'to-second'],
] as const;

/** The wire, of WIRES, with the SPIs of which neither kernel knows. */
const EDGE_WIRE = 1;

/** The packets of each wire in each direction: source, destination, SPI. */
const SHOWN = {
  up: [
    [FIRST, RELAY, SPI_TO_SECOND],
    [FIRST, RELAY, SPI_TO_SECOND_WIRE],
    [RELAY, SECOND, SPI_TO_SECOND],
  ],
  down: [
    [RELAY, FIRST, SPI_TO_FIRST],
    [RELAY, FIRST, SPI_TO_FIRST_WIRE],
    [SECOND, RELAY, SPI_TO_FIRST],
  ],
} as const;

/** Options of ping: DSCP and ECN, Don't Fragment set and clear, payload sizes. */
const TOS = [0x00, 0xb8, 0x28, 0x01, 0x02, 0xba];
const PINGS = TOS.flatMap((tos, i) => [`-Q ${tos} -M do -s ${i * 211}`, `-Q ${tos} -M dont -s ${i * 97}`]);

interface EspPacket {
  readonly bytes: Buffer;
  readonly source: string;
  readonly destination: string;
  readonly spi: string;
  readonly sequence: number;
}

/** @param bytes IPv4 without options, ESP */
function parseEsp(bytes: Buffer): EspPacket {
  assert.deepEqual([bytes[0], bytes[9]], [0x45, 50], 'not ESP in IPv4 without options');
  return {
    bytes,
    source: bytes.subarray(12, 16).join('.'),
    destination: bytes.subarray(16, 20).join('.'),
    spi: `0x${bytes.toString('hex', 20, 24)}`,
    sequence: bytes.readUInt32BE(24),
  };
}

describe('netns: what the wires carry', function () {
  this.timeout(60_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;

  before(async () => {
    topology = await Topology.up();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), { role: 'relay' });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge' });
  });
  after(() => tearDown(topology, edge, relay));
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(`relay:\n${relay.log}\nedge:\n${edge.log}`);
  });

  for (const algorithm of ['aes-gcm', 'aes-cbc-hmac-sha256'] as const) {
    describe(algorithm, () => {
      const captures: Capture[] = [];
      /** By wire. */
      const packets: EspPacket[][] = [];

      before(async () => {
        await topology.ipsec({ algorithm });
        for (const [namespace, device] of WIRES) {
          captures.push(await topology.capture(namespace, device, 'esp'));
        }
        for (const [from, to] of [
          ['first-host', 'second-host'],
          ['second-host', 'first-host'],
        ] as const) {
          const received = await pings(host(topology, from), host(topology, to).address, PINGS);
          assert.deepEqual(
            received,
            PINGS.map(() => 2),
            `echoes from ${from}`,
          );
        }
        for (const capture of captures) packets.push((await capture.stop()).map(parseEsp));
      });

      for (const direction of ['up', 'down'] as const) {
        const expected = PINGS.length * 4;

        /** Each packet as the three wires show it, by sequence number. */
        function sightings(): EspPacket[][] {
          const seen = packets.map((wire, at) => {
            const [source, destination] = SHOWN[direction][at]!;
            const ours = wire.filter(
              (packet) => packet.source === source && packet.destination === destination,
            );
            assert.equal(ours.length, expected, `packets ${direction} on wire ${at}`);
            return new Map(ours.map((packet) => [packet.sequence, packet]));
          });
          const sequences = Array.from({ length: expected }, (_, i) => i + 1);
          return sequences.map((sequence) =>
            seen.map((wire, at) => {
              const packet = wire.get(sequence);
              assert.ok(packet, `sequence number ${sequence} is not on wire ${at}`);
              return packet;
            }),
          );
        }

        it(`${direction}: each wire shows its own SPI and addresses, and nothing but ESP of these`, () => {
          for (const packet of sightings()) {
            const shown = packet.map(({ source, destination, spi }) => [source, destination, spi]);
            assert.deepEqual(shown, SHOWN[direction]);
          }
          const all = packets.map((wire) => wire.length);
          assert.deepEqual(all, [2 * expected, 2 * expected, 2 * expected]);
        });

        it(`${direction}: all behind the SPI is the same, and of the header all but TTL, checksum, addresses and a free identification`, () => {
          const seenTos = new Set<number>();
          const seenFlags = new Set<number>();
          const chosen: number[] = [];
          for (const sighting of sightings()) {
            const [reference, ...others] = sighting.map(({ bytes }) => unchangeable(bytes));
            for (const other of others) assert.equal(other, reference);
            const [guest, legOne, legTwo] = sighting.map(({ bytes }) => bytes.readUInt16BE(4));
            assert.equal(legOne, guest, 'the edge keeps the source, and with it the identification');
            // An atomic packet keeps it, others get the relay's own (RFC 6864 §4).
            if (dontFragment(sighting[0]!.bytes)) assert.equal(legTwo, legOne);
            else chosen.push((direction === 'up' ? legTwo : legOne)!);
            seenTos.add(sighting[0]!.bytes[1]!);
            seenFlags.add(sighting[0]!.bytes[6]! >> 5);
          }
          assert.ok(chosen.length >= expected / 2, `${chosen.length} packets may be fragmented`);
          assert.equal(new Set(chosen).size, chosen.length, `identifications ${chosen}`);
          // Otherwise the comparison above would have compared zeros.
          assert.deepEqual([...seenFlags].sort(), [0, 2], "Don't Fragment clear and set");
          const dscps = new Set([...seenTos].map((tos) => tos >> 2));
          assert.deepEqual([...dscps].sort(), [0, 0xb8 >> 2, 0x28 >> 2].sort());
          assert.ok(seenTos.size >= 5, `TOS values ${[...seenTos]}`);
        });

        it(`${direction}: edge and relay are one hop each`, () => {
          for (const sighting of sightings()) {
            const [guest, legOne, legTwo] = sighting.map(({ bytes }) => bytes[8]!) as [
              number,
              number,
              number,
            ];
            const hops =
              direction === 'up' ? [guest - legOne, legOne - legTwo] : [legTwo - legOne, legOne - guest];
            assert.deepEqual(hops, [1, 1], `TTL ${guest}, ${legOne}, ${legTwo}`);
          }
        });
      }

      it('tshark finds every checksum right, the ICV where it should be, and the same packets inside', async () => {
        const inner: string[][] = [];
        for (const [at, capture] of captures.entries()) {
          const rows = await capture.dissect(
            'ip.checksum.status',
            'esp.icv_good',
            'icmp.checksum.status',
            '_ws.malformed',
            'esp.sequence',
            'ip.src',
            'ip.dst',
            'ip.id',
            'ip.ttl',
            'icmp.ident',
            'icmp.seq',
            'data.data',
          );
          assert.equal(rows.length, packets[at]!.length);
          for (const row of rows) {
            // Of checksums, the outer header's and the inner one's. An ICV is right over the kernels' SPI only.
            assert.deepEqual(row.slice(0, 4), ['1,1', at === EDGE_WIRE ? '0' : '1', '1', ''], row.join('|'));
          }
          inner.push(
            rows
              .map((row) =>
                row
                  .slice(4)
                  .map((field) => field.split(',').at(-1))
                  .join('|'),
              )
              .sort(),
          );
        }
        assert.deepEqual(inner[1], inner[0]);
        assert.deepEqual(inner[2], inner[0]);
      });

      it('tshark would have seen a wrong checksum and a wrong ICV', async () => {
        const [capture] = captures as [Capture];
        const file = readFileSync(capture.file);
        const end = 24 + 16 + file.readUInt32LE(24 + 8);
        const ttl = 24 + 16 + 14 + 8;
        file[ttl] = file[ttl]! ^ 1;
        file[end - 1] = file[end - 1]! ^ 1;
        writeFileSync(capture.file, file);
        const [row] = await capture.dissect('ip.checksum.status', 'esp.icv_good');
        assert.notEqual(row![0]!.split(',')[0], '1');
        assert.notEqual(row![1], '1');
      });
    });
  }

  describe('the negative control', () => {
    it('without the edge second refuses every packet, and so does first', async () => {
      assert.equal(await edge.stop(), 0);
      await topology.ipsec({ edge: false });
      const before = {
        first: await kernelState(topology, 'first'),
        second: await kernelState(topology, 'second'),
      };
      const [up, down] = [await relay.sa('alice-up'), await relay.sa('alice-down')];
      const decrypted = [
        await topology.capture('first-host', 'eth0', 'icmp and src net 10.2.0.0/24'),
        await topology.capture('second-host', 'eth0', 'icmp and src net 10.1.0.0/24'),
      ];
      assert.equal(await ping(host(topology, 'first-host'), host(topology, 'second-host').address, 10), 0);
      assert.equal(await ping(host(topology, 'second-host'), host(topology, 'first-host').address, 7), 0);
      const first = await kernelState(topology, 'first');
      const second = await kernelState(topology, 'second');
      assert.equal((await relay.sa('alice-up')).packets - up.packets, 10, 'the relay forwarded them');
      assert.equal((await relay.sa('alice-down')).packets - down.packets, 7);
      assert.deepEqual(errorsSince(before.second, second), { XfrmInStateProtoError: 10 });
      assert.deepEqual(errorsSince(before.first, first), { XfrmInStateProtoError: 7 });
      const judged = ({ packets, failed }: { packets: number; failed: number }) => ({ packets, failed });
      assert.deepEqual(judged(second.sas.get(SPI_TO_SECOND)!), { packets: 0, failed: 10 });
      assert.deepEqual(judged(first.sas.get(SPI_TO_FIRST_WIRE)!), { packets: 0, failed: 7 });
      for (const capture of decrypted) assert.deepEqual(await capture.stop(), []);
    });
  });
});

function dontFragment(bytes: Buffer): boolean {
  return (bytes[6]! & 0x40) !== 0;
}

/** All but the identification, the TTL, the checksum, the addresses and the SPI. */
function unchangeable(bytes: Buffer): string {
  return [bytes.subarray(0, 4), bytes.subarray(6, 8), bytes.subarray(9, 10), bytes.subarray(24)]
    .map((part) => part.toString('hex'))
    .join(' ');
}
