/** Checksums that are updated incrementally (RFC 1624) equal those summed in full, corners included. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_UDP } from '../../src/table/layout.js';
import { formatAddress } from '../../src/wire/address.js';
import { bytesUpTo, corner16 } from '../model/arbitrary.js';
import { bytes16, hex, internetChecksum, word16 } from '../model/bytes.js';
import { define } from '../model/definition.js';
import { decode, encode, type Ipv4 } from '../model/ip.js';
import { Rig } from '../model/rig.js';
import { udpChecksum } from '../model/upper.js';
import { PAIRS, packetFor, SPECIAL_SAS } from '../model/world.js';

/** Between UDP and UDP, all pairs of families, ports set and kept, and corner values of SPIs, ports and addresses. */
const UDP_SAS: readonly SaDefinition[] = [
  ...PAIRS.flatMap(({ up, down }) => [up, down]),
  ...SPECIAL_SAS,
  define({
    kind: KIND_UDP,
    spi: 0xffffffff,
    toSpi: 0x00010000,
    to: '255.255.255.254',
    toPorts: [0xffff, 0xffff],
  }),
  define({ kind: KIND_UDP, spi: 0x0000ffff, toSpi: 0xffffffff, to: '0.0.0.1', toSrc: undefined }),
].filter(({ match, emit }) => match.kind === KIND_UDP && emit.kind === KIND_UDP);

function isRightUdp(packet: Uint8Array): boolean {
  const ip = decode([...packet]);
  assert.ok(typeof ip === 'object', hex(packet));
  const segment = ip.body.with(6, 0).with(7, 0);
  return word16(ip.body, 6) === udpChecksum(ip.source, ip.destination, segment);
}

describe('relay: checksums after incremental updates', () => {
  it('UDP: right when it was right, for any SA between UDP and UDP', () => {
    const rig = new Rig({ sas: UDP_SAS });
    fc.assert(
      fc.property(fc.constantFrom(...UDP_SAS), bytesUpTo(60), (sa, payload) => {
        const [outcome] = rig.run([encode(packetFor(sa, { payload, checksum: 'right' }))]);
        assert.equal(outcome!.verdict, 'forward');
        assert.ok(isRightUdp(outcome!.packet!), hex(outcome!.packet!));
      }),
      { numRuns: 2000 },
    );
  });

  it('UDP: wrong by as much as it was wrong, so that the receiver finds what the relay did not look for', () => {
    const rig = new Rig({ sas: UDP_SAS });
    fc.assert(
      fc.property(
        fc.constantFrom(...UDP_SAS),
        bytesUpTo(20),
        fc.integer({ min: 1, max: 0xfffe }),
        (sa, payload, error) => {
          const right = packetFor(sa, { payload, checksum: 'right' });
          const checksum = (word16(right.body, 6) + error) % 0xffff || 0xffff;
          const [outcome] = rig.run([encode(packetFor(sa, { payload, checksum }))]);
          assert.ok(!isRightUdp(outcome!.packet!), hex(outcome!.packet!));
        },
      ),
    );
  });

  it('UDP: a checksum that comes out as 0x0000 is sent as 0xffff, and one that came as 0xffff is no other than 0x0000', () => {
    const rig = new Rig({ sas: UDP_SAS });
    for (const sa of UDP_SAS) {
      for (let i = 0; i < 16; i++) {
        // The last word of the payload makes up for all others; where the sum is meant to be zero.
        const payload = (last: number) => [i, ...Array<number>(9).fill(0xff), ...bytes16(last)];
        const send = (last: number) =>
          rig.run([encode(packetFor(sa, { payload: payload(last), checksum: 'right' }))])[0]!.packet!;
        const sent = decode([...send(0)]);
        assert.ok(typeof sent === 'object');
        const corner = send(word16(sent.body, 6));
        assert.equal(word16([...corner], corner.length - sent.body.length + 6), 0xffff);
        assert.ok(isRightUdp(corner));
        const received = packetFor(sa, { payload: payload(0), checksum: 'right' });
        const cornerIn = packetFor(sa, { payload: payload(word16(received.body, 6)), checksum: 'right' });
        assert.equal(word16(cornerIn.body, 6), 0xffff);
        assert.ok(isRightUdp(rig.run([encode(cornerIn)])[0]!.packet!));
      }
    }
  });

  it('IPv4: the header’s is what summing in full gives, for any fields and SAs', () => {
    const sas = UDP_SAS.filter(({ match, emit }) => [match, emit].every(isIpv4Leg));
    const rig = new Rig({ sas });
    const words = fc.record({
      tos: fc.nat(255),
      ttl: fc.integer({ min: 2, max: 255 }),
      identification: corner16,
      flags: fc.constantFrom(0x4000, 0xc000, 0, 0x8000),
    });
    fc.assert(
      fc.property(fc.constantFrom(...sas), words, (sa, fields) => {
        const [outcome] = rig.run([encode(packetFor(sa, fields))]);
        assertHeader(outcome!.packet!);
      }),
      { numRuns: 2000 },
    );
  });

  it('IPv4: a header’s checksum that comes in, or goes out, as 0x0000', () => {
    const sas = UDP_SAS.filter(({ match, emit }) => [match, emit].every(isIpv4Leg));
    const rig = new Rig({ sas });
    for (const sa of sas) {
      for (let tos = 0; tos < 256; tos += 5) {
        const send = (identification: number) =>
          rig.run([encode(packetFor(sa, { tos, identification }))])[0]!.packet!;
        // Of DF packets the ID stays as it is, and makes up for all others.
        const out = send(word16([...send(0)], 10));
        assert.equal(word16([...out], 10), 0);
        assertHeader(out);
        const received = encode(packetFor(sa, { tos, identification: 0 }));
        const cornerIn = encode(packetFor(sa, { tos, identification: word16([...received], 10) }));
        assert.equal(word16([...cornerIn], 10), 0);
        assertHeader(rig.run([cornerIn])[0]!.packet!);
        // Its other form.
        assertHeader(rig.run([cornerIn.with(10, 0xff).with(11, 0xff)])[0]!.packet!);
      }
    }
  });
});

function isIpv4Leg({ destination }: { readonly destination: Uint8Array }): boolean {
  return !formatAddress(destination).includes(':');
}

function assertHeader(packet: Uint8Array): void {
  const ip = decode([...packet]) as Ipv4;
  assert.equal(ip.family, 4, hex(packet));
  const header = packet.slice(0, 20);
  assert.equal(word16([...header], 10), internetChecksum(header.with(10, 0).with(11, 0)), hex(packet));
}
