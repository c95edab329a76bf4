import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sum16 } from '../../src/wire/checksum.js';
import * as udp from '../../src/wire/udp.js';
import { bytesUpTo, corner16 } from '../model/arbitrary.js';
import { addressBytes, bytes16, word16 } from '../model/bytes.js';
import { udp as buildUdp, udpChecksum } from '../model/upper.js';

const IPV4 = ['198.18.1.1', '198.18.9.9'] as const;
const IPV6 = ['2001:db8:1::1', '2001:db8:9::9'] as const;
const AT = 3;
const HEADER = [0xf0, 0xf1, 0x11, 0x94, 0x80, 0x0c, 0xfe, 0xdc];

function surrounded(bytes: readonly number[]): DataView {
  return new DataView(Uint8Array.of(0xee, 0xee, 0xee, ...bytes, 0xee, 0xee).buffer);
}

/** Sum of the words of both addresses. */
function addressesOf(between: readonly [string, string]): number {
  const bytes = Uint8Array.from(between.flatMap((address) => addressBytes(address)));
  return sum16(new DataView(bytes.buffer), 0, bytes.length);
}

describe('wire/udp', () => {
  it('reads each field of a header at an odd offset, and no byte beside it', () => {
    for (const [view, at] of [
      [surrounded(HEADER), AT],
      [new DataView(Uint8Array.from(HEADER).buffer), 0],
    ] as const) {
      assert.equal(udp.udpSourcePort(view, at), 0xf0f1);
      assert.equal(udp.udpDestinationPort(view, at), 4500);
      assert.equal(udp.udpPorts(view, at), 0xf0f1_1194 | 0);
      assert.equal(udp.udpLength(view, at), 0x800c);
      assert.equal(udp.udpChecksum(view, at), 0xfedc);
    }
  });

  it('writes ports and checksum where they are read, and nothing else', () => {
    const view = surrounded(HEADER);
    const expected = new Uint8Array(view.buffer.slice(0));
    udp.setUdpPorts(view, AT, 0xffff, 0x8001);
    expected.set([0xff, 0xff, 0x80, 0x01], AT);
    assert.deepEqual(new Uint8Array(view.buffer), expected);
    udp.setUdpChecksum(view, AT, 0x1234);
    expected.set([0x12, 0x34], AT + 6);
    assert.deepEqual(new Uint8Array(view.buffer), expected);
  });

  it('writes a computed 0x0000 as 0xffff, since 0 means that there is no checksum', () => {
    const view = surrounded(HEADER);
    for (const [checksum, written] of [
      [0, 0xffff],
      [1, 1],
      [0xfffe, 0xfffe],
      [0xffff, 0xffff],
    ] as const) {
      udp.setUdpChecksum(view, AT, checksum);
      assert.equal(udp.udpChecksum(view, AT), written);
    }
  });

  it('writes a header without checksum over whatever was there', () => {
    for (const [source, destination, length] of [
      [0, 0, 8],
      [4500, 4500, 0x800c],
      [0xffff, 0xffff, 0xffff],
    ] as const) {
      const view = surrounded(HEADER);
      udp.writeUdpHeader(view, AT, source, destination, length);
      const header = [...bytes16(source), ...bytes16(destination), ...bytes16(length), 0, 0];
      assert.deepEqual(new Uint8Array(view.buffer), Uint8Array.of(0xee, 0xee, 0xee, ...header, 0xee, 0xee));
    }
  });

  for (const [family, between] of [
    ['IPv4', IPV4],
    ['IPv6', IPV6],
  ] as [string, readonly [string, string]][]) {
    it(`computes over ${family} what the slow model sums in full, whatever the field was, and reads no byte beside it`, () => {
      fc.assert(
        fc.property(bytesUpTo(99), corner16, corner16, (payload, sourcePort, was) => {
          const segment = Uint8Array.from(buildUdp(payload, { sourcePort, checksum: was }));
          const view = new DataView(segment.buffer);
          const computed = udp.computeUdpChecksum(view, 0, segment.length, addressesOf(between));
          const right = udpChecksum(...between, Array.from(segment).with(6, 0).with(7, 0));
          assert.equal(computed || 0xffff, right);
          assert.equal(udp.udpChecksum(view, 0), was);
        }),
      );
    });

    it(`computes 0x0000 over ${family} where all words add up to 0xffff`, () => {
      const payload = (last: number) => [...Array<number>(10).fill(0x5a), ...bytes16(last)];
      const first = word16(buildUdp(payload(0), { between }), 6);
      const segment = Uint8Array.from(buildUdp(payload(first), { checksum: 0 }));
      const computed = udp.computeUdpChecksum(
        new DataView(segment.buffer),
        0,
        segment.length,
        addressesOf(between),
      );
      assert.equal(computed, 0);
    });
  }

  it('sums the longest segment of the highest words without losing a carry', () => {
    const segment = new Uint8Array(0xffff).fill(0xff);
    const view = new DataView(segment.buffer);
    const computed = udp.computeUdpChecksum(view, 0, segment.length, 16 * 0xffff);
    const ones = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
    assert.equal(computed || 0xffff, udpChecksum(ones, ones, [...segment].with(6, 0).with(7, 0)));
  });
});
