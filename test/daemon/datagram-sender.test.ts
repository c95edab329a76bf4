import assert from 'node:assert/strict';
import { DatagramSender } from '../../src/daemon/datagram-sender.js';
import { createIdentificationCounters } from '../../src/relay/identification.js';
import { parseAddress } from '../../src/wire/address.js';
import { type Datagram, parseDatagram } from '../../src/wire/datagram.js';
import { decode, encode, type Ip, type Ipv6 } from '../model/ip.js';

const ENDS = { 4: ['198.18.9.9', '198.18.2.2'], 6: ['2001:db8:9::9', '2001:db8:2::2'] } as const;

describe('daemon/datagram-sender', () => {
  let sent: Uint8Array[];
  let sender: DatagramSender;
  beforeEach(() => {
    sent = [];
    sender = new DatagramSender({ kernelHops: 2, send }, createIdentificationCounters());
  });
  const send = (packet: Uint8Array) => sent.push(packet.slice()) > 0;

  const datagram = (family: 4 | 6, bytes: number, mayFragment: boolean): Datagram => ({
    from: { address: parseAddress(ENDS[family][0]), port: 40_001 },
    to: { address: parseAddress(ENDS[family][1]), port: 4500 },
    payload: Uint8Array.from({ length: bytes }, (_, i) => i * 7),
    hopLimit: 60,
    trafficClass: 0xb9,
    hasChecksum: true,
    mayFragment,
    identification: 0x1234,
    length: 0,
  });
  const ipv4Header = (packet: Uint8Array) => {
    const view = new DataView(packet.buffer);
    return { identification: view.getUint16(4), flags: view.getUint8(6) >>> 5 };
  };

  it('keeps DF and the identification of what came with DF, and gives all else an identification of its own', () => {
    sender.forward(datagram(4, 1400, false));
    assert.deepEqual(ipv4Header(sent[0]!), { identification: 0x1234, flags: 2 });
    for (let i = 0; i < 2; i++) sender.forward(datagram(4, 4000, true));
    const [one, other] = sent.slice(1).map(ipv4Header);
    assert.deepEqual([one!.flags, other!.flags], [0, 0]);
    assert.notEqual(one!.identification, other!.identification);
    assert.equal(parseDatagram(sent[1]!)!.hopLimit, 61);
  });

  it('sends what may be fragmented over IPv6 in pieces that every link carries', () => {
    const whole = datagram(6, 4000, true);
    sender.forward(whole);
    assert.deepEqual(
      sent.map(({ length }) => length),
      [1280, 1280, 1280, 40 + 8 + 4008 - 3 * 1232],
    );
    assert.equal(sender.originated[0], 3);
    const pieces = sent.map((bytes) => decode([...bytes]) as Ip);
    const data = pieces.flatMap(({ body }) => body);
    const joined = encode({ ...(pieces[0] as Ipv6), extensions: [], protocol: 17, body: data });
    const read = parseDatagram(Uint8Array.from(joined), 4)!;
    assert.deepEqual(read.payload, whole.payload);
    assert.deepEqual([read.from, read.to], [whole.from, whole.to]);
  });

  it('sends whole over IPv6 what is short enough, or came whole', () => {
    sender.forward(datagram(6, 1280 - 48, true));
    sender.forward(datagram(6, 1400, false));
    assert.deepEqual(
      sent.map(({ length }) => length),
      [1280, 1448],
    );
  });

  it('sends nothing whose hop limit is used up', () => {
    // Over memory the kernel takes no part, so the relay's host is the one hop.
    const alone = new DatagramSender({ kernelHops: 0, send }, createIdentificationCounters());
    alone.forward({ ...datagram(4, 10, false), hopLimit: 1 });
    assert.equal(sent.length, 0);
    alone.forward({ ...datagram(4, 10, false), hopLimit: 2 });
    assert.equal(parseDatagram(sent[0]!)!.hopLimit, 1);
  });
});
