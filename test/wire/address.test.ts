import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as address from '../../src/wire/address.js';

const { contains, formatAddress, formatPrefix, overlaps, parseAddress, parsePrefix } = address;

const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** IPv6 addresses with runs of zeros, where RFC 5952 is difficult. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });

describe('wire/address', () => {
  it('reads and prints any IPv4 address as the IPv4-mapped 16 bytes', () => {
    fc.assert(
      fc.property(octets, (quad) => {
        const bytes = parseAddress(quad.join('.'));
        assert.deepEqual([...bytes], [...new Array(10).fill(0), 0xff, 0xff, ...quad]);
        assert.equal(formatAddress(bytes), quad.join('.'));
        assert.equal(address.familyOf(bytes), 4);
      }),
    );
  });

  it('reads and prints any IPv6 address as the URL parser of Node does', () => {
    fc.assert(
      fc.property(groups, (words) => {
        fc.pre(!(words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff));
        const text = words.map((word) => word.toString(16).padStart(4, '0').toUpperCase()).join(':');
        const bytes = parseAddress(text);
        assert.deepEqual(
          [...bytes],
          words.flatMap((word) => [word >> 8, word & 0xff]),
        );
        assert.equal(`[${formatAddress(bytes)}]`, new URL(`http://[${text}]/`).hostname);
        assert.deepEqual(parseAddress(formatAddress(bytes)), bytes);
      }),
    );
  });

  for (const [text, canonical] of [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // RFC 5952 §4.2.2: one group is not shortened
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'], // §4.2.3: the longest run
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], // §4.2.3: the first of equals
    ['::', '::'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ] as const) {
    it(`prints ${text} as ${canonical}`, () => assert.equal(formatAddress(parseAddress(text)), canonical));
  }

  for (const text of [
    '',
    ' 198.18.9.9',
    '198.18.9.9 ',
    '198.18.9',
    '10.1',
    '198.18.9.256',
    '198.18.09.9',
    '0x7f.0.0.1',
    '3323070729',
    'fe80::1%eth0',
    '2001:db8',
    '2001:db8:::1',
    '[2001:db8::1]',
    '198.18.9.9/32',
    'relay.example',
  ]) {
    it(`refuses the address "${text}"`, () => {
      assert.throws(() => parseAddress(text), address.AddressError);
    });
  }

  it('refuses IPv4-mapped text and says how to write it', () => {
    assert.throws(() => parseAddress('::ffff:198.18.9.9'), /IPv4-mapped: write 198\.18\.9\.9$/);
    assert.throws(() => parseAddress('::ffff:c612:909'), /IPv4-mapped: write 198\.18\.9\.9$/);
  });

  for (const text of ['198.18.9.9', '198.18.0.0/15', '0.0.0.0/0', '2001:db8::/64', '2001:db8::9', '::/0']) {
    it(`reads the prefix ${text} and prints it`, () => assert.equal(formatPrefix(parsePrefix(text)), text));
  }

  for (const text of [
    '198.18.9.0/',
    '198.18.9.0/33',
    '198.18.9.0/024',
    '198.18.9.0/-1',
    '2001:db8::/129',
    '/24',
  ]) {
    it(`refuses the prefix "${text}"`, () => {
      assert.throws(() => parsePrefix(text), address.AddressError);
    });
  }

  it('names the prefix meant when host bits are set', () => {
    assert.throws(() => parsePrefix('198.18.9.9/24'), /write 198\.18\.9\.0\/24$/);
    assert.throws(() => parsePrefix('2001:db8::9/61'), /write 2001:db8::\/61$/);
  });

  it('contains() agrees with arithmetic on 32-bit numbers', () => {
    const number = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(12);
    fc.assert(
      fc.property(octets, octets, fc.nat(32), fc.boolean(), (network, other, length, near) => {
        const size = 2 ** (32 - length);
        const base = Math.floor(number(parseAddress(network.join('.'))) / size) * size;
        const quad = [24, 16, 8, 0].map((shift) => (base >>> shift) & 0xff).join('.');
        const prefix = parsePrefix(`${quad}/${length}`);
        const probe = parseAddress((near ? network : other).join('.'));
        const inside = Math.floor(number(probe) / size) * size === base;
        assert.equal(contains(prefix, probe), inside);
      }),
    );
  });

  it('keeps the families apart', () => {
    assert.equal(contains(parsePrefix('::/0'), parseAddress('198.18.9.9')), false);
    assert.equal(contains(parsePrefix('0.0.0.0/0'), parseAddress('2001:db8::')), false);
    assert.equal(contains(parsePrefix('2001:db8::/33'), parseAddress('2001:db8:7fff::1')), true);
    assert.equal(contains(parsePrefix('2001:db8::/33'), parseAddress('2001:db8:8000::1')), false);
  });

  it('overlaps() is symmetric', () => {
    const wide = parsePrefix('198.18.0.0/15');
    const narrow = parsePrefix('198.19.255.255');
    assert.ok(overlaps(wide, narrow) && overlaps(narrow, wide));
    assert.ok(!overlaps(narrow, parsePrefix('198.19.255.254')));
  });

  for (const [belongs, inside, outside] of [
    [address.isUnspecified, ['0.0.0.0', '0.255.255.255', '::'], ['1.0.0.0', '::1']],
    [
      address.isLoopback,
      ['127.0.0.1', '127.255.255.255', '::1'],
      ['128.0.0.0', '126.255.255.255', '::2', '::'],
    ],
    [
      address.isMulticast,
      ['224.0.0.0', '239.255.255.255', 'ff02::1'],
      ['223.255.255.255', '240.0.0.0', 'fe80::'],
    ],
    [address.isLinkLocal, ['169.254.0.0', 'fe80::', 'febf::1'], ['169.253.255.255', 'fec0::', 'fe7f::']],
    [address.isBroadcast, ['255.255.255.255'], ['255.255.255.254', 'ffff:ffff::']],
  ] as const) {
    it(`${belongs.name}() knows its range`, () => {
      for (const text of inside) assert.equal(belongs(parseAddress(text)), true, text);
      for (const text of outside) assert.equal(belongs(parseAddress(text)), false, text);
    });
  }

  it('specialKind() also finds a prefix that merely reaches into a special range', () => {
    assert.equal(address.specialKind(parsePrefix('126.0.0.0/7')), 'a loopback address');
    assert.equal(address.specialKind(parsePrefix('::/0')), 'an unspecified address');
    assert.equal(address.specialKind(parsePrefix('198.18.0.0/15')), undefined);
    assert.equal(address.specialKind(parsePrefix('2001:db8::/32')), undefined);
  });
});
