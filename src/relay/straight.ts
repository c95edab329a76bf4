/**
 * The straight way for every form that keeps its family and its encapsulation: ESP that may be fragmented, ESP-in-UDP and AH over
 * IPv4, all three over IPv6. (Atomic ESP over IPv4 has a yet shorter loop of its own, in pipeline.ts.) A look at a packet sorts it
 * into its form and prepares its lookup; later each form that is present has a loop of its own, in which V8 makes constants of
 * the kind and all that depends on it (bench/LOG.md). Whole and sound packets without options and extension headers come
 * here. If their SA changes their form, they go on to changing.ts, together with the SA that was found.
 */
import { MAX_BATCH, type PacketBatch } from '../attachment/batch.js';
import {
  carrierKind,
  carrierOf,
  KIND_AH,
  KIND_ESP,
  KIND_UDP,
  R_KIND,
  R_SLOT,
  R_SOURCE,
  R_TO,
  R_TO_PORTS,
  R_TO_SPI,
  type SadMemory,
  straightLimit,
} from '../table/layout.js';
import type { SadLookup } from '../table/reader.js';
import type { SourceNotes } from '../table/source-notes.js';
import { AH_MIN_LENGTH, AH_SPI, ahLength } from '../wire/ah.js';
import { addressHalves, halves, updateChecksum } from '../wire/checksum.js';
import { ESP_MIN_LENGTH, espSpi, setEspSpi } from '../wire/esp.js';
import {
  hopWordChecksum,
  hopWordTtl,
  IPV4_DONT_FRAGMENT,
  IPV4_MIN_HEADER,
  ipv4Destination,
  ipv4DontFragment,
  ipv4FragmentWord,
  ipv4HopWord,
  ipv4Source,
  ipv4TotalLength,
  NOT_WHOLE,
  setIpv4Destination,
  setIpv4HopWord,
  setIpv4Identification,
  setIpv4Source,
  wholeIpv4Protocol,
} from '../wire/ipv4.js';
import {
  IPV6_HEADER,
  IPV6_NEXT_HEADER,
  ipv6DestinationWord,
  ipv6HopLimit,
  ipv6PayloadLength,
  ipv6SourceWord,
  setIpv6Destination,
  setIpv6HopLimit,
  setIpv6Source,
} from '../wire/ipv6.js';
import { IPV4_MAPPED } from '../wire/packet.js';
import { PORT_NAT_TRAVERSAL, PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/protocol.js';
import {
  setUdpChecksum,
  setUdpPorts,
  UDP_HEADER,
  udpChecksum,
  udpDestinationPort,
  udpLength,
  udpPorts,
  udpSourcePort,
} from '../wire/udp.js';
import type { Found } from './found.js';
import type { Identifications } from './identification.js';
import { FORWARD, GENERAL, KNOWN } from './verdict.js';

/** 16-bit words of two IPv6 addresses, two ports and an SPI, for RFC 1624. (More than there are do no harm: each counts as 0.) */
const CHECKSUM_WORDS = 20;

/* Forms: the kind, and whether it goes over IPv6. */
const OVER_IPV6 = 4;
const NONE = 0;

export interface StraightOptions {
  readonly memory: SadMemory;
  readonly lookup: SadLookup;
  readonly found: Found;
  readonly sources: SourceNotes;
  readonly identifications: Identifications;
  readonly isEdge: boolean;
  /** To be added to TTL and hop limit (`Pipeline`). */
  readonly ttlChange: number;
}

export class StraightPath {
  readonly #records: Int32Array;
  readonly #addresses: Int32Array;
  readonly #ports: Uint8Array;
  readonly #lookup: SadLookup;
  readonly #identifications: Identifications;
  readonly #sources: SourceNotes;
  readonly #isEdge: boolean;
  readonly #ttlChange: number;
  readonly #found: Found;
  /** `carrierOf` each packet of the batch. */
  readonly #carriers: Int32Array;
  readonly #forms = new Uint8Array(MAX_BATCH);
  /** The batch last parsed had atomic ESP over IPv4. */
  hasPlain = false;
  /** A bit for each form in the batch. */
  #present = 0;

  constructor({ memory, lookup, found, sources, identifications, isEdge, ttlChange }: StraightOptions) {
    this.#records = memory.records;
    this.#addresses = memory.addresses;
    this.#ports = memory.ports;
    this.#lookup = lookup;
    this.#found = found;
    this.#carriers = found.carriers;
    this.#sources = sources;
    this.#identifications = identifications;
    this.#isEdge = isEdge;
    this.#ttlChange = ttlChange;
  }

  /**
   * Sorts packets into forms, and prepares their lookups.
   * @param all without looking at their verdicts; else those whose verdict is `GENERAL`
   * @returns whether all that it looked at have a form; the others have the verdict `GENERAL`
   */
  parse(batch: PacketBatch, all: boolean): boolean {
    const { view, verdict, count } = batch;
    const forms = this.#forms;
    let present = 0;
    this.hasPlain = false;
    for (let i = 0; i < count; i++) {
      forms[i] = NONE;
      if (all) verdict[i] = GENERAL;
      else if (verdict[i] !== GENERAL) continue;
      const ip = batch.offset[i]!;
      const received = batch.length[i]!;
      let form = NONE;
      if (received >= IPV6_HEADER) {
        form =
          view.getUint8(ip) >>> 4 === 6
            ? this.#parseIpv6(view, batch, i, ip, received)
            : this.#parseIpv4(view, batch, i, ip, received);
      }
      present |= 1 << form;
      if (form === NONE) continue;
      forms[i] = form;
    }
    this.#present = present & ~1;
    return present === this.#present;
  }

  #parseIpv4(view: DataView, batch: PacketBatch, i: number, ip: number, received: number): number {
    const length = ipv4TotalLength(view, ip);
    const protocol = wholeIpv4Protocol(view, ip);
    if (length > received || protocol === NOT_WHOLE) return NONE;
    const spiAt = this.#classify(view, i, protocol, ip + IPV4_MIN_HEADER, ip + length);
    if (spiAt === 0) return NONE;
    const spi = espSpi(view, spiAt);
    if (spi === 0) return NONE;
    batch.length[i] = length;
    const carrier = this.#carriers[i]!;
    this.#lookup.prepare(i, carrier, spi, 0, 0, IPV4_MAPPED, ipv4Destination(view, ip));
    if (carrier === KIND_ESP && ipv4DontFragment(view, ip)) this.hasPlain = true;
    return carrierKind(carrier);
  }

  #parseIpv6(view: DataView, batch: PacketBatch, i: number, ip: number, received: number): number {
    const length = IPV6_HEADER + ipv6PayloadLength(view, ip);
    if (length > received) return NONE;
    const upper = ip + IPV6_HEADER;
    const protocol = view.getUint8(ip + IPV6_NEXT_HEADER);
    const spiAt = this.#classify(view, i, protocol, upper, ip + length);
    if (spiAt === 0) return NONE;
    const spi = espSpi(view, spiAt);
    const d2 = ipv6DestinationWord(view, ip, 2);
    // Looks like IPv4 in the table; and without checksum, UDP over IPv6 is the general way's to judge.
    if (spi === 0 || d2 === IPV4_MAPPED || ipv6SourceWord(view, ip, 2) === IPV4_MAPPED) return NONE;
    if (protocol === PROTOCOL_UDP && udpChecksum(view, upper) === 0) return NONE;
    batch.length[i] = length;
    const carrier = this.#carriers[i]!;
    this.#lookup.prepare(
      i,
      carrier,
      spi,
      ipv6DestinationWord(view, ip, 0),
      ipv6DestinationWord(view, ip, 1),
      d2,
      ipv6DestinationWord(view, ip, 3),
    );
    return carrierKind(carrier) | OVER_IPV6;
  }

  /** Sets the carrier. @returns where the SPI is; 0: the packet is none of these, or something is wrong with it */
  #classify(view: DataView, i: number, protocol: number, upper: number, end: number): number {
    if (protocol === PROTOCOL_UDP) {
      if (end < upper + UDP_HEADER + ESP_MIN_LENGTH || udpLength(view, upper) !== end - upper) return 0;
      const port = udpDestinationPort(view, upper);
      if (this.#isEdge) {
        if (this.#ports[port] === 0 && udpSourcePort(view, upper) !== PORT_NAT_TRAVERSAL) return 0;
        this.#carriers[i] = carrierOf(KIND_UDP, PORT_NAT_TRAVERSAL);
      } else {
        if (this.#ports[port] === 0) return 0;
        this.#carriers[i] = carrierOf(KIND_UDP, port);
      }
      return upper + UDP_HEADER;
    }
    if (protocol === PROTOCOL_ESP) {
      if (end < upper + ESP_MIN_LENGTH) return 0;
      this.#carriers[i] = KIND_ESP;
      return upper;
    }
    if (protocol === PROTOCOL_AH) {
      if (end < upper + AH_MIN_LENGTH || end < upper + ahLength(view, upper)) return 0;
      this.#carriers[i] = KIND_AH;
      return upper + AH_SPI;
    }
    return 0;
  }

  /**
   * Finds the SAs of the packets and rewrites those that keep their form. Nothing behind the SPI is touched.
   * @returns whether that was all of them; the others are unchanged, and their SAs are in `Found`
   */
  relay(batch: PacketBatch): boolean {
    const present = this.#present;
    let isStraight = true;
    // Notes of IPv6 sources are compared, so a packet would wait for the line of its SA's counters.
    if (present >>> OVER_IPV6 !== 0) this.#lookup.fetchCounters(batch.count);
    for (let kind = KIND_ESP; kind <= KIND_UDP; kind++) {
      if ((present & (1 << kind)) !== 0) isStraight = this.#relayIpv4(batch, kind) && isStraight;
      if ((present & (1 << (kind | OVER_IPV6))) !== 0)
        isStraight = this.#relayIpv6(batch, kind) && isStraight;
    }
    return isStraight;
  }

  #relayIpv4(batch: PacketBatch, kind: number): boolean {
    const { view, offset, length, verdict, sa: numbers, count } = batch;
    const records = this.#records;
    const addresses = this.#addresses;
    const lookup = this.#lookup;
    const forms = this.#forms;
    const carriers = this.#found.carriers;
    const found = this.#found.records;
    const sources = this.#sources;
    const identifications = this.#identifications;
    const ttlChange = this.#ttlChange;
    const isUdp = kind === KIND_UDP;
    const form = kind;
    const spiOffset = isUdp ? UDP_HEADER : kind === KIND_AH ? AH_SPI : 0;
    let isStraight = true;
    for (let i = 0; i < count; i++) {
      if (forms[i] !== form) continue;
      const ip = offset[i]!;
      const upper = ip + IPV4_MIN_HEADER;
      const carrier = isUdp ? carriers[i]! : kind;
      const spiAt = upper + spiOffset;
      const spi = espSpi(view, spiAt);
      const from = ipv4Source(view, ip);
      const to = ipv4Destination(view, ip);
      const ports = isUdp ? udpPorts(view, upper) : 0;
      const sourcePort = ports >>> 16;
      const record = lookup.lookup(
        i,
        carrier,
        spi,
        0,
        0,
        IPV4_MAPPED,
        to,
        0,
        0,
        IPV4_MAPPED,
        from,
        sourcePort,
      );
      if (record < 0) {
        found[i] = record;
        verdict[i] = KNOWN;
        isStraight = false;
        continue;
      }
      const hopWord = ipv4HopWord(view, ip);
      const ttl = hopWordTtl(hopWord);
      const newTtl = Math.min(ttl + ttlChange, 255);
      if (straightLimit(records[record + R_KIND]!) < length[i]! || newTtl < 1) {
        found[i] = record;
        verdict[i] = KNOWN;
        isStraight = false;
        continue;
      }
      const sourceNumber = records[record + R_SOURCE]!;
      const newFrom = sourceNumber === 0 ? from : addresses[(sourceNumber << 2) + 3]!;
      const newTo = records[record + R_TO + 3]!;
      const newSpi = records[record + R_TO_SPI]!;
      const addressesBefore = halves(from) + halves(to);
      const addressesAfter = halves(newFrom) + halves(newTo);
      let removed = (ttl << 8) + addressesBefore;
      let added = (newTtl << 8) + addressesAfter;
      // Many firsts become one source, so their own identifications would collide there (RFC 6864 §4); AH's ICV covers it.
      if (kind !== KIND_AH && newFrom !== from) {
        const fragmentWord = ipv4FragmentWord(view, ip);
        if ((fragmentWord & IPV4_DONT_FRAGMENT) === 0) {
          const id = identifications.next(newFrom, newTo, kind) & 0xffff;
          removed += fragmentWord >>> 16;
          added += id;
          setIpv4Identification(view, ip, id);
        }
      }
      const checksum = updateChecksum(hopWordChecksum(hopWord), removed, 6, added);
      setIpv4HopWord(view, ip, newTtl, (hopWord >>> 16) & 0xff, checksum);
      setIpv4Source(view, ip, newFrom);
      setIpv4Destination(view, ip, newTo);
      if (isUdp) {
        const newPorts = records[record + R_TO_PORTS]!;
        rewriteUdp(view, upper, ports, newPorts, addressesBefore, addressesAfter, spi, newSpi);
      }
      setEspSpi(view, spiAt, newSpi);
      const sa = records[record + R_SLOT]!;
      numbers[i] = sa;
      sources.noteIpv4(sa, from, sourcePort);
      verdict[i] = FORWARD;
    }
    return isStraight;
  }

  #relayIpv6(batch: PacketBatch, kind: number): boolean {
    const { view, offset, length, verdict, sa: numbers, count } = batch;
    const records = this.#records;
    const addresses = this.#addresses;
    const lookup = this.#lookup;
    const forms = this.#forms;
    const carriers = this.#found.carriers;
    const found = this.#found.records;
    const sources = this.#sources;
    const ttlChange = this.#ttlChange;
    const isUdp = kind === KIND_UDP;
    const form = kind | OVER_IPV6;
    const spiOffset = isUdp ? UDP_HEADER : kind === KIND_AH ? AH_SPI : 0;
    let isStraight = true;
    for (let i = 0; i < count; i++) {
      if (forms[i] !== form) continue;
      const ip = offset[i]!;
      const upper = ip + IPV6_HEADER;
      const carrier = isUdp ? carriers[i]! : kind;
      const spiAt = upper + spiOffset;
      const spi = espSpi(view, spiAt);
      const s0 = ipv6SourceWord(view, ip, 0);
      const s1 = ipv6SourceWord(view, ip, 1);
      const s2 = ipv6SourceWord(view, ip, 2);
      const s3 = ipv6SourceWord(view, ip, 3);
      const d0 = ipv6DestinationWord(view, ip, 0);
      const d1 = ipv6DestinationWord(view, ip, 1);
      const d2 = ipv6DestinationWord(view, ip, 2);
      const d3 = ipv6DestinationWord(view, ip, 3);
      const ports = isUdp ? udpPorts(view, upper) : 0;
      const sourcePort = ports >>> 16;
      const record = lookup.lookup(i, carrier, spi, d0, d1, d2, d3, s0, s1, s2, s3, sourcePort);
      if (record < 0) {
        found[i] = record;
        verdict[i] = KNOWN;
        isStraight = false;
        continue;
      }
      const hopLimit = Math.min(ipv6HopLimit(view, ip) + ttlChange, 255);
      if (straightLimit(records[record + R_KIND]!) < length[i]! || hopLimit < 1) {
        found[i] = record;
        verdict[i] = KNOWN;
        isStraight = false;
        continue;
      }
      const source = records[record + R_SOURCE]! << 2;
      const isKept = source === 0;
      const newS0 = isKept ? s0 : addresses[source]!;
      const newS1 = isKept ? s1 : addresses[source + 1]!;
      const newS2 = isKept ? s2 : addresses[source + 2]!;
      const newS3 = isKept ? s3 : addresses[source + 3]!;
      const newD0 = records[record + R_TO]!;
      const newD1 = records[record + R_TO + 1]!;
      const newD2 = records[record + R_TO + 2]!;
      const newD3 = records[record + R_TO + 3]!;
      const newSpi = records[record + R_TO_SPI]!;
      setIpv6HopLimit(view, ip, hopLimit);
      setIpv6Source(view, ip, newS0, newS1, newS2, newS3);
      setIpv6Destination(view, ip, newD0, newD1, newD2, newD3);
      if (isUdp) {
        let before = addressHalves(s0, s1, s2, s3);
        let after = addressHalves(newD0, newD1, newD2, newD3);
        // Most packets leave from the address to which they came.
        if (newS3 !== d3 || newS2 !== d2 || newS1 !== d1 || newS0 !== d0) {
          before += addressHalves(d0, d1, d2, d3);
          after += addressHalves(newS0, newS1, newS2, newS3);
        }
        rewriteUdp(view, upper, ports, records[record + R_TO_PORTS]!, before, after, spi, newSpi);
      }
      setEspSpi(view, spiAt, newSpi);
      const sa = records[record + R_SLOT]!;
      numbers[i] = sa;
      sources.noteIpv6(sa, s0, s1, s2, s3, sourcePort);
      verdict[i] = FORWARD;
    }
    return isStraight;
  }
}

/** Sets the ports, of which an SA may keep either; a checksum that is there follows addresses, ports and SPI (RFC 1624). */
function rewriteUdp(
  view: DataView,
  udp: number,
  ports: number,
  toPorts: number,
  addressesBefore: number,
  addressesAfter: number,
  spi: number,
  newSpi: number,
): void {
  const source = toPorts >>> 16 || ports >>> 16;
  const destination = toPorts & 0xffff || ports & 0xffff;
  setUdpPorts(view, udp, source, destination);
  const checksum = udpChecksum(view, udp);
  if (checksum === 0) return;
  const removed = addressesBefore + halves(ports) + halves(spi);
  const added = addressesAfter + source + destination + halves(newSpi);
  setUdpChecksum(view, udp, updateChecksum(checksum, removed, CHECKSUM_WORDS, added));
}
