import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ALGORITHMS, createTransform } from '../../src/endpoint/algorithm.js';
import { SEAL_HEADROOM } from '../../src/endpoint/transform.js';
import { checksum, FIRST, type InnerOptions, innerPacket, Rig, type RigOptions, SECOND } from './rig.js';

describe('endpoint/decapsulate, of what encapsulate makes', function () {
  this.timeout(60_000); // each rig waits for the disk
  let rig: Rig | undefined;
  const make = (options: RigOptions = {}) => {
    rig?.end();
    rig = new Rig(options);
    return rig;
  };
  afterEach(() => {
    rig?.end();
    rig = undefined;
  });

  /** Protects one packet of the rig's SA. */
  const protect = (from: Rig, options: InnerOptions = {}) => from.send(innerPacket(options))[0]!.esp;

  /** An ESP packet with any plaintext, trailer included, under the rig's key. */
  function handmade(from: Rig, plaintext: Uint8Array, sequence = 1): Buffer {
    const transform = createTransform(from.definition.algorithm, from.key, from.definition.esn);
    const plain = Buffer.concat([Buffer.alloc(SEAL_HEADROOM), plaintext]);
    const out = Buffer.alloc(plaintext.length + 100);
    out.writeUInt32BE(from.definition.icvSpi, 0);
    out.writeUInt32BE(sequence, 4);
    const length = transform.seal(plain, SEAL_HEADROOM, plaintext.length, out, 0, sequence, 0);
    out.writeUInt32BE(from.definition.spi, 0);
    return out.subarray(0, length);
  }

  const withTrailer = (payload: Uint8Array, padding: readonly number[], length: number, nextHeader: number) =>
    Buffer.concat([payload, Uint8Array.from([...padding, length, nextHeader])]);

  it('delivers what was sent, whatever the algorithm, mode, families, encapsulation, lengths and header fields', () => {
    fc.assert(
      fc.property(
        fc.record({
          algorithm: fc.constantFrom(...ALGORITHMS),
          mode: fc.constantFrom('tunnel', 'transport'),
          family: fc.constantFrom(4, 6),
          udp: fc.boolean(),
          esn: fc.boolean(),
          aware: fc.boolean(),
          innerFamily: fc.constantFrom(4, 6),
          sequence: fc.constantFrom(0, 5, 2 ** 32 - 8, 2 ** 32 - 3),
          payloads: fc.array(fc.uint8Array({ maxLength: 1400 }), { minLength: 1, maxLength: 6 }),
          trafficClass: fc.integer({ min: 0, max: 255 }),
          hopLimit: fc.integer({ min: 1, max: 255 }),
        }),
        (options) => {
          const { mode, family, innerFamily, payloads, trafficClass, hopLimit, aware, esn } = options;
          const sequence = esn ? options.sequence : Math.min(options.sequence, 2 ** 32 - 20);
          const made = make({ ...options, sequence, icvSpi: aware ? 0x22220001 : 0xaaaa0001, pathMtu: 9000 });
          const within: InnerOptions =
            mode === 'tunnel'
              ? { family: innerFamily }
              : { family, source: FIRST[family], destination: SECOND[family] };
          const sent = payloads.map((payload) => innerPacket({ ...within, payload, trafficClass, hopLimit }));
          const left = made.send(...sent);
          assert.equal(left.length, sent.length, JSON.stringify(made.drops()));
          for (const { esp, trafficClass: outside } of left) {
            assert.equal(esp.readUInt32BE(0), 0xaaaa0001, 'the SPI on the wire');
            assert.equal(outside, trafficClass, 'DSCP and ECN are copied');
          }
          const arrived = made.receive(
            left.map(({ esp }) => esp),
            { trafficClass, hopLimit },
          );
          arrived.forEach(({ verdict, inner }, i) => {
            assert.equal(verdict, 'decrypt');
            if (mode === 'tunnel') {
              assert.deepEqual(inner, sent[i]);
              return;
            }
            const expected = innerPacket({
              ...within,
              payload: payloads[i]!,
              trafficClass,
              hopLimit,
              dontFragment: true,
            });
            if (family === 4) {
              // The outer header's value there is not known.
              expected.writeUInt16BE(0, 4);
              expected.writeUInt16BE(0, 10);
              expected.writeUInt16BE(checksum(expected.subarray(0, 20)), 10);
            }
            assert.deepEqual(inner, expected);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  describe('refuses and counts', () => {
    it('a replay, and what lies left of the window; late packets within it are taken once', () => {
      const made = make({ window: 64 });
      const packets = Array.from({ length: 200 }, () => protect(made));
      const numbered = (n: number) => packets[n - 1]!;
      assert.deepEqual(made.verdicts([numbered(1), numbered(1)]), ['decrypt', 'replay']);
      assert.deepEqual(made.verdicts([numbered(100)]), ['decrypt']);
      // 100 − 64 + 1 is the window's left edge.
      assert.deepEqual(made.verdicts([numbered(37), numbered(36), numbered(99), numbered(99)]), [
        'decrypt',
        'replay',
        'decrypt',
        'replay',
      ]);
      assert.deepEqual(made.verdicts([numbered(200), numbered(137), numbered(136), numbered(200)]), [
        'decrypt',
        'decrypt',
        'replay',
        'replay',
      ]);
    });

    it('a packet whose sequence number was changed, without moving the window', () => {
      const made = make();
      const packet = protect(made);
      const ahead = Buffer.from(packet);
      ahead.writeUInt32BE(5_000_000, 4);
      assert.deepEqual(made.verdicts([ahead, packet]), ['integrity', 'decrypt']);
    });

    for (const algorithm of ALGORITHMS) {
      it(`a change in any region of a packet: ${algorithm}`, () => {
        const made = make({ algorithm, window: 64 });
        const template = protect(made, { payload: Buffer.alloc(40, 7) });
        for (let at = 4; at < template.length; at++) {
          const tampered = protect(made, { payload: Buffer.alloc(40, 7) });
          tampered[at]! ^= 0x10;
          const [verdict] = made.verdicts([tampered]);
          // A number that was changed may lie outside the window: seen before the ICV is.
          const expected = at < 8 ? ['integrity', 'replay'] : ['integrity'];
          assert.ok(expected.includes(verdict!), `byte ${at}: ${verdict}`);
        }
        assert.deepEqual(made.verdicts([template]), ['decrypt'], 'and the SA works on');
      });
    }

    it('an SPI that no SA has, and 0', () => {
      const made = make();
      const other = protect(made);
      other.writeUInt32BE(0xaaaa0002, 0);
      const zero = protect(made);
      zero.writeUInt32BE(0, 0);
      assert.deepEqual(made.verdicts([other, zero, other.subarray(0, 7)]), [
        'unknown-spi',
        'spi-zero',
        'esp-too-short',
      ]);
    });

    it('the SPI of the ICV on the wire, where a relay is to substitute it', () => {
      const made = make({ icvSpi: 0x22220001 });
      const packet = protect(made);
      packet.writeUInt32BE(0x22220001, 0);
      assert.deepEqual(made.verdicts([packet]), ['unknown-spi']);
    });

    it('a packet of a peer that computes its ICV over the SPI on the wire, where it should know the other one', () => {
      const unaware = make();
      const packet = protect(unaware);
      const { key } = unaware;
      assert.deepEqual(make({ key, icvSpi: 0x22220001 }).verdicts([packet]), ['integrity']);
    });

    it('every length that no packet of the SA can have', () => {
      for (const algorithm of ALGORITHMS) {
        const made = make({ algorithm });
        const packet = protect(made);
        for (let length = 0; length < packet.length; length++) {
          const [verdict] = made.verdicts([packet.subarray(0, length)]);
          assert.ok(verdict === 'esp-too-short' || verdict === 'integrity', `${length}: ${verdict}`);
        }
        assert.deepEqual(made.verdicts([packet]), ['decrypt']);
      }
    });

    it('UDP: keepalives, IKE, and what has no room for an SPI', () => {
      const made = make({ udp: true });
      const packets = ['ff', 'fe', '', 'ffffff', '0000000011223344', 'aaaa0001000000'].map((hex) =>
        Buffer.from(hex, 'hex'),
      );
      assert.deepEqual(made.verdicts(packets), [
        'keepalive',
        'bad-udp',
        'bad-udp',
        'bad-udp',
        'ike',
        'esp-too-short',
      ]);
    });

    it('padding that is not 1, 2, 3, or longer than the packet', () => {
      const made = make();
      const inner = innerPacket({ payload: Buffer.alloc(2) });
      assert.deepEqual(
        made.verdicts([
          handmade(made, withTrailer(inner, [1, 2, 3, 4], 4, 4), 1),
          handmade(made, withTrailer(inner, [1, 2, 4, 3], 4, 4), 2),
          handmade(made, withTrailer(inner, [0, 0, 0, 0], 4, 4), 3),
          handmade(made, withTrailer(Buffer.alloc(2), [], 3, 4), 4),
          handmade(made, withTrailer(Buffer.alloc(6), [], 255, 4), 5),
        ]),
        ['decrypt', 'bad-padding', 'bad-padding', 'bad-padding', 'bad-padding'],
      );
    });

    it('a dummy packet, whatever is in it', () => {
      const made = make();
      assert.deepEqual(made.verdicts([handmade(made, withTrailer(randomBytes(50), [], 0, 59))]), ['dummy']);
    });

    it('a tunnel that carries neither IPv4 nor IPv6, or another version than it says, or a torn packet', () => {
      const made = make();
      const inner = innerPacket({ payload: Buffer.alloc(2) });
      const six = innerPacket({ family: 6, payload: Buffer.alloc(2) });
      const torn = Buffer.from(inner.subarray(0, 18));
      const badSum = Buffer.from(inner);
      badSum[10]! ^= 1;
      assert.deepEqual(
        made.verdicts([
          handmade(made, withTrailer(inner, [], 0, 17), 1),
          handmade(made, withTrailer(inner, [], 0, 41), 2),
          handmade(made, withTrailer(six, [], 0, 4), 3),
          handmade(made, withTrailer(torn, [], 0, 4), 4),
          handmade(made, withTrailer(badSum, [], 0, 4), 5),
          handmade(made, withTrailer(Buffer.alloc(0), [1, 2], 2, 4), 6),
        ]),
        ['bad-next-header', 'bad-inner', 'bad-inner', 'bad-inner', 'bad-inner', 'bad-inner'],
      );
    });

    it('a packet inside that the SA may not carry, from or to', () => {
      const made = make();
      const packet = (options: InnerOptions) =>
        withTrailer(innerPacket({ ...options, payload: Buffer.alloc(2) }), [], 0, 4);
      assert.deepEqual(
        made.verdicts([
          handmade(made, packet({}), 1),
          handmade(made, packet({ source: '10.1.1.1' }), 2),
          handmade(made, packet({ destination: '10.2.1.1' }), 3),
          handmade(made, packet({ source: '10.1.0.255', destination: '10.2.0.255' }), 4),
        ]),
        ['decrypt', 'selector-mismatch', 'selector-mismatch', 'decrypt'],
      );
    });
  });

  it('cuts off the padding for traffic flow confidentiality', () => {
    const made = make();
    const inner = innerPacket({ payload: Buffer.alloc(2) });
    const padded = Buffer.concat([inner, Buffer.alloc(100)]);
    const [{ verdict, inner: delivered } = assert.fail()] = made.receive([
      handmade(made, withTrailer(padded, [], 0, 4)),
    ]);
    assert.equal(verdict, 'decrypt');
    assert.deepEqual(delivered, inner);
  });

  it('treats ECN as RFC 6040 figure 4 has it, and leaves DSCP inside as it was', () => {
    // Rows: inner Not-ECT, ECT(1), ECT(0), CE; columns: outer the same. -1: dropped.
    const figure = [
      [0, 0, 0, -1],
      [1, 1, 1, 3],
      [2, 1, 2, 3],
      [3, 3, 3, 3],
    ];
    for (const family of [4, 6] as const) {
      for (const [innerEcn, row] of figure.entries()) {
        for (const [outerEcn, expected] of row.entries()) {
          const made = make();
          const dscp = 0xb8;
          const packet = protect(made, { family, trafficClass: dscp | innerEcn });
          const [{ verdict, inner } = assert.fail()] = made.receive([packet], {
            trafficClass: 0x20 | outerEcn,
          });
          if (expected < 0) {
            assert.equal(verdict, 'bad-ecn');
            continue;
          }
          assert.deepEqual(
            inner,
            innerPacket({ family, trafficClass: dscp | expected }),
            `${innerEcn} in ${outerEcn}`,
          );
        }
      }
    }
  });

  it('throws at nothing: random and mutated packets from both sides', () => {
    const rigs = ALGORITHMS.flatMap((algorithm) => [
      new Rig({ algorithm }),
      new Rig({ algorithm, udp: true, mode: 'transport', family: 6 }),
    ]);
    try {
      fc.assert(
        fc.property(
          fc.constantFrom(...rigs),
          fc.uint8Array({ maxLength: 300 }),
          fc.boolean(),
          fc.nat(),
          (made, bytes, realistic, at) => {
            const packet = Buffer.from(bytes);
            if (realistic && packet.length >= 4) packet.writeUInt32BE(0xaaaa0001, 0);
            const [verdict] = made.verdicts([packet]);
            assert.notEqual(verdict, 'decrypt');
            const inner = innerPacket({ payload: bytes });
            inner[at % inner.length]! ^= at & 0xff;
            made.send(inner, bytes);
            made.errors();
          },
        ),
        { numRuns: 3000 },
      );
    } finally {
      for (const made of rigs) made.end();
    }
  });
});
