import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as ipv6 from '../../src/wire/ipv6.js';
import { bytes16, bytes32 } from '../model/bytes.js';
import { buildIpv6, fragmentHeader, HOP_BY_HOP, options, routing } from '../model/ipv6.js';

/** An IPv6 header written by hand: traffic class 0xb9, flow label 0xfedcb, 12 bytes of payload, ESP, hop limit 63. */
const VECTOR = `6b 9f ed cb 00 0c 32 3f  20 01 0d b8 80 00 00 01 00 00 00 00 00 00 00 01
  20 01 0d b8 00 09 00 00 00 00 00 00 ff ff ff fe`;
/** A fragment header: ESP, reserved 0xa5, offset 0x1fff units of eight bytes, both reserved bits, M. */
const FRAGMENT = '32 a5 ff ff 89 ab cd ef';

const AT = 3;

/** The bytes at an odd offset, others around them. */
function surrounded(hex: string): DataView {
  return new DataView(Uint8Array.of(0xee, 0xee, 0xee, ...bytesOf(hex), 0xee, 0xee).buffer);
}

/** The bytes and no others: whatever is read beside them throws. */
function alone(hex: string): DataView {
  return new DataView(Uint8Array.from(bytesOf(hex)).buffer);
}

function bytesOf(hex: string): number[] {
  return hex.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
}

describe('wire/ipv6', () => {
  it('reads each field of a header at an odd offset, and no byte beside it', () => {
    for (const [view, at] of [
      [surrounded(VECTOR), AT],
      [alone(VECTOR), 0],
    ] as const) {
      assert.equal(ipv6.ipv6TrafficClass(view, at), 0xb9);
      assert.equal(ipv6.ipv6PayloadLength(view, at), 12);
      assert.equal(view.getUint8(at + ipv6.IPV6_NEXT_HEADER), 50);
      assert.equal(ipv6.ipv6HopLimit(view, at), 63);
      assert.deepEqual(
        [0, 1, 2, 3].map((word) => ipv6.ipv6SourceWord(view, at, word)),
        [0x20010db8, 0x80000001 | 0, 0, 1],
      );
      assert.deepEqual(
        [0, 1, 2, 3].map((word) => ipv6.ipv6DestinationWord(view, at, word)),
        [0x20010db8, 0x00090000, 0, -2],
      );
    }
  });

  it('writes each field where it is read, and nothing else', () => {
    const view = surrounded(VECTOR);
    const expected = new Uint8Array(view.buffer.slice(0));
    ipv6.setIpv6PayloadLength(view, AT, 0xffff);
    ipv6.setIpv6HopLimit(view, AT, 0xa1);
    expected.set([0xff, 0xff], AT + 4);
    expected.set([0xa1], AT + 7);
    assert.deepEqual(new Uint8Array(view.buffer), expected);
  });

  for (const [trafficClass, flowLabel, payloadLength, nextHeader, hopLimit] of [
    [0, 0, 0, 0, 0],
    [0xff, 0xfffff, 0xffff, 0xff, 0xff],
    [0xff, 0, 0, 50, 64],
    [0, 0xfffff, 1, 17, 1],
    [0x80, 0x80000, 0x8000, 0x80, 0x80],
    [1, 1, 1280, 44, 255],
  ] as const) {
    it(`writes a header of class ${trafficClass}, label ${flowLabel}, and leaves its addresses`, () => {
      const view = surrounded(VECTOR);
      const [source, destination] = [VECTOR, VECTOR].map((hex) => bytesOf(hex));
      ipv6.writeIpv6Header(view, AT, trafficClass, flowLabel, payloadLength, nextHeader, hopLimit);
      const fields = { trafficClass, flowLabel, payloadLength, hopLimit, protocol: nextHeader, body: [] };
      const header = buildIpv6({
        ...fields,
        source: source!.slice(8, 24),
        destination: destination!.slice(24, 40),
      });
      assert.deepEqual(new Uint8Array(view.buffer), Uint8Array.of(0xee, 0xee, 0xee, ...header, 0xee, 0xee));
      assert.equal(ipv6.ipv6TrafficClass(view, AT), trafficClass);
      assert.equal(ipv6.ipv6PayloadLength(view, AT), payloadLength);
      assert.equal(ipv6.ipv6HopLimit(view, AT), hopLimit);
    });
  }

  it('measures extension headers from 8 to 2,048 bytes', () => {
    for (const [field, length] of [
      [0, 8],
      [1, 16],
      [127, 1024],
      [128, 1032],
      [255, 2048],
    ] as const) {
      assert.equal(ipv6.extensionLength(new DataView(Uint8Array.of(50, field).buffer), 0), length);
    }
    // As many as the slow builder makes.
    for (const content of [0, 6, 7, 14, 15, 100]) {
      const { rest } = options(HOP_BY_HOP, Array<number>(content).fill(0));
      const view = new DataView(Uint8Array.of(50, ...rest).buffer);
      assert.equal(ipv6.extensionLength(view, 0), view.byteLength);
    }
  });

  it('reads the segments left of a routing header', () => {
    for (const left of [0, 1, 127, 255]) {
      const view = new DataView(Uint8Array.of(50, ...routing(left).rest).buffer);
      assert.equal(ipv6.segmentsLeft(view, 0), left);
    }
  });
});

describe('wire/ipv6 fragment header', () => {
  it('reads each field at an odd offset, without the reserved bits, and no byte beside it', () => {
    for (const [view, at] of [
      [surrounded(FRAGMENT), AT],
      [alone(FRAGMENT), 0],
    ] as const) {
      assert.equal(ipv6.fragmentOffset(view, at), 0xfff8);
      assert.equal(ipv6.fragmentHasMore(view, at), true);
      assert.equal(ipv6.fragmentIdentification(view, at), 0x89abcdef | 0);
    }
  });

  it('tells the last fragment by M alone', () => {
    for (const [bits, more] of [
      [0, false],
      [1, true],
      [6, false],
      [7, true],
      [0xfffe, false],
    ] as const) {
      const view = new DataView(Uint8Array.of(50, 0, ...bytes16(bits), 0, 0, 0, 0).buffer);
      assert.equal(ipv6.fragmentHasMore(view, 0), more);
      assert.equal(ipv6.fragmentOffset(view, 0), bits & ~7);
    }
  });

  it('sets offset and M, clears the reserved bits, and writes nothing else', () => {
    const view = surrounded(FRAGMENT);
    const expected = new Uint8Array(view.buffer.slice(0));
    ipv6.setFragmentOffset(view, AT, 1448, false);
    expected.set(bytes16(1448), AT + 2);
    assert.deepEqual(new Uint8Array(view.buffer), expected);
    ipv6.setFragmentOffset(view, AT, 0xfff8, true);
    expected.set([0xff, 0xf9], AT + 2);
    assert.deepEqual(new Uint8Array(view.buffer), expected);
  });

  it('writes what the slow builder writes, and what it reads', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(0x1fff),
        fc.boolean(),
        fc.integer({ min: 0, max: 0xffffffff }),
        (next, units, more, identification) => {
          const view = surrounded(FRAGMENT);
          ipv6.writeFragmentHeader(view, AT, next, units * 8, more, identification | 0);
          const { rest } = fragmentHeader(units * 8, more, identification);
          const expected = Uint8Array.of(0xee, 0xee, 0xee, next, ...rest, 0xee, 0xee);
          assert.deepEqual(new Uint8Array(view.buffer), expected);
          assert.equal(ipv6.fragmentOffset(view, AT), units * 8);
          assert.equal(ipv6.fragmentHasMore(view, AT), more);
          assert.deepEqual(bytes32(ipv6.fragmentIdentification(view, AT)), bytes32(identification));
        },
      ),
    );
  });
});
