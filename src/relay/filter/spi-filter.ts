/**
 * Dropping packets with unknown SPIs before they are handed over: an eBPF program that the kernel runs on each packet
 * for the relay's device, and on the ICMP errors among them for the SPI that they quote. A flood of these costs the
 * relay's host what routing it elsewhere would, and no worker sees it. The program drops, and counts, only what would
 * get the verdict `unknown-spi` or `icmp-unmatched` here, and fragments beyond a rate (src/relay/filter/fragment-filter.ts) as
 * `fragment-limit`; what it is not sure of (options, other extension headers, anything damaged) goes to the workers.
 */
import {
  PRESENCE_MULTIPLIER,
  type PresentSpis,
  presenceBits,
  SpiPresence,
} from '../../table/spi-presence.js';
import { AH_SPI } from '../../wire/ah.js';
import { EbpfAssembler, R0, R1, R2, R3, R4, STACK_END } from '../../wire/ebpf.js';
import { ESP_MIN_LENGTH } from '../../wire/esp.js';
import {
  ICMP_HEADER,
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_UNREACHABLE,
} from '../../wire/icmp.js';
import { IPV4_MIN_HEADER, IPV4_PROTOCOL } from '../../wire/ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_NEXT_HEADER, IPV6_SOURCE } from '../../wire/ipv6.js';
import { IPV4_MAPPED } from '../../wire/packet.js';
import {
  FIRST_UNRESERVED_SPI,
  PORT_NAT_TRAVERSAL,
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_FRAGMENT,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_UDP,
} from '../../wire/protocol.js';
import { UDP_HEADER } from '../../wire/udp.js';
import { createVerdictCounters, type VerdictCounters } from '../counters.js';
import { FRAGMENT_LIMIT, ICMP_UNMATCHED, UNKNOWN_SPI, VERDICTS } from '../verdict.js';
import {
  FRAGMENT_FILTER_BYTES,
  jumpIfFragment,
  letMarkedPass,
  limitFragments,
  markFragment,
  readIpv4Fragment,
  readIpv6Fragment,
} from './fragment-filter.js';
import {
  CONTEXT,
  CONTEXT_LENGTH,
  FRAGMENT_AT,
  HEAD,
  HEAD_AT,
  IPV4_FLAGS,
  IPV4_OFFSET,
  LENGTH,
  loadPacket,
  PROTOCOL,
  TRANSPORT,
  UPPER,
  UPPER_AT,
} from './frame.js';

/*
 * The memory that the program shares with the daemon: packets and bytes dropped, 64 bits each, for each of three
 * verdicts; then what is known of fragments; then the counts of the SPIs that packets arrive with, then of those that they
 * leave with.
 */
const UNKNOWN_COUNTERS = 0;
const UNMATCHED_COUNTERS = 16;
const LIMIT_COUNTERS = 32;
const BYTES_BEHIND = 8;
const FRAGMENTS = 64;
const PRESENCE = FRAGMENTS + FRAGMENT_FILTER_BYTES;

/** Bytes of that memory for a SAD with room for so many SAs. */
export function spiFilterBytes(maxSas: number): number {
  return PRESENCE + 2 * presenceSize(maxSas);
}

function presenceSize(maxSas: number): number {
  return 2 ** presenceBits(maxSas);
}

/** The part of it that the SAD's writer keeps. */
export function spiFilterPresence(memory: ArrayBuffer, maxSas: number): PresentSpis {
  const size = presenceSize(maxSas);
  return {
    matched: new SpiPresence(new Uint8Array(memory, PRESENCE, size)),
    emitted: new SpiPresence(new Uint8Array(memory, PRESENCE + size, size)),
  };
}

/** What was dropped so far, as a worker's counters. */
export function spiFilterCounters(memory: ArrayBuffer): VerdictCounters {
  const view = new BigUint64Array(memory, 0, FRAGMENTS / 8);
  const counters = createVerdictCounters();
  for (const [verdict, at] of [
    [UNKNOWN_SPI, UNKNOWN_COUNTERS],
    [ICMP_UNMATCHED, UNMATCHED_COUNTERS],
    [FRAGMENT_LIMIT, LIMIT_COUNTERS],
  ] as const) {
    counters[verdict] = Number(view[at / 8]);
    counters[VERDICTS.length + verdict] = Number(view[(at + BYTES_BEHIND) / 8]);
  }
  return counters;
}

/** Of a quoted packet, less may be there: the part of the IP header that counts, and what shows the SPI. */
const QUOTED_HEAD = 20;
const QUOTED_UDP = UDP_HEADER + 4;

const IPV4_WITHOUT_OPTIONS = 0x45;
const IPV4_TOTAL_LENGTH = 2;
/** More Fragments, and the offset. */
const IPV4_FRAGMENT = 0x3fff;
const IPV6_PAYLOAD_LENGTH = 4;
const UDP_DESTINATION_PORT = 2;
const UDP_LENGTH = 4;
const UDP_CHECKSUM = 6;
const AH_PAYLOAD_LENGTH = 1;
/** Length of the quoted packet where something follows it (RFC 4884 §4). */
const ICMP_QUOTE_LENGTH = 5;
const ICMPV6_QUOTE_LENGTH = 4;

/** Where in the memory the SPI is looked up. */
const presence = R4;
/** Where its packet is counted: in place of a length that nobody asks for any more. */
const counters = LENGTH;

export interface SpiFilterProgramOptions {
  /** The shared memory as an array map (`native.bpfMemory`) of {@link spiFilterBytes} bytes. */
  readonly memoryFd: number;
  readonly maxSas: number;
  /** Fragments a second that belong to no datagram of an SA, as far as is known, and pass all the same. */
  readonly fragmentRate: number;
}

/** The program: a socket filter, which sees a packet from its IP header on and returns how many bytes of it to keep. */
export function spiFilterProgram({ memoryFd, maxSas, fragmentRate }: SpiFilterProgramOptions): Uint8Array {
  const program = new EbpfAssembler();
  const fragments = { memoryFd, at: FRAGMENTS };
  program.compute(CONTEXT, 'mov', { register: R1 });
  readIpHeader(program);
  program
    .jumpIf(PROTOCOL, '==', PROTOCOL_ESP, 'ESP')
    .jumpIf(PROTOCOL, '==', PROTOCOL_AH, 'AH')
    .jumpIf(PROTOCOL, '==', PROTOCOL_UDP, 'UDP');
  jumpIfFragment(program, 'keep');
  program
    .jumpIf(TRANSPORT, '!=', IPV4_MIN_HEADER, 'not over IPv4')
    .jumpIf(PROTOCOL, '==', PROTOCOL_ICMP, 'ICMP')
    .jump('keep')
    .label('not over IPv4')
    .jumpIf(PROTOCOL, '==', PROTOCOL_ICMPV6, 'ICMPv6')
    .jump('keep');
  readSpi(program);
  readQuotedSpi(program, presenceSize(maxSas));
  program
    .label('SPI')
    .fromBigEndian(R2, 32)
    .jumpIf(R2, '<', FIRST_UNRESERVED_SPI, 'keep')
    .compute32(R2, 'mul', PRESENCE_MULTIPLIER | 0)
    .compute32(R2, 'shr', 32 - presenceBits(maxSas))
    .loadMapValue(R3, memoryFd)
    .compute(R3, 'add', { register: presence })
    .compute(R3, 'add', { register: R2 })
    .load(1, R1, R3, 0)
    .jumpIf(R1, '!=', 0, 'SPI of an SA');
  jumpIfFragment(program, 'fragment of no SA');
  program.jump('drop');
  letMarkedPass(program, fragments);
  program.compute(counters, 'mov', LIMIT_COUNTERS);
  limitFragments(program, fragments, fragmentRate);
  program
    .label('drop')
    .loadMapValue(R3, memoryFd)
    .compute(R3, 'add', { register: counters })
    .compute(R1, 'mov', 1)
    .atomicAdd(8, R3, 0, R1)
    .load(4, R1, CONTEXT, CONTEXT_LENGTH)
    .atomicAdd(8, R3, BYTES_BEHIND, R1)
    .compute(R0, 'mov', 0)
    .exit()

    .label('SPI of an SA');
  markFragment(program, fragments);
  program.label('keep').load(4, R0, CONTEXT, CONTEXT_LENGTH).exit();
  return program.assemble();
}

/** Sets protocol, length and transport of a packet with a plain header, and reads what follows that. */
function readIpHeader(program: EbpfAssembler): void {
  program.compute(R1, 'mov', 0).store(8, STACK_END, FRAGMENT_AT, R1);
  loadPacket(program, 0, HEAD_AT, HEAD);
  program
    .load(1, R1, STACK_END, HEAD_AT)
    .jumpIf(R1, '==', IPV4_WITHOUT_OPTIONS, 'IPv4')
    .compute(R1, 'shr', 4)
    .jumpIf(R1, '!=', 6, 'keep')

    .load(4, R1, STACK_END, HEAD_AT + IPV6_SOURCE + 8)
    .fromBigEndian(R1, 32)
    .jumpIf(R1, '==', IPV4_MAPPED, 'keep')
    .load(4, R1, STACK_END, HEAD_AT + IPV6_DESTINATION + 8)
    .fromBigEndian(R1, 32)
    .jumpIf(R1, '==', IPV4_MAPPED, 'keep')
    .load(2, LENGTH, STACK_END, HEAD_AT + IPV6_PAYLOAD_LENGTH)
    .fromBigEndian(LENGTH, 16)
    .compute(LENGTH, 'add', IPV6_HEADER)
    .load(1, PROTOCOL, STACK_END, HEAD_AT + IPV6_NEXT_HEADER)
    .compute(TRANSPORT, 'mov', IPV6_HEADER);
  keepUnlessWhole(program);
  program.jumpIf(PROTOCOL, '!=', PROTOCOL_FRAGMENT, 'upper protocol');
  readIpv6Fragment(program);
  program.jump('upper protocol');

  program.label('IPv4');
  checkHeaderSum(program);
  program
    .load(2, LENGTH, STACK_END, HEAD_AT + IPV4_TOTAL_LENGTH)
    .fromBigEndian(LENGTH, 16)
    .load(1, PROTOCOL, STACK_END, HEAD_AT + IPV4_PROTOCOL)
    .compute(TRANSPORT, 'mov', IPV4_MIN_HEADER);
  keepUnlessWhole(program);
  program
    .load(2, R1, STACK_END, HEAD_AT + IPV4_FLAGS)
    .fromBigEndian(R1, 16)
    .jumpIf(R1, 'has bits', IPV4_FRAGMENT, 'IPv4 fragment')
    .jump('upper protocol')
    .label('IPv4 fragment');
  readIpv4Fragment(program);

  program.label('upper protocol');
  loadPacket(program, { register: TRANSPORT }, UPPER_AT, UPPER);
}

/** Keeps a packet of which more or less came than its IP header says. */
function keepUnlessWhole(program: EbpfAssembler): void {
  program.load(4, R1, CONTEXT, CONTEXT_LENGTH).jumpIf(R1, '!=', { register: LENGTH }, 'keep');
}

/** Keeps an IPv4 header whose checksum is wrong (RFC 1071: in whatever byte order it is summed). */
function checkHeaderSum(program: EbpfAssembler): void {
  program.compute(R1, 'mov', 0);
  for (let word = 0; word < IPV4_MIN_HEADER; word += 4) {
    program.load(4, R2, STACK_END, HEAD_AT + word).compute(R1, 'add', { register: R2 });
  }
  for (let fold = 0; fold < 4; fold++) {
    program
      .compute(R2, 'mov', { register: R1 })
      .compute(R2, 'shr', 16)
      .compute(R1, 'and', 0xffff)
      .compute(R1, 'add', { register: R2 });
  }
  program.jumpIf(R1, '!=', 0xffff, 'keep');
}

/** Reads the SPI of an IPsec packet, and sets where it is looked up. */
function readSpi(program: EbpfAssembler): void {
  program
    .label('UDP')
    .load(2, R1, STACK_END, UPPER_AT + UDP_DESTINATION_PORT)
    .fromBigEndian(R1, 16)
    .jumpIf(R1, '!=', PORT_NAT_TRAVERSAL, 'keep')
    .load(2, R1, STACK_END, UPPER_AT + UDP_LENGTH)
    .fromBigEndian(R1, 16)
    .compute(R1, 'add', { register: TRANSPORT })
    .jumpIf(R1, '==', { register: LENGTH }, 'UDP as long as IP says')
    .jumpIf(R1, '<', { register: LENGTH }, 'keep')
    .load(8, R1, STACK_END, FRAGMENT_AT)
    .jumpIf(R1, '==', 0, 'keep')
    .label('UDP as long as IP says')
    .load(4, R2, STACK_END, UPPER_AT + UDP_HEADER)
    .jumpIf(TRANSPORT, '==', IPV4_MIN_HEADER, 'arriving SPI')
    .load(2, R1, STACK_END, UPPER_AT + UDP_CHECKSUM)
    .jumpIf(R1, '==', 0, 'keep')
    .jump('arriving SPI')

    .label('AH')
    .load(1, R1, STACK_END, UPPER_AT + AH_PAYLOAD_LENGTH)
    .compute(R1, 'add', 2)
    .compute(R1, 'mul', 4)
    .compute(R1, 'add', { register: TRANSPORT })
    .jumpIf(LENGTH, '<', { register: R1 }, 'keep')
    .load(4, R2, STACK_END, UPPER_AT + AH_SPI)
    .jump('arriving SPI')

    .label('ESP')
    .load(4, R2, STACK_END, UPPER_AT)

    .label('arriving SPI')
    .compute(presence, 'mov', PRESENCE)
    .compute(counters, 'mov', UNKNOWN_COUNTERS)
    .jump('SPI');
}

/** The same of an ICMP error, for the packet that it quotes. */
function readQuotedSpi(program: EbpfAssembler, size: number): void {
  program
    .label('ICMP')
    .load(1, R1, STACK_END, UPPER_AT)
    .jumpIf(R1, '==', ICMP_UNREACHABLE, 'ICMP error')
    .jumpIf(R1, '==', ICMP_TIME_EXCEEDED, 'ICMP error')
    .jumpIf(R1, '!=', ICMP_PARAMETER_PROBLEM, 'keep')
    .label('ICMP error')
    .load(1, R1, STACK_END, UPPER_AT + ICMP_QUOTE_LENGTH)
    .jumpIf(R1, '!=', 0, 'keep');
  loadQuote(program, HEAD_AT, QUOTED_HEAD);
  program
    .load(1, R1, STACK_END, HEAD_AT)
    .jumpIf(R1, '!=', IPV4_WITHOUT_OPTIONS, 'keep')
    .load(2, R1, STACK_END, HEAD_AT + IPV4_FLAGS)
    .fromBigEndian(R1, 16)
    .jumpIf(R1, 'has bits', IPV4_OFFSET, 'keep')
    .load(1, PROTOCOL, STACK_END, HEAD_AT + IPV4_PROTOCOL)
    .compute(TRANSPORT, 'add', ICMP_HEADER + IPV4_MIN_HEADER)
    .jump('quoted protocol')

    .label('ICMPv6')
    .load(1, R1, STACK_END, UPPER_AT)
    .jumpIf(R1, '==', ICMPV6_PACKET_TOO_BIG, 'ICMPv6 quote')
    .jumpIf(R1, '<', ICMPV6_UNREACHABLE, 'keep')
    .compute(R2, 'mov', ICMPV6_PARAMETER_PROBLEM)
    .jumpIf(R2, '<', { register: R1 }, 'keep')
    .load(1, R2, STACK_END, UPPER_AT + ICMPV6_QUOTE_LENGTH)
    .jumpIf(R2, '!=', 0, 'keep')
    .label('ICMPv6 quote');
  loadQuote(program, HEAD_AT, QUOTED_HEAD);
  program
    .load(1, R1, STACK_END, HEAD_AT)
    .compute(R1, 'shr', 4)
    .jumpIf(R1, '!=', 6, 'keep')
    .load(1, PROTOCOL, STACK_END, HEAD_AT + IPV6_NEXT_HEADER)
    .compute(TRANSPORT, 'add', ICMP_HEADER + IPV6_HEADER)

    .label('quoted protocol')
    .jumpIf(PROTOCOL, '==', PROTOCOL_UDP, 'quoted UDP');
  loadPacket(program, { register: TRANSPORT }, UPPER_AT, ESP_MIN_LENGTH);
  program
    .load(4, R2, STACK_END, UPPER_AT)
    .jumpIf(PROTOCOL, '==', PROTOCOL_ESP, 'quoted SPI')
    .load(4, R2, STACK_END, UPPER_AT + AH_SPI)
    .jumpIf(PROTOCOL, '==', PROTOCOL_AH, 'quoted SPI')
    .jump('keep')
    .label('quoted UDP');
  loadPacket(program, { register: TRANSPORT }, UPPER_AT, QUOTED_UDP);
  program
    .load(4, R2, STACK_END, UPPER_AT + UDP_HEADER)
    .label('quoted SPI')
    .compute(presence, 'mov', PRESENCE + size)
    .compute(counters, 'mov', UNMATCHED_COUNTERS);
}

function loadQuote(program: EbpfAssembler, stackOffset: number, bytes: number): void {
  program.compute(R2, 'mov', { register: TRANSPORT }).compute(R2, 'add', ICMP_HEADER);
  loadPacket(program, { register: R2 }, stackOffset, bytes);
}
