import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as esp from '../../src/wire/esp.js';
import {
  IP_BAD_CHECKSUM,
  IP_BAD_HEADER,
  IP_BAD_VERSION,
  IP_INTACT,
  IP_TRUNCATED,
} from '../../src/wire/ip-damage.js';
import * as ipv4 from '../../src/wire/ipv4.js';
import { buildPacket, bytes32, internetChecksum, type PacketFields } from '../model/packet.js';

/** An ESP packet written by hand: DF, TTL 63, 198.18.1.1 to 198.18.9.9, then 16 bytes of it. */
const VECTOR =
  '45 00 00 24 1c 46 40 00 3f 32 89 33 c6 12 01 01 c6 12 09 09  aa aa 00 01 00 00 00 07 de ad be ef 00 11 22 33';

describe('wire/ipv4', () => {
  const at = 3;
  let view: DataView;

  beforeEach(() => {
    const bytes = VECTOR.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
    view = new DataView(Uint8Array.of(0xee, 0xee, 0xee, ...bytes, 0xee).buffer);
  });

  it('reads each field of a packet at an odd offset', () => {
    assert.equal(ipv4.checkIpv4(view, at, 36), IP_INTACT);
    assert.equal(ipv4.ipv4HeaderLength(view, at), 20);
    assert.equal(ipv4.ipv4TotalLength(view, at), 36);
    assert.equal(ipv4.ipv4Identification(view, at), 0x1c46);
    assert.equal(ipv4.ipv4DontFragment(view, at), true);
    assert.equal(ipv4.isPlainIpv4(view, at, 50), true);
    assert.equal(ipv4.wholeIpv4Protocol(view, at), 50);
    assert.equal(ipv4.ipv4FragmentWord(view, at), 0x1c46_4000);
    assert.equal(ipv4.ipv4Ttl(view, at), 63);
    assert.equal(ipv4.ipv4Protocol(view, at), 50);
    assert.equal(ipv4.ipv4Checksum(view, at), 0x8933);
    assert.equal(ipv4.ipv4Source(view, at), 0xc6120101 | 0);
    assert.equal(ipv4.ipv4Destination(view, at), 0xc6120909 | 0);
    assert.equal(esp.espSpi(view, at + 20), 0xaaaa0001 | 0);
    assert.equal(esp.espSequenceNumber(view, at + 20), 7);
  });

  it('takes a header with any bit changed, with options or of another protocol for no plain one', () => {
    for (let bit = 0; bit < 160; bit++) {
      const byte = at + (bit >>> 3);
      view.setUint8(byte, view.getUint8(byte) ^ (1 << (bit & 7)));
      assert.equal(ipv4.isPlainIpv4(view, at, 50), false, `bit ${bit}`);
      assert.equal(ipv4.wholeIpv4Protocol(view, at), ipv4.NOT_WHOLE, `bit ${bit}`);
      view.setUint8(byte, view.getUint8(byte) ^ (1 << (bit & 7)));
    }
    assert.equal(ipv4.isPlainIpv4(view, at, 51), false);
    for (const fields of [{ options: [1, 1, 1, 0] }, { protocol: 51 }, { version: 5 }]) {
      assert.equal(ipv4.isPlainIpv4(new DataView(buildPacket(fields).buffer), 0, 50), false);
    }
    assert.equal(ipv4.isPlainIpv4(new DataView(buildPacket().buffer), 0, 50), true);
  });

  it('reads and writes TTL, protocol and checksum as one word', () => {
    const word = ipv4.ipv4HopWord(view, at);
    assert.equal(ipv4.hopWordTtl(word), 63);
    assert.equal(ipv4.hopWordChecksum(word), 0x8933);
    ipv4.setIpv4HopWord(view, at, 200, 51, 0xfedc);
    assert.equal(ipv4.ipv4Ttl(view, at), 200);
    assert.equal(ipv4.ipv4Protocol(view, at), 51);
    assert.equal(ipv4.ipv4Checksum(view, at), 0xfedc);
    assert.equal(ipv4.hopWordTtl(ipv4.ipv4HopWord(view, at)), 200);
  });

  it('writes each field where it is read, and nothing else', () => {
    const before = new Uint8Array(view.buffer.slice(0));
    ipv4.setIpv4Ttl(view, at, 0xa1);
    ipv4.setIpv4Checksum(view, at, 0xb1b2);
    ipv4.setIpv4Source(view, at, 0xc1c2c3c4);
    ipv4.setIpv4Destination(view, at, 0xd1d2d3d4 | 0);
    esp.setEspSpi(view, at + 20, 0xe1e2e3e4 | 0);
    const expected = before.slice();
    expected.set([0xa1], at + 8);
    expected.set(
      [0xb1, 0xb2, ...bytes32(0xc1c2c3c4), ...bytes32(0xd1d2d3d4), ...bytes32(0xe1e2e3e4)],
      at + 10,
    );
    assert.deepEqual(new Uint8Array(view.buffer), expected);
  });

  for (const [flagsAndOffset, isLater, dontFragment] of [
    [0x0000, false, false],
    [0x4000, false, true],
    [0x8000, false, false],
    [0x2000, false, false],
    [0x2001, true, false],
    [0x0001, true, false],
    [0x1fff, true, false],
    [0x6000, false, true],
  ] as const) {
    it(`knows fragments by flags and offset 0x${flagsAndOffset.toString(16).padStart(4, '0')}`, () => {
      const packet = buildPacket({ flagsAndOffset });
      const fields = new DataView(packet.buffer);
      assert.equal(ipv4.isPlainIpv4(fields, 0, 50), flagsAndOffset === 0x4000);
      const isWhole = flagsAndOffset === 0 || flagsAndOffset === 0x4000;
      assert.equal(ipv4.wholeIpv4Protocol(fields, 0), isWhole ? 50 : ipv4.NOT_WHOLE);
      assert.equal(ipv4.ipv4FragmentOffset(fields, 0) !== 0, isLater);
      assert.equal(ipv4.ipv4DontFragment(fields, 0), dontFragment);
    });
  }
});

describe('wire/ipv4 checkIpv4', () => {
  const options = [0x94, 4, 0, 0]; // Router Alert (RFC 2113)
  const noOperations = new Array(40).fill(1);
  const cases: [string, PacketFields, number][] = [
    ['a whole packet', {}, IP_INTACT],
    ['a header and nothing more', { body: [] }, IP_INTACT],
    ['options', { options }, IP_INTACT],
    ['the longest options', { options: noOperations }, IP_INTACT],
    ['options and nothing more', { options, body: [] }, IP_INTACT],
    ['padding after the end', { padding: [1, 2, 3] }, IP_INTACT],
    ['the checksum 0xffff where 0x0000 is meant', { identification: 0xa461, checksum: 0xffff }, IP_INTACT],
    ['version 6', { version: 6 }, IP_BAD_VERSION],
    ['version 0', { version: 0 }, IP_BAD_VERSION],
    ['IHL 4', { ihl: 4 }, IP_BAD_HEADER],
    ['IHL 0', { ihl: 0 }, IP_BAD_HEADER],
    ['a total length below the header', { totalLength: 19 }, IP_BAD_HEADER],
    ['a total length below the options', { options, totalLength: 23 }, IP_BAD_HEADER],
    ['a total length of 0', { totalLength: 0 }, IP_BAD_HEADER],
    ['a total length one beyond the end', { totalLength: 61 }, IP_TRUNCATED],
    ['a total length of 65,535', { totalLength: 65_535 }, IP_TRUNCATED],
    ['an IHL beyond the end', { ihl: 15, totalLength: 60, body: [] }, IP_TRUNCATED],
    ['a wrong checksum', { checksum: 0x1234 }, IP_BAD_CHECKSUM],
    ['a checksum that leaves the options out', { options: [1, 1, 1, 0], checksum: 0 }, IP_BAD_CHECKSUM],
  ];
  for (const [description, fields, found] of cases) {
    it(`${name(found)}: ${description}`, () => {
      const packet = buildPacket(fields);
      if (fields.checksum === 0xffff) assert.equal(internetChecksum(packet.slice(0, 20)), 0);
      assert.equal(check(packet), found);
    });
  }

  it('finds a packet cut after any number of bytes truncated', () => {
    const packet = buildPacket({ options });
    for (let length = 0; length < packet.length; length++) {
      assert.equal(check(packet, length), IP_TRUNCATED, `${length} bytes`);
    }
    assert.equal(check(packet, packet.length), IP_INTACT);
  });

  it('finds any single flipped bit of a header', () => {
    const packet = buildPacket({ options });
    for (let bit = 0; bit < 24 * 8; bit++) {
      const damaged = packet.slice();
      damaged[bit >> 3]! ^= 0x80 >> (bit & 7);
      assert.notEqual(check(damaged), IP_INTACT, `bit ${bit}`);
    }
  });

  it('reads no byte before or after what was received', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        assert.doesNotThrow(() => ipv4.checkIpv4(view, 0, bytes.length));
      }),
    );
  });
});

function check(packet: Uint8Array, length = packet.length): number {
  return ipv4.checkIpv4(new DataView(packet.buffer), 0, length);
}

function name(found: number): string {
  return ['ok', 'truncated', 'bad version', 'bad header', 'bad checksum'][found]!;
}
