/** The packets of floods: the relay can only drop them, and each kind makes it work most in its own way. */
import { bytes16, bytes32 } from '../../model/bytes.js';
import { buildIpv6, fragmentHeader } from '../../model/ipv6.js';
import { buildPacket } from '../../model/packet.js';
import { randomFrom } from '../../model/random.js';
import { ESP, esp, ICMP, ICMPV6, icmp, icmpv6, UDP, udp } from '../../model/upper.js';
import { RELAY, RELAY6, SECOND, SECOND6 } from '../topology.js';

/** The relay's `[fragments] rate`: so many fragments of unknown datagrams a second go to the workers. */
export const FRAGMENT_RATE = 8192;
/** Packets of one flood, which are sent again and again. */
const PACKETS = 8192;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const FRAGMENT_HEADER = 8;
const ESP_HEADER = 8;
const UDP_HEADER = 8;
const ICMP_HEADER = 8;
/** Don't Fragment; More Fragments and an offset of 1,480 bytes. */
const WHOLE = 0x4000;
const LATER = 0x2000 | (1480 / 8);

export interface Flood {
  readonly title: string;
  /** Bytes of each packet. */
  readonly size: number;
  /** The verdicts that the relay counts it under. */
  readonly verdicts: readonly string[];
  /** @param destination the relay's address, or another */
  readonly packets: (destination: string) => Uint8Array[];
  readonly isIpv6: boolean;
  /** Of those that come in a second, so many may be handed to the workers. */
  readonly mostSeen: (packets: number) => number;
}

/** Those whose hash is that of an SA's SPI. */
const alikes = (packets: number) => packets / 1000;
/** As many as `[fragments] rate` allows, and those that begin a slot of time at once. */
const withinRate = () => FRAGMENT_RATE * 1.25;

const random = randomFrom(4303);

function many(make: (i: number) => Uint8Array): Uint8Array[] {
  return Array.from({ length: PACKETS }, (_, i) => make(i));
}

/** Not one of 1–255, and none that an SA has. */
function randomSpi(): number {
  return (random() | 0x40000000) >>> 0;
}

function bytes(length: number): number[] {
  return Array.from({ length }, (_, i) => (i * 151 + 77) & 0xff);
}

/** In network order, as the generator takes them: each after its length. */
export function fileOf(packets: readonly Uint8Array[]): Buffer {
  return Buffer.concat(packets.flatMap((packet) => [Buffer.from(bytes16(packet.length)), packet]));
}

const unknownSpis: Flood = {
  title: 'ESP with unknown SPIs',
  size: 92,
  verdicts: ['unknown-spi'],
  isIpv6: false,
  mostSeen: alikes,
  packets: (destination) =>
    many(() => buildPacket({ destination, spi: randomSpi(), payload: bytes(92 - IPV4_HEADER - ESP_HEADER) })),
};

/** Later fragments: they wait for a first one that never comes. Sent again, one repeats itself. */
const fragments: Flood = {
  title: 'fragments that never complete',
  size: 572,
  verdicts: ['fragment-limit', 'fragment-timeout', 'fragment-overlap'],
  isIpv6: false,
  mostSeen: withinRate,
  packets: (destination) =>
    many((i) =>
      buildPacket({
        destination,
        source: `198.18.1.${i & 0xff}`,
        identification: (i * 0x9e37) & 0xffff,
        flagsAndOffset: LATER,
        body: bytes(572 - IPV4_HEADER),
      }),
    ),
};

/** First fragments, each of which shows an unknown SPI. Sent again, one repeats itself. */
const firstFragments6: Flood = {
  title: 'first fragments over IPv6 with unknown SPIs',
  size: 576,
  verdicts: ['unknown-spi', 'fragment-overlap'],
  isIpv6: true,
  mostSeen: withinRate,
  packets: (destination) =>
    many((i) =>
      buildIpv6({
        source: '2001:db8:1::7',
        destination,
        extensions: [fragmentHeader(0, true, i)],
        spi: randomSpi(),
        payload: bytes(576 - IPV6_HEADER - FRAGMENT_HEADER - ESP_HEADER),
      }),
    ),
};

/** Fragmentation Needed about packets that the relay could have sent, but for the SPI. */
const errors: Flood = {
  title: 'ICMP errors for random SPIs',
  size: 576,
  verdicts: ['icmp-unmatched'],
  isIpv6: false,
  mostSeen: alikes,
  packets: (destination) =>
    many(() => {
      const quoted = buildPacket({
        source: destination,
        destination: SECOND,
        flagsAndOffset: WHOLE,
        protocol: ESP,
        body: [
          ...bytes32(randomSpi()),
          ...bytes32(9),
          ...bytes(576 - 2 * IPV4_HEADER - ICMP_HEADER - ESP_HEADER),
        ],
      });
      const body = icmp({ type: 3, code: 4, word: 1300, data: [...quoted] });
      return buildPacket({ source: '198.18.1.7', destination, flagsAndOffset: 0, protocol: ICMP, body });
    }),
};

/** Packet Too Big, likewise. */
const errors6: Flood = {
  title: 'ICMPv6 errors for random SPIs',
  size: 1280,
  verdicts: ['icmp-unmatched'],
  isIpv6: true,
  mostSeen: alikes,
  packets: (destination) =>
    many(() => {
      const quoted = buildIpv6({
        source: destination,
        destination: SECOND6,
        spi: randomSpi(),
        payload: bytes(1280 - 2 * IPV6_HEADER - ICMP_HEADER - ESP_HEADER),
      });
      const source = '2001:db8:1::7';
      const body = icmpv6({ type: 2, word: 1280, data: [...quoted] }, source, destination);
      return buildIpv6({ source, destination, protocol: ICMPV6, body });
    }),
};

/** The same in UDP over IPv6, the longest way to the SPI. */
const unknownSpis6: Flood = {
  title: 'ESP in UDP over IPv6 with unknown SPIs',
  size: 92,
  verdicts: ['unknown-spi'],
  isIpv6: true,
  mostSeen: alikes,
  packets: (destination) =>
    many(() => {
      const source = '2001:db8:1::7';
      const payload = bytes(92 - IPV6_HEADER - UDP_HEADER - ESP_HEADER);
      const body = udp(esp(randomSpi(), 1, payload), { between: [source, destination] });
      return buildIpv6({ source, destination, protocol: UDP, body });
    }),
};

/** Floods that the kernel can drop for the relay. */
export const FILTERED: readonly Flood[] = [
  unknownSpis,
  unknownSpis6,
  fragments,
  firstFragments6,
  errors,
  errors6,
];

/** Floods that workers drop where the kernel refuses the filter. */
export const UNFILTERED: readonly Flood[] = [unknownSpis, fragments];

/** The relay's address that a flood is for. */
export function relayAddress({ isIpv6 }: Pick<Flood, 'isIpv6'>): string {
  return isIpv6 ? RELAY6 : RELAY;
}
