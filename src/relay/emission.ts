/** The packet to be emitted: the emitting half of an SA, and from the packet itself the fields that the SA leaves as they are. */
import {
  egressMtu,
  emitKind,
  FLAG_EMIT_IPV6,
  KIND_UDP,
  R_KIND,
  R_SLOT,
  R_SOURCE,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  type SadMemory,
} from '../table/layout.js';
import { IPV4_MIN_HEADER } from '../wire/ipv4.js';
import { IPV6_HEADER } from '../wire/ipv6.js';
import { UDP_HEADER } from '../wire/udp.js';

/** The fields that an SA may keep: addresses are four words in network byte order, read as signed numbers. */
export interface Kept {
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export class Emission implements Kept {
  kind = 0;
  isIpv6 = false;
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;
  /** Signed, network byte order. */
  spi = 0;
  /** UDP ports; 0 without UDP. */
  sourcePort = 0;
  destinationPort = 0;
  /** Of an IPv6 header that is made: {@link flowLabelOf}. */
  flowLabel = 0;
  /** Longest packet that the way out is known to carry, bytes. */
  mtu = 0;

  /**
   * @param record first word of the SA's record
   * @param packet as it comes to this SA: the received one or, behind the first SA of a hairpin, the one which that SA emits
   */
  load(memory: SadMemory, record: number, packet: Kept): void {
    const { records, addresses, seed } = memory;
    const kind = records[record + R_KIND]!;
    this.kind = emitKind(kind);
    this.isIpv6 = (kind & FLAG_EMIT_IPV6) !== 0;
    this.d0 = records[record + R_TO]!;
    this.d1 = records[record + R_TO + 1]!;
    this.d2 = records[record + R_TO + 2]!;
    this.d3 = records[record + R_TO + 3]!;
    this.spi = records[record + R_TO_SPI]!;
    const source = records[record + R_SOURCE]! << 2;
    if (source === 0) {
      this.s0 = packet.s0;
      this.s1 = packet.s1;
      this.s2 = packet.s2;
      this.s3 = packet.s3;
    } else {
      this.s0 = addresses[source]!;
      this.s1 = addresses[source + 1]!;
      this.s2 = addresses[source + 2]!;
      this.s3 = addresses[source + 3]!;
    }
    const ports = records[record + R_TO_PORTS]!;
    this.sourcePort = this.kind === KIND_UDP ? ports >>> 16 || packet.sourcePort : 0;
    this.destinationPort = this.kind === KIND_UDP ? ports & 0xffff || packet.destinationPort : 0;
    this.flowLabel = flowLabelOf(records[record + R_SLOT]!, seed);
    this.mtu = egressMtu(records, record);
  }

  /** Whether it leaves from another source than the packet came from. */
  hasNewSource({ s0, s1, s2, s3 }: Kept): boolean {
    return this.s3 !== s3 || this.s2 !== s2 || this.s1 !== s1 || this.s0 !== s0;
  }
}

/** The flow label of an IPv6 header that is made for an SA: 20 bits, one for each SA (RFC 6437 §3). @param sa its number */
export function flowLabelOf(sa: number, seed: number): number {
  return Math.imul(sa ^ seed, 0x9e3779b1) >>> 12;
}

/** Bytes by which a packet of this SA leaves longer than it came, without options and extension headers. */
export function overheadOf(isIpv6: boolean, kind: number, emission: Emission): number {
  return headerBytes(emission.isIpv6, emission.kind) - headerBytes(isIpv6, kind);
}

function headerBytes(isIpv6: boolean, kind: number): number {
  return (isIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER) + (kind === KIND_UDP ? UDP_HEADER : 0);
}
