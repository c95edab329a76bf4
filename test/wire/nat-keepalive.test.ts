import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isIpv4, parseAddress } from '../../src/wire/address.js';
import { sum16 } from '../../src/wire/checksum.js';
import { MAX_KEEPALIVE, writeNatKeepalive } from '../../src/wire/nat-keepalive.js';

function keepalive(source: Uint8Array, destination: Uint8Array, ports: [number, number], ttl = 65): Buffer {
  const bytes = Buffer.alloc(MAX_KEEPALIVE + 3, 0x5a);
  const leg = { source, sourcePort: ports[0], destination, destinationPort: ports[1] };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = writeNatKeepalive(view, 3, leg, isIpv4(source), ttl);
  assert.equal(bytes.toString('hex', 0, 3), '5a5a5a');
  assert.ok(bytes.subarray(3 + length).every((byte) => byte === 0x5a));
  return bytes.subarray(3, 3 + length);
}

const sumOf = (bytes: Buffer, from: number, length: number) =>
  sum16(new DataView(bytes.buffer, bytes.byteOffset), from, length);

describe('wire/nat-keepalive', () => {
  it('over IPv4 is one byte of 0xff with UDP checksum 0 (RFC 3948 §2.3)', () => {
    const bytes = keepalive(parseAddress('198.18.9.9'), parseAddress('198.18.1.7'), [4500, 40_001]);
    assert.equal(
      bytes.toString('hex'),
      // version … length, identification and DF, TTL and protocol, checksum, addresses; ports, length, checksum; payload
      '4500001d' + '00004000' + '4111' + 'a39b' + 'c6120909' + 'c6120107' + '11949c41' + '00090000' + 'ff',
    );
    assert.equal(sumOf(bytes, 0, 20), 0xffff);
  });

  it('over IPv6 has a UDP checksum that is right, and never 0', () => {
    const address = fc
      .uint8Array({ minLength: 15, maxLength: 15 })
      .map((tail) => Uint8Array.of(0x20, ...tail));
    const port = fc.integer({ min: 1, max: 0xffff });
    fc.assert(
      fc.property(
        address,
        address,
        port,
        port,
        fc.integer({ min: 1, max: 255 }),
        (from, to, sport, dport, ttl) => {
          const bytes = keepalive(from, to, [sport, dport], ttl);
          assert.equal(bytes.length, 49);
          assert.equal(bytes.toString('hex', 0, 8), `60000000000911${ttl.toString(16).padStart(2, '0')}`);
          assert.deepEqual([...bytes.subarray(8, 40)], [...from, ...to]);
          assert.deepEqual(
            [bytes.readUInt16BE(40), bytes.readUInt16BE(42), bytes.readUInt16BE(44)],
            [sport, dport, 9],
          );
          assert.notEqual(bytes.readUInt16BE(46), 0);
          assert.equal(bytes[48], 0xff);
          // The pseudo-header: both addresses, the length and the protocol (RFC 8200 §8.1).
          const pseudo = Buffer.concat([bytes.subarray(8), Buffer.from([0, 0, 9, 0, 17])]);
          assert.equal(sumOf(pseudo, 0, pseudo.length), 0xffff);
        },
      ),
    );
  });
});
