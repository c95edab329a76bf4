import assert from 'node:assert/strict';
import { createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ALGORITHMS, createTransform, keyBytes, layoutOf } from '../../src/endpoint/algorithm.js';
import { truncatedHmac } from '../../src/endpoint/cbc-hmac.js';
import { accepts, SEAL_HEADROOM, type Transform } from '../../src/endpoint/transform.js';
import { AEAD_VECTORS, type AeadVector, CBC_PACKETS, HMAC_VECTORS } from './vectors.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** The packet as the ICV covers it, and the upper half of its sequence number. */
function packetOf({ associated, iv, ciphertext, icv }: AeadVector): { packet: Buffer; high: number } {
  const extended = associated.length === 24;
  const header = extended ? associated.slice(0, 8) + associated.slice(16) : associated;
  return {
    packet: hex(header + iv + ciphertext + icv),
    high: extended ? Number.parseInt(associated.slice(8, 16), 16) : 0,
  };
}

function transformOf({ algorithm, key, salt, associated }: AeadVector): Transform {
  return createTransform(algorithm, hex(key + salt), associated.length === 24);
}

describe('endpoint/transform: published vectors', () => {
  for (const vector of AEAD_VECTORS) {
    it(`opens ${vector.source}`, () => {
      const { packet, high } = packetOf(vector);
      assert.equal(text(transformOf(vector).open(packet, 0, packet.length, high)), vector.plaintext);
    });
  }

  // The IV that we choose is the sequence number, so a vector's IV is put in its place; the header is the vector's.
  for (const vector of AEAD_VECTORS.filter(({ associated }) => associated.length === 16)) {
    it(`seals ${vector.source}`, () => {
      const { packet } = packetOf(vector);
      const plain = Buffer.concat([Buffer.alloc(SEAL_HEADROOM), hex(vector.plaintext)]);
      const out = Buffer.alloc(packet.length + 5);
      hex(vector.associated).copy(out, 5);
      const iv = hex(vector.iv);
      const length = transformOf(vector).seal(
        plain,
        SEAL_HEADROOM,
        plain.length - SEAL_HEADROOM,
        out,
        5,
        iv.readUInt32BE(4),
        iv.readUInt32BE(0),
      );
      assert.equal(text(out.subarray(5, 5 + length)), text(packet));
    });
  }

  CBC_PACKETS.forEach(({ key, packet: withoutIcv, payload, nextHeader }, i) => {
    it(`opens RFC 3602 case ${i + 5}, which gets an ICV for it, also in any order with others`, () => {
      const hmacKey = randomBytes(32);
      const icv = createHmac('sha256', hmacKey).update(hex(withoutIcv)).digest().subarray(0, 16);
      const transform = createTransform('aes-128-cbc-hmac-sha256', Buffer.concat([hex(key), hmacKey]), false);
      for (let repeat = 0; repeat < 3; repeat++) {
        const packet = Buffer.concat([hex(withoutIcv), icv]);
        const plain = transform.open(packet, 0, packet.length, 0)!;
        const padding = plain.at(-2)!;
        assert.equal(plain.at(-1), nextHeader);
        assert.equal(text(plain.subarray(0, plain.length - 2 - padding)), payload);
        assert.deepEqual(
          [...plain.subarray(-2 - padding, -2)],
          Array.from({ length: padding }, (_, n) => n + 1),
        );
      }
    });
  });

  for (const { source, hash, key, data, icv } of HMAC_VECTORS) {
    it(`computes RFC 4868 ${source}`, () => {
      assert.equal(text(truncatedHmac(hash, createSecretKey(hex(key)), Buffer.from(data))), icv);
    });
  }
});

describe('endpoint/transform', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

  /** Seals a plaintext of whole blocks at an odd place. @returns the packet */
  function seal(
    transform: Transform,
    plain: Uint8Array,
    header: Uint8Array,
    sequence: number,
    high: number,
  ): Buffer {
    const around = Buffer.concat([Buffer.alloc(SEAL_HEADROOM + 3), plain]);
    const out = Buffer.alloc(plain.length + 100);
    out.set(header, 7);
    const length = transform.seal(around, SEAL_HEADROOM + 3, plain.length, out, 7, sequence, high);
    assert.deepEqual([...out.subarray(7, 15)], [...header], 'the header stays');
    return Buffer.from(out.subarray(7, 7 + length));
  }

  for (const algorithm of ALGORITHMS) {
    const { ivLength, icvLength, blockSize } = layoutOf(algorithm);
    const cases = fc.record({
      key: bytes(keyBytes(algorithm)),
      esn: fc.boolean(),
      packets: fc.array(
        fc.record({
          blocks: fc.integer({ min: 1, max: 100 }),
          fill: fc.integer({ min: 0, max: 255 }),
          header: bytes(8),
          high: fc.integer({ min: 0, max: 2 ** 21 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      flip: fc.nat(),
    });

    it(`${algorithm}: what is sealed opens, in any order, and any changed bit is refused`, () => {
      fc.assert(
        fc.property(cases, ({ key, esn, packets, flip }) => {
          const sender = createTransform(algorithm, key, esn);
          const receiver = createTransform(algorithm, key, esn);
          const sealed = packets.map(({ blocks, fill, header, high }, n) => {
            const plain = new Uint8Array(blocks * blockSize).fill(fill);
            const packet = seal(sender, plain, header, n + 1, high);
            assert.equal(packet.length, 8 + ivLength + plain.length + icvLength);
            assert.ok(accepts(receiver, packet.length));
            return { plain, packet, high };
          });
          for (const { plain, packet, high } of sealed.reverse()) {
            const bit = flip % (packet.length * 8);
            const changed = Buffer.from(packet);
            changed[bit >> 3]! ^= 1 << (bit & 7);
            assert.equal(receiver.open(changed, 0, changed.length, high), undefined, `bit ${bit}`);
            if (esn) {
              assert.equal(
                receiver.open(Buffer.from(packet), 0, packet.length, high + 1),
                undefined,
                'upper half',
              );
            }
            assert.equal(text(receiver.open(packet, 0, packet.length, high)), text(plain));
          }
        }),
        { numRuns: 40 },
      );
    });
  }

  it('refuses a change in each byte of a packet, for every algorithm', () => {
    for (const algorithm of ALGORITHMS) {
      const key = randomBytes(keyBytes(algorithm));
      const transform = createTransform(algorithm, key, false);
      const packet = seal(transform, randomBytes(64), randomBytes(8), 1, 0);
      for (let at = 0; at < packet.length; at++) {
        const changed = Buffer.from(packet);
        changed[at]! ^= 0x80;
        assert.equal(transform.open(changed, 0, changed.length, 0), undefined, `${algorithm}, byte ${at}`);
      }
    }
  });

  it('takes lengths with room for everything, in whole blocks', () => {
    const gcm = layoutOf('aes-128-gcm');
    assert.deepEqual(
      [0, 8, 32, 34, 35, 36, 37, 40].map((length) => accepts(gcm, length)),
      [false, false, false, false, false, true, false, true],
    );
    const cbc = layoutOf('aes-128-cbc-hmac-sha256');
    assert.deepEqual(
      [40, 41, 55, 56, 57, 72].map((length) => accepts(cbc, length)),
      [false, false, false, true, false, true],
    );
  });

  it('never gives two packets of CBC one IV, equal as they may be, and every IV is the cipher’s', () => {
    const key = randomBytes(16);
    const transform = createTransform(
      'aes-128-cbc-hmac-sha256',
      Buffer.concat([key, randomBytes(32)]),
      false,
    );
    const header = Buffer.alloc(8);
    const plain = Buffer.from('sixteen bytes...');
    const ivs = new Set<string>();
    for (let n = 0; n < 1000; n++) {
      const packet = seal(transform, plain, header, 7, 0);
      const iv = packet.subarray(8, 24);
      ivs.add(text(iv)!);
      const decipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
      assert.equal(text(decipher.update(packet.subarray(24, 40))), text(plain));
    }
    assert.equal(ivs.size, 1000);
  });
});
