import assert from 'node:assert/strict';
import { SEQUENCE_BLOCK } from '../../src/endpoint/sa.js';
import { checksum, FIRST, type InnerOptions, innerPacket, Rig, type RigOptions, SECOND } from './rig.js';

const TWO_32 = 2 ** 32;

describe('endpoint/encapsulate', () => {
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

  describe('of the sender', () => {
    it('drops what no SA is for, what is no IP packet, and what transport mode cannot carry', () => {
      const made = make();
      const badSum = innerPacket();
      badSum[8]! ^= 1;
      made.send(
        innerPacket({ destination: '10.3.0.1' }),
        innerPacket({ source: '10.9.0.1' }),
        badSum,
        Buffer.alloc(5),
      );
      assert.deepEqual(made.drops(), { 'no-policy': 2, 'bad-inner': 2 });
      const transport = make({ mode: 'transport' });
      const within = { source: FIRST[4], destination: SECOND[4] };
      transport.send(innerPacket({ ...within, fragment: 0x2000 }), innerPacket({ ...within, fragment: 5 }));
      assert.deepEqual(transport.drops(), { 'inner-fragment': 2 });
      assert.equal(transport.send(innerPacket(within)).length, 1);
    });

    it('numbers packets from 1, each by one, and stops for ever at the last number', () => {
      const made = make({ sequence: TWO_32 - 4 });
      const packets = Array.from({ length: 6 }, () => innerPacket());
      const numbers = made.send(...packets).map(({ esp }) => esp.readUInt32BE(4));
      assert.deepEqual(numbers, [TWO_32 - 3, TWO_32 - 2, TWO_32 - 1]);
      assert.deepEqual(made.drops(), { 'sequence-overflow': 3 });
      assert.equal(made.send(...packets).length, 0);
      assert.deepEqual(
        make()
          .send(...packets)
          .map(({ esp }) => esp.readUInt32BE(4)),
        [1, 2, 3, 4, 5, 6],
      );
    });

    it('goes on into the upper half with extended numbers', () => {
      const made = make({ sequence: TWO_32 - 3, esn: true });
      const sent = made.send(...Array.from({ length: 5 }, () => innerPacket()));
      assert.deepEqual(
        sent.map(({ esp }) => esp.readUInt32BE(4)),
        [TWO_32 - 2, TWO_32 - 1, 0, 1, 2],
      );
      assert.deepEqual(made.verdicts(sent.map(({ esp }) => esp)), Array<string>(5).fill('decrypt'));
      assert.equal(made.in.window.top, TWO_32 + 2);
      assert.deepEqual(made.verdicts([sent[0]!.esp]), ['replay']);
    });

    it('has on the disk what it may use, before it uses it', () => {
      const made = make();
      assert.equal(made.out.file.number, SEQUENCE_BLOCK, 'a block, before the first packet');
      for (let n = 0; n < SEQUENCE_BLOCK; n++) assert.ok(made.out.takeSequence() <= made.out.file.number);
      assert.equal(made.out.sequence, SEQUENCE_BLOCK);
      assert.equal(made.out.takeSequence(), SEQUENCE_BLOCK + 1);
      assert.equal(made.out.file.number, 2 * SEQUENCE_BLOCK);
      made.out.release();
      assert.equal(made.out.file.number, SEQUENCE_BLOCK + 1);
      assert.equal(made.out.takeSequence(), SEQUENCE_BLOCK + 2);
      assert.equal(made.out.file.number, 2 * SEQUENCE_BLOCK + 1);
    });

    it('has on record what it received, before it delivers it', () => {
      const made = make();
      made.verdicts(made.send(innerPacket(), innerPacket()).map(({ esp }) => esp));
      assert.equal(made.in.file.number, 2);
    });
  });

  describe('path MTU', () => {
    for (const family of [4, 6] as const) {
      for (const algorithm of ['aes-128-gcm', 'aes-256-cbc-hmac-sha512'] as const) {
        for (const udp of [false, true]) {
          it(`fills it and does not exceed it: ${algorithm} over IPv${family}${udp ? ' UDP' : ''}`, () => {
            for (let mtu = 1400; mtu < 1420; mtu++) {
              const made = make({ algorithm, family, udp, pathMtu: mtu });
              const outside = (family === 4 ? 20 : 40) + (udp ? 8 : 0);
              const whole = (inner: number) =>
                outside + protect(made, { payload: Buffer.alloc(inner - 20) }).length;
              const { innerMtu } = made.out;
              assert.ok(whole(innerMtu) <= mtu, `${mtu}: ${whole(innerMtu)}`);
              assert.ok(whole(innerMtu + 1) > mtu, `${mtu}: ${whole(innerMtu + 1)}`);
            }
          });
        }
      }
    }

    it('tells the sender of an IPv4 packet with DF, and sends one without', () => {
      const made = make();
      const { innerMtu } = made.out;
      const long = innerPacket({ payload: Buffer.alloc(innerMtu), dontFragment: true });
      assert.equal(made.send(long).length, 0);
      assert.deepEqual(made.drops(), { 'inner-too-big': 1 });
      const [error = assert.fail(), ...others] = made.errors();
      assert.equal(others.length, 0);
      assert.equal(error.length, 576);
      assert.equal(checksum(error.subarray(0, 20)), 0, 'header checksum');
      assert.equal(checksum(error.subarray(20)), 0, 'ICMP checksum');
      assert.deepEqual(error.subarray(12, 16), long.subarray(16, 20), 'from where it was going');
      assert.deepEqual(error.subarray(16, 20), long.subarray(12, 16));
      assert.deepEqual([...error.subarray(20, 22)], [3, 4], 'fragmentation needed');
      assert.equal(error.readUInt16BE(26), innerMtu);
      assert.deepEqual(error.subarray(28), long.subarray(0, 548));
      assert.equal(made.send(innerPacket({ payload: Buffer.alloc(innerMtu) })).length, 1);
      assert.deepEqual(made.errors(), []);
    });

    it('tells the sender of an IPv6 packet, and fragments outside what it cannot be asked to shorten', () => {
      const made = make();
      const { innerMtu } = made.out;
      const long = innerPacket({ family: 6, payload: Buffer.alloc(innerMtu) });
      assert.equal(made.send(long).length, 0);
      const [error = assert.fail()] = made.errors();
      assert.equal(error.length, 1280);
      assert.deepEqual([...error.subarray(40, 42)], [2, 0], 'packet too big');
      assert.equal(error.readUInt32BE(44), innerMtu);
      assert.deepEqual(error.subarray(8, 24), long.subarray(24, 40));
      const pseudo = Buffer.concat([error.subarray(8, 40), Buffer.from('000000000000003a', 'hex')]);
      pseudo.writeUInt32BE(error.length - 40, 32);
      assert.equal(checksum(Buffer.concat([pseudo, error.subarray(40)])), 0, 'ICMPv6 checksum');
      const narrow = make({ pathMtu: 1280 });
      assert.equal(narrow.send(innerPacket({ family: 6, payload: Buffer.alloc(1240) })).length, 1);
      assert.equal(narrow.send(innerPacket({ family: 6, payload: Buffer.alloc(1241) })).length, 0);
      assert.equal(narrow.errors()[0]!.readUInt32BE(44), 1280);
    });

    it('in transport mode leaves long packets to the kernel to fragment, but for IPv4 with DF', () => {
      for (const family of [4, 6] as const) {
        const made = make({ mode: 'transport', family });
        const within = {
          family,
          source: FIRST[family],
          destination: SECOND[family],
          payload: Buffer.alloc(3000),
        };
        assert.equal(made.send(innerPacket(within)).length, 1);
        assert.deepEqual(made.errors(), []);
        if (family === 6) continue;
        assert.equal(made.send(innerPacket({ ...within, dontFragment: true })).length, 0);
        assert.equal(made.errors().length, 1);
      }
    });

    it('makes no error about an error, about a later fragment, or beyond its budget', () => {
      const made = make();
      const big = { payload: Buffer.alloc(1480), dontFragment: true };
      const icmpError = Buffer.alloc(1480);
      icmpError[0] = 3;
      made.send(
        innerPacket({ ...big, protocol: 1, payload: icmpError }),
        innerPacket({ ...big, fragment: 3 }),
        innerPacket({ family: 6, protocol: 58, payload: Buffer.alloc(1480, 1) }),
      );
      assert.deepEqual(made.errors(), []);
      made.encapsulator.errorBudget = 2;
      made.send(innerPacket(big), innerPacket(big), innerPacket(big));
      assert.equal(made.errors().length, 2);
      assert.deepEqual(made.drops(), { 'inner-too-big': 6 });
    });
  });
});
