/** ICMP errors about key exchanges, for each family on either side of the relay. */
import assert from 'node:assert/strict';
import { ExchangeErrors } from '../../src/daemon/exchange-errors.js';
import { TokenBucket } from '../../src/relay/token-bucket.js';
import { BAD_ICMP, ICMP_FORWARD, ICMP_UNMATCHED, RATE_LIMIT, VERDICTS } from '../../src/relay/verdict.js';
import { addressOfWords, formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.js';
import { addressSum } from '../../src/wire/address-pair.js';
import { type Datagram, writeDatagram } from '../../src/wire/datagram.js';
import { ICMP_HEADER, icmpSum, icmpv6Pseudo, setIcmpChecksum } from '../../src/wire/icmp.js';
import { writeTooBig } from '../../src/wire/icmp-error.js';
import { Packet, parseIp, parseQuote } from '../../src/wire/packet.js';
import { message, Rig } from '../exchange/rig.js';

const ENDS = {
  4: { first: '198.18.1.1', relay: '198.18.9.9', second: '198.18.2.2' },
  6: { first: '2001:db8:1::1', relay: '2001:db8:9::9', second: '2001:db8:2::2' },
} as const;
type Family = keyof typeof ENDS;
const PAIR = { initiator: 0xabcd, responder: 2001 };
const BODY = Uint8Array.from({ length: 1380 }, (_, i) => i);

describe('daemon/exchange-errors', () => {
  let rig: Rig;
  let errors: ExchangeErrors;

  /** A connection between a first and a second of these families. */
  function establish(first: Family, second: Family): void {
    rig = new Rig();
    const relays = [ENDS[4].relay, ENDS[6].relay];
    rig.second.addresses = [parseAddress(ENDS[second].second)];
    rig.relay.services = [{ ...rig.service, addresses: relays.map(parsePrefix) }];
    rig.relay.addresses = relays.map(parseAddress);
    errors = new ExchangeErrors(rig.relay, new TokenBucket(100, 0));
    const { first: peer, relay } = ENDS[first];
    const gateway = ENDS[second].second;
    rig.arrive(`${peer}:500`, `${relay}:500`, message({ initiator: PAIR.initiator }));
    rig.arrive(`${gateway}:500`, rig.towards(), message({ ...PAIR, isResponse: true }));
    rig.arrive(`${peer}:4500`, `${relay}:4500`, message({ ...PAIR, exchange: 35, id: 1 }));
    rig.arrive(`${gateway}:4500`, rig.towards(), message({ ...PAIR, exchange: 35, id: 1, isResponse: true }));
  }

  /** The error of a router that cannot carry the relay's packet. */
  function tooBig(sent: Datagram, mtu: number): Uint8Array {
    const bytes = writeDatagram(sent);
    const view = new DataView(bytes.buffer);
    const packet = new Packet();
    parseIp(view, 0, bytes.length, packet);
    const out = new DataView(new ArrayBuffer(2000));
    const length = writeTooBig(view, packet, out, 0, mtu, 50, 77);
    return new Uint8Array(out.buffer, 0, length);
  }

  const unreachable = (error: Uint8Array): Uint8Array => {
    const bytes = error.slice();
    const view = new DataView(bytes.buffer);
    const packet = new Packet();
    parseIp(view, 0, bytes.length, packet);
    const icmp = packet.transport;
    bytes[icmp] = packet.isIpv6 ? 1 : 3;
    bytes[icmp + 1] = packet.isIpv6 ? 4 : 3;
    view.setUint32(icmp + 4, 0);
    setIcmpChecksum(view, icmp, 0);
    const length = bytes.length - icmp;
    setIcmpChecksum(view, icmp, icmpSum(view, icmp, length, pseudo(packet, length)));
    return bytes;
  };
  const pseudo = (packet: Packet, length: number) =>
    packet.isIpv6 ? icmpv6Pseudo(addressSum(packet), length) : 0;
  const translate = (bytes: Uint8Array) => errors.translate(bytes, (hopLimit) => hopLimit - 1, 0);

  /** The translated error: its own ends, those of the quoted datagram, and the MTU that it states. */
  function read() {
    const bytes = errors.translated.slice();
    const view = new DataView(bytes.buffer);
    const packet = new Packet();
    assert.equal(parseIp(view, 0, bytes.length, packet), 0);
    const icmp = packet.transport;
    assert.equal(icmpSum(view, icmp, bytes.length - icmp, pseudo(packet, bytes.length - icmp)), 0);
    const quote = new Packet();
    assert.ok(parseQuote(view, icmp + ICMP_HEADER, bytes.length, packet.isIpv6, quote));
    const source = ({ s0, s1, s2, s3 }: Packet) => formatAddress(addressOfWords(s0, s1, s2, s3));
    const destination = ({ d0, d1, d2, d3 }: Packet) => formatAddress(addressOfWords(d0, d1, d2, d3));
    const port = (at: number) => view.getUint16(quote.transport + at);
    return {
      ends: `${source(packet)} -> ${destination(packet)}`,
      quoted: `${source(quote)}:${port(0)} -> ${destination(quote)}:${port(2)}`,
      payload: bytes.subarray(quote.transport + 8, quote.end),
      type: view.getUint16(icmp),
      mtu: packet.isIpv6 ? view.getUint32(icmp + 4) : view.getUint16(icmp + 6),
      statedLength: quote.statedLength,
      hopLimit: packet.hopLimit,
    };
  }

  for (const one of [4, 6] as const) {
    for (const two of [4, 6] as const) {
      it(`go to the first, IPv${one}, about what went to the second, IPv${two}`, () => {
        establish(one, two);
        const { first, relay } = ENDS[one];
        const request = message({ ...PAIR, exchange: 37, id: 2, body: BODY });
        rig.arrive(`${first}:4500`, `${relay}:4500`, request);
        assert.equal(translate(tooBig(rig.sent.at(-1)!, 1400)), ICMP_FORWARD);
        const { payload, statedLength, ...read_ } = read();
        assert.deepEqual(read_, {
          ends: `${relay} -> ${first}`,
          quoted: `${first}:4500 -> ${relay}:4500`,
          type: one === 4 ? 0x0304 : 0x0200,
          mtu: 1400 + (one === two ? 0 : one === 4 ? -20 : 20),
          hopLimit: 49,
        });
        const sent = new Uint8Array([0, 0, 0, 0, ...request]);
        assert.ok(payload.length > 400);
        assert.deepEqual(payload, sent.subarray(0, payload.length));
        assert.equal(statedLength, sent.length + 8 + (one === 4 ? 20 : 40));
        const out = unreachable(tooBig(rig.sent.at(-1)!, 1400));
        assert.equal(translate(out), ICMP_FORWARD);
        assert.deepEqual([read().ends, read().type], [`${relay} -> ${first}`, one === 4 ? 0x0303 : 0x0104]);
      });

      it(`go to the second, IPv${two}, about what went to the first, IPv${one}`, () => {
        establish(one, two);
        const { second } = ENDS[two];
        rig.arrive(`${second}:4500`, rig.towards(), message({ ...PAIR, exchange: 37, id: 0, body: BODY }));
        assert.equal(translate(tooBig(rig.sent.at(-1)!, 1350)), ICMP_FORWARD);
        const { address } = end(rig.towards());
        const { ends, quoted, mtu } = read();
        assert.deepEqual(
          [ends, quoted, mtu],
          [
            `${address} -> ${second}`,
            `${second}:4500 -> ${rig.towards()}`,
            1350 + (one === two ? 0 : two === 4 ? -20 : 20),
          ],
        );
      });
    }
  }

  const end = (text: string) => ({ address: text.slice(0, text.lastIndexOf(':')) });

  it('are about ESP too, that no SA carries yet', () => {
    establish(4, 4);
    const esp = Uint8Array.of(0xc0, 0, 0, 1, ...new Uint8Array(100));
    rig.arrive(`${ENDS[4].first}:4500`, `${ENDS[4].relay}:4500`, esp, true);
    assert.equal(translate(tooBig(rig.sent.at(-1)!, 1400)), ICMP_FORWARD);
    assert.equal(read().quoted, `${ENDS[4].first}:4500 -> ${ENDS[4].relay}:4500`);
  });

  it('go nowhere when nobody sent the datagram, it is of another IKE SA, or the quote shows too little', () => {
    establish(4, 4);
    rig.arrive(
      `${ENDS[4].first}:4500`,
      `${ENDS[4].relay}:4500`,
      message({ ...PAIR, exchange: 37, id: 2, body: BODY }),
    );
    const sent = rig.sent.at(-1)!;
    const verdict = (change: Partial<Datagram>) => VERDICTS[translate(tooBig({ ...sent, ...change }, 1400))];
    const otherSa = new Uint8Array([0, 0, 0, 0, ...message({ ...PAIR, initiator: 0xabce, exchange: 37 })]);
    assert.deepEqual(
      [
        verdict({}),
        verdict({ from: { ...sent.from, port: sent.from.port ^ 1 } }),
        verdict({ to: { ...sent.to, address: parseAddress('198.18.2.3') } }),
        verdict({ payload: otherSa }),
        verdict({ payload: sent.payload.subarray(0, 10) }),
        verdict({ payload: new Uint8Array(2) }),
      ],
      ['icmp-forward', ...Array<string>(5).fill('icmp-unmatched')],
    );
    const damaged = tooBig(sent, 1400);
    damaged[100]! ^= 1;
    assert.equal(translate(damaged), BAD_ICMP);
    // An echo is none.
    const echo = tooBig(sent, 1400);
    echo[20] = 8;
    assert.equal(translate(echo), ICMP_UNMATCHED);
  });

  it('are limited in rate', () => {
    establish(4, 4);
    rig.arrive(
      `${ENDS[4].first}:4500`,
      `${ENDS[4].relay}:4500`,
      message({ ...PAIR, exchange: 37, id: 2, body: BODY }),
    );
    const error = tooBig(rig.sent.at(-1)!, 1400);
    for (let i = 0; i < 100; i++) assert.equal(translate(error), ICMP_FORWARD);
    assert.equal(translate(error), RATE_LIMIT);
  });

  it('make a second suspect whose host refuses first messages, once for each exchange', () => {
    establish(4, 4);
    const refuse = (initiator: number) => {
      rig.arrive(`198.18.${initiator}.1:500`, `${ENDS[4].relay}:500`, message({ initiator }));
      const error = unreachable(tooBig(rig.sent.at(-1)!, 1400));
      assert.equal(translate(error), ICMP_FORWARD);
      assert.equal(translate(error), ICMP_FORWARD);
    };
    refuse(10);
    refuse(11);
    assert.equal(rig.second.state, 'up');
    refuse(12);
    assert.equal(rig.second.state, 'suspect');
    assert.equal(rig.events.at(-1), 'second-suspect');
  });
});
