import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { parseAddress } from '../../src/wire/address.js';
import { type Datagram, parseDatagram, writeDatagram } from '../../src/wire/datagram.js';

const between = (from: string, to: string, bytes: number, hasChecksum = true): Datagram => ({
  from: { address: parseAddress(from), port: 4500 },
  to: { address: parseAddress(to), port: 40_001 },
  payload: new Uint8Array(randomBytes(bytes)),
  hopLimit: 61,
  trafficClass: 0xb9,
  hasChecksum,
  mayFragment: to.includes(':') && bytes + 48 <= 1280,
  identification: to.includes(':') ? 0 : 0xbeef,
  length: bytes + 8 + (to.includes(':') ? 40 : 20),
});

describe('wire/datagram', () => {
  for (const [from, to] of [
    ['198.18.1.1', '198.18.9.9'],
    ['2001:db8::1', '2001:db8:9::9'],
  ] as const) {
    it(`reads what it writes, from ${from}`, () => {
      for (const bytes of [0, 1, 2, 29, 500, 1400, 4000]) {
        const datagram = between(from, to, bytes);
        assert.deepEqual(parseDatagram(writeDatagram(datagram)), datagram);
      }
    });

    it(`refuses what is damaged, from ${from}`, () => {
      const packet = writeDatagram(between(from, to, 40));
      for (let at = 0; at < packet.length; at++) {
        const broken = packet.slice();
        broken[at] ^= 0x10;
        const read = parseDatagram(broken);
        // Of IPv6's header nothing but the addresses and the lengths is covered by a checksum.
        if (read !== undefined) assert.ok(from.includes(':') && at < 8, `byte ${at}`);
      }
      assert.equal(parseDatagram(packet.subarray(0, packet.length - 1)), undefined);
    });
  }

  it('leaves out the checksum over IPv4 where there was none, never over IPv6', () => {
    const packet = writeDatagram(between('198.18.1.1', '198.18.9.9', 40, false));
    assert.deepEqual([packet[26], packet[27]], [0, 0]);
    assert.equal(parseDatagram(packet)!.hasChecksum, false);
    assert.equal(
      parseDatagram(writeDatagram(between('2001:db8::1', '2001:db8:9::9', 40, false)))!.hasChecksum,
      true,
    );
  });

  it('may be fragmented where its sender let it: without DF, put together from fragments, or as short as any IPv6 link takes', () => {
    const read = (from: string, to: string, bytes: number, mayFragment: boolean, pieces = 1) => {
      const packet = writeDatagram({ ...between(from, to, bytes), mayFragment });
      return parseDatagram(packet, pieces)!.mayFragment;
    };
    assert.deepEqual(
      [
        read('198.18.1.1', '198.18.9.9', 40, false),
        read('198.18.1.1', '198.18.9.9', 4000, true),
        read('198.18.1.1', '198.18.9.9', 4000, false, 3),
        read('2001:db8::1', '2001:db8:9::9', 1280 - 48, false),
        read('2001:db8::1', '2001:db8:9::9', 1280 - 47, false),
        read('2001:db8::1', '2001:db8:9::9', 4000, false, 3),
      ],
      [false, true, true, true, false, true],
    );
  });
});
