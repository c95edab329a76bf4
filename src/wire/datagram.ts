/** UDP datagrams as the control thread handles them: taken out of IP packets, and written into new ones. */

import { addressWord, equalAddresses, isIpv4 } from './address.js';
import { sum16 } from './checksum.js';
import { IP_INTACT } from './ip-damage.js';
import { IPV4_DONT_FRAGMENT, IPV4_MIN_HEADER, writeIpv4Header } from './ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_MIN_MTU, IPV6_SOURCE, writeIpv6Header } from './ipv6.js';
import { Packet, parseIp } from './packet.js';
import { PROTOCOL_UDP } from './protocol.js';
import {
  computeUdpChecksum,
  setUdpChecksum,
  UDP_HEADER,
  udpChecksum,
  udpDestinationPort,
  udpLength,
  udpSourcePort,
  writeUdpHeader,
} from './udp.js';

/** Where something is reached over UDP: 16 bytes of address, and a port. */
export interface UdpEnd {
  readonly address: Uint8Array;
  readonly port: number;
}

export interface Datagram {
  readonly from: UdpEnd;
  readonly to: UdpEnd;
  readonly payload: Uint8Array;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  /** DSCP and ECN. */
  readonly trafficClass: number;
  readonly hasChecksum: boolean;
  /**
   * It may be cut up: over IPv4 it came without DF, over IPv6 no sender can be asked for a shorter one (RFC 8200 §5), or it came in
   * fragments.
   */
  readonly mayFragment: boolean;
  /** IPv4's, 16 bits; 0 over IPv6. */
  readonly identification: number;
  /** Of the whole IP packet as it came, bytes. */
  readonly length: number;
}

/**
 * @param bytes a whole IP packet
 * @param pieces fragments of which it was put together
 * @returns undefined: it is no UDP datagram in one piece, or its UDP is damaged
 */
export function parseDatagram(bytes: Uint8Array, pieces = 1): Datagram | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packet = new Packet();
  if (parseIp(view, 0, bytes.length, packet) !== IP_INTACT) return undefined;
  const { transport, end, isIpv6 } = packet;
  if (packet.protocol !== PROTOCOL_UDP || packet.isFragment || end - transport < UDP_HEADER) return undefined;
  const length = udpLength(view, transport);
  if (length < UDP_HEADER || length > end - transport) return undefined;
  const checksum = udpChecksum(view, transport);
  const source = addressAt(view, isIpv6 ? 8 : 12, isIpv6);
  const destination = addressAt(view, isIpv6 ? 24 : 16, isIpv6);
  if (checksum !== 0) {
    const addresses = isIpv6 ? sum16(view, 8, 32) : sum16(view, 12, 8);
    const computed = computeUdpChecksum(view, transport, length, addresses);
    if ((computed === 0 ? 0xffff : computed) !== checksum) return undefined;
  } else if (isIpv6) {
    return undefined;
  }
  return {
    from: { address: source, port: udpSourcePort(view, transport) },
    to: { address: destination, port: udpDestinationPort(view, transport) },
    payload: bytes.subarray(transport + UDP_HEADER, transport + length),
    hopLimit: packet.hopLimit,
    trafficClass: packet.trafficClass,
    hasChecksum: checksum !== 0,
    mayFragment: packet.mayFragment || pieces > 1 || (isIpv6 && bytes.length <= IPV6_MIN_MTU),
    identification: packet.identification & 0xffff,
    length: bytes.length,
  };
}

/** A whole IP packet. Both ends are of one family. */
export function writeDatagram({
  from,
  to,
  payload,
  hopLimit,
  trafficClass,
  hasChecksum,
  mayFragment,
  identification,
}: Datagram): Uint8Array {
  const overIpv4 = isIpv4(to.address);
  const udp = overIpv4 ? IPV4_MIN_HEADER : IPV6_HEADER;
  const length = UDP_HEADER + payload.length;
  const bytes = new Uint8Array(udp + length);
  const view = new DataView(bytes.buffer);
  bytes.set(payload, udp + UDP_HEADER);
  writeUdpHeader(view, udp, from.port, to.port, length);
  let addresses: number;
  if (overIpv4) {
    const [source, destination] = [addressWord(from.address, 3), addressWord(to.address, 3)];
    writeIpv4Header(
      view,
      0,
      trafficClass,
      bytes.length,
      identification,
      mayFragment ? 0 : IPV4_DONT_FRAGMENT,
      hopLimit,
      PROTOCOL_UDP,
      source,
      destination,
    );
    addresses = sum16(view, 12, 8);
  } else {
    writeIpv6Header(view, 0, trafficClass, 0, length, PROTOCOL_UDP, hopLimit);
    bytes.set(from.address, IPV6_SOURCE);
    bytes.set(to.address, IPV6_DESTINATION);
    addresses = sum16(view, IPV6_SOURCE, 32);
  }
  if (hasChecksum || !overIpv4) setUdpChecksum(view, udp, computeUdpChecksum(view, udp, length, addresses));
  return bytes;
}

function addressAt(view: DataView, at: number, isIpv6: boolean): Uint8Array {
  const address = new Uint8Array(16);
  for (let byte = 0; byte < (isIpv6 ? 16 : 4); byte++) {
    address[(isIpv6 ? 0 : 12) + byte] = view.getUint8(at + byte);
  }
  if (!isIpv6) address.fill(0xff, 10, 12);
  return address;
}

export function sameEnd(one: UdpEnd, other: UdpEnd): boolean {
  return one.port === other.port && equalAddresses(one.address, other.address);
}

const KEY_BYTES = 18;
const keys = Buffer.alloc(2 * KEY_BYTES);

/** Equal for equal ends; one string, since a hundred thousand of them are kept. */
export function endKey(end: UdpEnd): string {
  writeKey(end, 0);
  return keys.toString('latin1', 0, KEY_BYTES);
}

/** The same for two of them. */
export function endsKey(one: UdpEnd, other: UdpEnd): string {
  writeKey(one, 0);
  writeKey(other, KEY_BYTES);
  return keys.toString('latin1');
}

function writeKey({ address, port }: UdpEnd, at: number): void {
  keys.set(address, at);
  keys.writeUInt16BE(port, at + 16);
}
