import assert from 'node:assert/strict';
import { describePacket } from '../../src/wire/describe.js';
import { bytes32 } from '../model/bytes.js';
import { buildIpv6 } from '../model/ipv6.js';
import { buildPacket } from '../model/packet.js';
import { AH, ah, esp, ICMP, ICMPV6, UDP, udp } from '../model/upper.js';

const ENDS = '198.18.1.1 > 198.18.9.9';
const ENDS6 = '2001:db8:1::1 > 2001:db8:9::9';

const CASES: readonly [what: string, packet: Uint8Array, line: string | RegExp][] = [
  ['ESP', buildPacket(), `${ENDS} ESP 0xaaaa0001 #7, 60 bytes`],
  ['an SPI with the highest bit', buildPacket({ spi: 0xffffffff }), `${ENDS} ESP 0xffffffff #7, 60 bytes`],
  [
    'AH',
    buildPacket({ protocol: AH, body: ah(0x99) }),
    /^198\.18\.1\.1 > 198\.18\.9\.9 AH 0x00000099 #\d+, \d+ bytes$/,
  ],
  [
    'ESP-in-UDP',
    buildPacket({ protocol: UDP, body: udp(esp(0xaaaa0002), { sourcePort: 4500, destinationPort: 4500 }) }),
    /^198\.18\.1\.1 > 198\.18\.9\.9 UDP 4500 > 4500 ESP 0xaaaa0002 #\d+, \d+ bytes$/,
  ],
  [
    'IKE behind the marker',
    buildPacket({
      protocol: UDP,
      body: udp([...bytes32(0), ...bytes32(1)], { sourcePort: 4500, destinationPort: 4500 }),
    }),
    `${ENDS} UDP 4500 > 4500 IKE, 36 bytes`,
  ],
  [
    'a NAT keepalive',
    buildPacket({ protocol: UDP, body: udp([0xff], { sourcePort: 4500, destinationPort: 4500 }) }),
    `${ENDS} UDP 4500 > 4500, 29 bytes`,
  ],
  [
    'other UDP',
    buildPacket({ protocol: UDP, body: udp(bytes32(1), { sourcePort: 53, destinationPort: 9 }) }),
    `${ENDS} UDP 53 > 9, 32 bytes`,
  ],
  [
    'ICMP',
    buildPacket({ protocol: ICMP, body: [8, 0, 0, 0, 0, 0, 0, 0] }),
    `${ENDS} ICMP type 8 code 0, 28 bytes`,
  ],
  [
    'ICMPv6',
    buildIpv6({ protocol: ICMPV6, body: [2, 0, 0, 0, 0, 0, 0, 0] }),
    `${ENDS6} ICMPv6 type 2 code 0, 48 bytes`,
  ],
  ['another protocol', buildPacket({ protocol: 6, body: [1, 2, 3, 4] }), `${ENDS} protocol 6, 24 bytes`],
  ['ESP without an SPI', buildPacket({ body: [1, 2, 3] }), `${ENDS} protocol 50, 23 bytes`],
  [
    'a first fragment',
    buildPacket({ flagsAndOffset: 0x2000, identification: 9 }),
    `${ENDS} ESP 0xaaaa0001 #7 fragment 9 at 0 and more, 60 bytes`,
  ],
  [
    'a later fragment',
    buildPacket({ flagsAndOffset: 5, identification: 9 }),
    `${ENDS} fragment 9 at 40, 60 bytes`,
  ],
  ['without the padding behind it', buildPacket({ padding: [1, 2] }), `${ENDS} ESP 0xaaaa0001 #7, 60 bytes`],
  ['what is cut off', buildPacket().slice(0, 30), 'a damaged packet, 30 bytes'],
  ['nothing', new Uint8Array(0), 'a damaged packet, 0 bytes'],
];

describe('wire/describe', () => {
  for (const [what, packet, line] of CASES) {
    it(what, () => {
      // Not at the start of its buffer.
      const view = new DataView(Uint8Array.of(0, 0, 0, ...packet).buffer);
      const described = describePacket(view, 3, packet.length);
      if (typeof line === 'string') assert.equal(described, line);
      else assert.match(described, line);
    });
  }
});
