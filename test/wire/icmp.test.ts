import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sum16 } from '../../src/wire/checksum.js';
import * as icmp from '../../src/wire/icmp.js';
import { bytesUpTo } from '../model/arbitrary.js';
import { addressBytes, bytes16, bytes32, word16 } from '../model/bytes.js';
import { icmp as buildIcmp, icmpv6 as buildIcmpv6 } from '../model/upper.js';

const SOURCE = '2001:db8:2::2';
const DESTINATION = '2001:db8:9::9';
const AT = 3;
const HEADER = [0x83, 0x84, 0xfe, 0xdc, 0x91, 0x92, 0x93, 0x94];

function surrounded(bytes: readonly number[]): DataView {
  return new DataView(Uint8Array.of(0xee, 0xee, 0xee, ...bytes, 0xee, 0xee).buffer);
}

function viewOf(bytes: readonly number[]): DataView {
  return new DataView(Uint8Array.from(bytes).buffer);
}

const addresses = (() => {
  const bytes = [...addressBytes(SOURCE), ...addressBytes(DESTINATION)];
  return sum16(viewOf(bytes), 0, bytes.length);
})();

describe('wire/icmp', () => {
  it('reads type, code and checksum at an odd offset, and no byte beside the header', () => {
    for (const [view, at] of [
      [surrounded(HEADER), AT],
      [viewOf(HEADER), 0],
    ] as const) {
      assert.equal(icmp.icmpType(view, at), 0x83);
      assert.equal(icmp.icmpCode(view, at), 0x84);
    }
  });

  it('writes each field where it is read, and nothing else', () => {
    for (const rest of [0, 1, 1280, 0x7fffffff, -1, 0x80000000 | 0]) {
      const view = surrounded(HEADER);
      icmp.writeIcmpHeader(view, AT, 255, 1, rest);
      const header = [255, 1, 0, 0, ...bytes32(rest)];
      assert.deepEqual(new Uint8Array(view.buffer), Uint8Array.of(0xee, 0xee, 0xee, ...header, 0xee, 0xee));
      icmp.setIcmpChecksum(view, AT, 0xabcd);
      header.splice(2, 2, ...bytes16(0xabcd));
      assert.deepEqual(new Uint8Array(view.buffer), Uint8Array.of(0xee, 0xee, 0xee, ...header, 0xee, 0xee));
    }
  });

  it('knows the errors that are translated, of both families', () => {
    const types = Array.from({ length: 256 }, (_, type) => type);
    assert.deepEqual(types.filter(icmp.isIcmpError), [3, 11, 12]);
    assert.deepEqual(types.filter(icmp.isIcmpv6Error), [1, 2, 3, 4]);
  });

  it('sums any message, of odd length too, as the slow model does, and reads no byte beside it', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), bytesUpTo(99), (type, code, data) => {
        const right = buildIcmp({ type, code, data });
        assert.equal(icmp.icmpSum(viewOf(right), 0, right.length, 0), 0);
        const unset = buildIcmp({ type, code, data, checksum: 0 });
        // Of a message of zeros alone the checksum is 0xffff, as all others write it.
        assert.equal(icmp.icmpSum(viewOf(unset), 0, unset.length, 0), word16(right, 2));
      }),
    );
  });

  it('sums ICMPv6 with its pseudo-header', () => {
    fc.assert(
      fc.property(fc.nat(255), bytesUpTo(99), (type, data) => {
        const right = buildIcmpv6({ type, data }, SOURCE, DESTINATION);
        const pseudo = icmp.icmpv6Pseudo(addresses, right.length);
        assert.equal(icmp.icmpSum(viewOf(right), 0, right.length, pseudo), 0);
        const unset = right.with(2, 0).with(3, 0);
        assert.equal(icmp.icmpSum(viewOf(unset), 0, unset.length, pseudo), word16(right, 2));
        // A message for another address, or cut, is found wrong.
        assert.notEqual(
          icmp.icmpSum(viewOf(right), 0, right.length, icmp.icmpv6Pseudo(addresses + 1, right.length)),
          0,
        );
      }),
    );
  });

  it('finds 0x0000 and 0xffff in a checksum alike, as one’s complement has it', () => {
    const zeros = [0, 0, 0, 0, 0, 0, 0, 0];
    assert.equal(icmp.icmpSum(viewOf(zeros), 0, 8, 0), 0xffff);
    assert.equal(icmp.icmpSum(viewOf(zeros.with(2, 0xff).with(3, 0xff)), 0, 8, 0), 0);
    // A message whose words add up to 0xffff has the checksum 0x0000.
    const full = buildIcmp({ type: 8, data: [0xf7, 0xff] });
    assert.equal(word16(full, 2), 0);
    assert.equal(icmp.icmpSum(viewOf(full), 0, full.length, 0), 0);
    assert.equal(icmp.icmpSum(viewOf(full.with(2, 0xff).with(3, 0xff)), 0, full.length, 0), 0);
  });

  it('has no limit below the longest message', () => {
    const message = new Uint8Array(0xffff).fill(0xff);
    const view = new DataView(message.buffer);
    assert.equal(icmp.icmpSum(view, 0, message.length, icmp.icmpv6Pseudo(16 * 0xffff, 0)), sumOf(message));
  });
});

/** 0xff at the odd end counts as 0xff00; all other words, and the addresses, are zeros of one's complement. */
function sumOf(message: Uint8Array): number {
  assert.equal(message.length % 2, 1);
  return ~(0xff00 + 58) & 0xffff;
}
