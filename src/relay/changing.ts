/**
 * The straight way of packets whose SA changes their encapsulation or their family. The straight ways of pipeline.ts and straight.ts
 * have found their SAs, and leave them here with the verdict `KNOWN`:
 *
 *     encapsulation       IP  +UDP−   SPI …     RFC 3948
 *     family              −IP+ [UDP]  SPI …     RFC 7915 §4, §5
 *
 * Everything in front of the SPI is read, then written anew, without the objects of the general way (`Packet`, `Emission`), which does
 * the same (bench/LOG.md). Packets that need more than new headers go on to the general way: hairpins, packets that do not fit or whose TTL is
 * used up, and UDP over IPv6 that gains a checksum, since that is computed over the whole packet.
 */
import type { PacketBatch } from '../attachment/batch.js';
import {
  carrierKind,
  emitKind,
  FLAG_EMIT_IPV6,
  FLAG_HAIRPIN,
  FLAG_STRAIGHT,
  KIND_UDP,
  R_KIND,
  R_SLOT,
  R_SOURCE,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  type SadMemory,
} from '../table/layout.js';
import type { SourceNotes } from '../table/source-notes.js';
import { addressHalves, halves, storedHalves, updateChecksum } from '../wire/checksum.js';
import { espSpi, setEspSpi } from '../wire/esp.js';
import {
  IPV4_DONT_FRAGMENT,
  IPV4_MIN_HEADER,
  ipv4Destination,
  ipv4FlagsAndOffset,
  ipv4Identification,
  ipv4Source,
  ipv4Ttl,
  writeIpv4Header,
} from '../wire/ipv4.js';
import {
  IPV6_HEADER,
  ipv6DestinationWord,
  ipv6HopLimit,
  ipv6SourceWord,
  setIpv6Destination,
  setIpv6Source,
  writeIpv6Header,
} from '../wire/ipv6.js';
import { IPV4_MAPPED } from '../wire/packet.js';
import { PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/protocol.js';
import {
  setUdpChecksum,
  setUdpPorts,
  UDP_HEADER,
  udpChecksum,
  udpDestinationPort,
  udpSourcePort,
  writeUdpHeader,
} from '../wire/udp.js';
import { flowLabelOf } from './emission.js';
import type { Found } from './found.js';
import type { Identifications } from './identification.js';
import { LONGEST_WITHOUT_DF } from './translator.js';
import { FORWARD, GENERAL, KNOWN } from './verdict.js';

/** 16-bit words of two addresses, two ports and an SPI, for RFC 1624. (IPv4 addresses as mapped ones: 0xffff counts as 0.) */
const CHECKSUM_WORDS = 20;

export interface ChangingOptions {
  readonly memory: SadMemory;
  readonly found: Found;
  readonly sources: SourceNotes;
  readonly identifications: Identifications;
  readonly udp6ZeroChecksum: boolean;
  /** To be added to TTL and hop limit (`Pipeline`). */
  readonly ttlChange: number;
}

export class ChangingPath {
  readonly #records: Int32Array;
  readonly #addresses: Int32Array;
  readonly #seed: number;
  readonly #found: Found;
  readonly #sources: SourceNotes;
  readonly #identifications: Identifications;
  readonly #udp6ZeroChecksum: boolean;
  readonly #ttlChange: number;

  constructor({ memory, found, sources, identifications, udp6ZeroChecksum, ttlChange }: ChangingOptions) {
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#seed = memory.seed;
    this.#found = found;
    this.#sources = sources;
    this.#identifications = identifications;
    this.#udp6ZeroChecksum = udp6ZeroChecksum;
    this.#ttlChange = ttlChange;
  }

  /**
   * Rewrites those of the packets with the verdict `KNOWN` whose SA changes their form.
   * @returns whether no packet is left for the general way
   */
  relay(batch: PacketBatch): boolean {
    const { verdict, count } = batch;
    let isDone = true;
    for (let i = 0; i < count; i++) {
      if (verdict[i] === KNOWN && this.#change(batch, i)) verdict[i] = FORWARD;
      else if (verdict[i] === KNOWN || verdict[i] === GENERAL) isDone = false;
    }
    return isDone;
  }

  /** @returns whether it is rewritten; if not, it is unchanged */
  #change(batch: PacketBatch, i: number): boolean {
    const record = this.#found.records[i]!;
    if (record < 0) return false;
    const records = this.#records;
    const kindWord = records[record + R_KIND]!;
    if ((kindWord & (FLAG_STRAIGHT | FLAG_HAIRPIN)) !== 0) return false;

    const { view } = batch;
    const ip = batch.offset[i]!;
    const end = ip + batch.length[i]!;
    const first = view.getInt32(ip);
    const wasIpv6 = first >>> 28 === 6;
    const wasUdp = carrierKind(this.#found.carriers[i]!) === KIND_UDP;
    const isIpv6 = (kindWord & FLAG_EMIT_IPV6) !== 0;
    const isUdp = emitKind(kindWord) === KIND_UDP;
    const spiAt = ip + (wasIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER) + (wasUdp ? UDP_HEADER : 0);
    const udp = spiAt - UDP_HEADER;
    const start = (isUdp ? udp : spiAt) - (isIpv6 ? IPV6_HEADER : IPV4_MIN_HEADER);
    const hopLimit = Math.min((wasIpv6 ? ipv6HopLimit(view, ip) : ipv4Ttl(view, ip)) + this.#ttlChange, 255);
    // The upper half is the egress MTU.
    if (hopLimit < 1 || end - start > kindWord >>> 16) return false;
    const checksum = wasUdp ? udpChecksum(view, udp) : 0;
    if (isUdp && isIpv6 && checksum === 0 && !this.#udp6ZeroChecksum) return false;

    const s0 = wasIpv6 ? ipv6SourceWord(view, ip, 0) : 0;
    const s1 = wasIpv6 ? ipv6SourceWord(view, ip, 1) : 0;
    const s2 = wasIpv6 ? ipv6SourceWord(view, ip, 2) : IPV4_MAPPED;
    const s3 = wasIpv6 ? ipv6SourceWord(view, ip, 3) : ipv4Source(view, ip);
    const sourcePort = wasUdp ? udpSourcePort(view, udp) : 0;
    const source = records[record + R_SOURCE]! << 2;
    // SAs that keep the source keep the family.
    const newS3 = source === 0 ? s3 : this.#addresses[source + 3]!;
    const newSpi = records[record + R_TO_SPI]!;

    if (isUdp) {
      const ports = records[record + R_TO_PORTS]!;
      const destinationPort = wasUdp ? udpDestinationPort(view, udp) : 0;
      const newSourcePort = ports >>> 16 || sourcePort;
      const newDestinationPort = ports & 0xffff || destinationPort;
      if (!wasUdp) {
        writeUdpHeader(view, udp, newSourcePort, newDestinationPort, end - udp);
      } else {
        setUdpPorts(view, udp, newSourcePort, newDestinationPort);
        if (checksum !== 0) {
          const to = wasIpv6
            ? addressHalves(
                ipv6DestinationWord(view, ip, 0),
                ipv6DestinationWord(view, ip, 1),
                ipv6DestinationWord(view, ip, 2),
                ipv6DestinationWord(view, ip, 3),
              )
            : halves(ipv4Destination(view, ip));
          const removed =
            addressHalves(s0, s1, s2, s3) + to + sourcePort + destinationPort + halves(espSpi(view, spiAt));
          const newAddresses = storedHalves(this.#addresses, source) + storedHalves(records, record + R_TO);
          const added = newAddresses + newSourcePort + newDestinationPort + halves(newSpi);
          setUdpChecksum(view, udp, updateChecksum(checksum, removed, CHECKSUM_WORDS, added));
        }
      }
    }
    setEspSpi(view, spiAt, newSpi);

    const sa = records[record + R_SLOT]!;
    const protocol = isUdp ? PROTOCOL_UDP : PROTOCOL_ESP;
    const trafficClass = wasIpv6 ? (first >>> 20) & 0xff : (first >>> 16) & 0xff;
    if (isIpv6) {
      const flowLabel = wasIpv6 ? first & 0xfffff : flowLabelOf(sa, this.#seed);
      const payload = end - start - IPV6_HEADER;
      writeIpv6Header(view, start, trafficClass, flowLabel, payload, protocol, hopLimit);
      if (source === 0) {
        setIpv6Source(view, start, s0, s1, s2, s3);
      } else {
        const addresses = this.#addresses;
        setIpv6Source(view, start, addresses[source]!, addresses[source + 1]!, addresses[source + 2]!, newS3);
      }
      const to = record + R_TO;
      setIpv6Destination(view, start, records[to]!, records[to + 1]!, records[to + 2]!, records[to + 3]!);
    } else {
      const newTo = records[record + R_TO + 3]!;
      const length = end - start;
      const madeFlags = length > LONGEST_WITHOUT_DF ? IPV4_DONT_FRAGMENT : 0;
      const flags = wasIpv6 ? madeFlags : ipv4FlagsAndOffset(view, ip);
      // An atomic packet keeps its identification, and one whose source stays (RFC 6864 §4).
      const keeps = !wasIpv6 && ((flags & IPV4_DONT_FRAGMENT) !== 0 || newS3 === s3);
      const id = keeps
        ? ipv4Identification(view, ip)
        : this.#identifications.next(newS3, newTo, emitKind(kindWord)) & 0xffff;
      writeIpv4Header(view, start, trafficClass, length, id, flags, hopLimit, protocol, newS3, newTo);
    }

    batch.offset[i] = start;
    batch.length[i] = end - start;
    batch.sa[i] = sa;
    if (wasIpv6) this.#sources.noteIpv6(sa, s0, s1, s2, s3, sourcePort);
    else this.#sources.noteIpv4(sa, s3, sourcePort);
    return true;
  }
}
