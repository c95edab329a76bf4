import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatAddress, formatPrefix } from '../../src/wire/address.js';
import { Attributes, errorOf, Fields, formatMessage, parseMessages } from '../../src/wire/netlink.js';
import { parseLink, parseRoute, parseRule, routeRequest } from '../../src/wire/rtnetlink.js';

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const only = (datagram: Uint8Array) => {
  const [message, ...more] = parseMessages(datagram);
  assert.equal(more.length, 0);
  return message!;
};
const word = (value: number) => {
  const bytes = Buffer.alloc(4);
  if (LITTLE) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
};

describe('wire/netlink', () => {
  it('writes what the kernel reads: lengths, alignment, an attribute of each kind', () => {
    const message = formatMessage(18, 0x301, 7, Uint8Array.of(1, 2, 3, 4), [
      [3, 'lo'],
      [4, 1500],
      [5, Uint8Array.of(9)],
    ]);
    const expected = Buffer.concat([
      word(16 + 4 + 8 + 8 + 8),
      word(18 | (0x301 << 16)).subarray(0, 4),
      word(7),
      word(0),
      Buffer.of(1, 2, 3, 4),
      word(7 | (3 << 16)),
      Buffer.from('lo\0\0'),
      word(8 | (4 << 16)),
      word(1500),
      word(5 | (5 << 16)),
      Buffer.of(9, 0, 0, 0),
    ]);
    if (LITTLE) assert.deepEqual(Buffer.from(message), expected);
    const { type, flags, sequence, body } = only(message);
    assert.deepEqual({ type, flags, sequence }, { type: 18, flags: 0x301, sequence: 7 });
    const attributes = new Attributes(body, 4);
    assert.equal(attributes.text(3), 'lo');
    assert.equal(attributes.number(4), 1500);
    assert.equal(attributes.number(5), 9);
    assert.equal(attributes.number(6), undefined);
  });

  it('reads the messages of a datagram, and leaves out one that is cut short', () => {
    const two = Buffer.concat([formatMessage(1, 0, 1, word(5)), formatMessage(2, 0, 2, word(6))]);
    assert.deepEqual(
      parseMessages(two).map(({ type, body }) => [type, new Fields(body).u32(0)]),
      [
        [1, 5],
        [2, 6],
      ],
    );
    assert.equal(parseMessages(two.subarray(0, two.length - 1)).length, 1);
    assert.equal(parseMessages(word(15)).length, 0);
  });

  it('reads the error of an answer', () => {
    assert.equal(errorOf(only(formatMessage(2, 0, 1, word(-19 >>> 0)))), -19);
    assert.equal(errorOf(only(formatMessage(3, 0, 1, new Uint8Array(0)))), 0);
  });

  it('takes any bytes without an exception, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const message of [...parseMessages(bytes), { type: 0, flags: 0, sequence: 0, body: bytes }]) {
          parseLink(message);
          parseRoute(message);
          parseRule(message, 4);
          errorOf(message);
        }
      }),
    );
  });
});

describe('wire/rtnetlink', () => {
  const route = (family: number, length: number, attributes: [number, Uint8Array | number][]) =>
    parseRoute(
      only(
        formatMessage(24, 0, 1, Uint8Array.of(family, length, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0), attributes),
      ),
    );

  it('reads a route: prefix, link, gateway, table, MTU', () => {
    const metrics = Buffer.concat([word(8 | (1 << 16)), word(4), word(8 | (2 << 16)), word(1400)]);
    const found = route(2, 24, [
      [1, Uint8Array.of(198, 18, 7, 0)],
      [4, 12],
      [5, Uint8Array.of(198, 18, 1, 9)],
      [8, LITTLE ? metrics : Buffer.alloc(0)],
      [15, 4303],
    ])!;
    assert.equal(formatPrefix(found.destination), '198.18.7.0/24');
    assert.equal(formatAddress(found.gateway!), '198.18.1.9');
    assert.deepEqual([found.link, found.table, found.mtu], [12, 4303, LITTLE ? 1400 : undefined]);
  });

  it('reads a default route, whose destination is not written', () => {
    assert.equal(formatPrefix(route(10, 0, [[4, 3]])!.destination), '::/0');
    assert.equal(route(7, 0, []), undefined); // a bridge's
  });

  it('asks for a route with addresses as long as the family’s', () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 198, 18, 1, 1);
    const four = routeRequest({ family: 4, destination: mapped, from: { source: mapped, link: 3 } });
    assert.deepEqual([...four.fixed.subarray(0, 3)], [2, 32, 32]);
    assert.deepEqual(four.attributes[0], [1, Uint8Array.of(198, 18, 1, 1)]);
    const six = routeRequest({ family: 6, destination: new Uint8Array(16) });
    assert.deepEqual([...six.fixed.subarray(0, 3)], [10, 128, 0]);
    assert.equal((six.attributes[0]![1] as Uint8Array).length, 16);
  });
});
