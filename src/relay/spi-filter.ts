/**
 * Dropping packets with unknown SPIs before they are handed over: an eBPF program that the kernel runs on each packet
 * for the relay's device, and on the ICMP errors among them for the SPI that they quote. A flood of these costs the
 * relay's host what routing it elsewhere would, and no worker sees it. The program drops, and counts, only what would
 * get the verdict `unknown-spi` or `icmp-unmatched` here; what it is not sure of (options, extension headers,
 * fragments, anything damaged) goes to the workers.
 */
import { PRESENCE_MULTIPLIER, type PresentSpis, presenceBits, SpiPresence } from '../sad/spi-presence.js';
import { AH_SPI } from '../wire/ah.js';
import { EbpfAssembler, R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, STACK_END } from '../wire/ebpf.js';
import { ESP_MIN_LENGTH } from '../wire/esp.js';
import {
  ICMP_HEADER,
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_UNREACHABLE,
} from '../wire/icmp.js';
import { IPV4_MIN_HEADER, IPV4_PROTOCOL } from '../wire/ipv4.js';
import { IPV6_DESTINATION, IPV6_HEADER, IPV6_NEXT_HEADER, IPV6_SOURCE } from '../wire/ipv6.js';
import {
  FIRST_UNRESERVED_SPI,
  PORT_NAT_TRAVERSAL,
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_UDP,
} from '../wire/protocol.js';
import { UDP_HEADER } from '../wire/udp.js';
import { createVerdictCounters, type VerdictCounters } from './counters.js';
import { IPV4_MAPPED } from './packet.js';
import { ICMP_UNMATCHED, UNKNOWN_SPI, VERDICTS } from './verdict.js';

/*
 * The memory that the program shares with the daemon: packets and bytes dropped, 64 bits each, for each of two
 * verdicts; then the counts of the SPIs that packets arrive with, then of those that they leave with.
 */
const UNKNOWN_COUNTERS = 0;
const UNMATCHED_COUNTERS = 16;
const BYTES_BEHIND = 8;
const PRESENCE = 64;

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
  const view = new BigUint64Array(memory, 0, PRESENCE / 8);
  const counters = createVerdictCounters();
  for (const [verdict, at] of [
    [UNKNOWN_SPI, UNKNOWN_COUNTERS],
    [ICMP_UNMATCHED, UNMATCHED_COUNTERS],
  ] as const) {
    counters[verdict] = Number(view[at / 8]);
    counters[VERDICTS.length + verdict] = Number(view[(at + BYTES_BEHIND) / 8]);
  }
  return counters;
}

/** bpf_skb_load_bytes(context, offset, to, length): 0, or negative when the packet is shorter (bpf-helpers(7)). */
const SKB_LOAD_BYTES = 26;
/** Where `struct __sk_buff` has the packet's length. */
const CONTEXT_LENGTH = 0;
/** What is read of an IP header, and of what follows it. No ESP or AH packet with an ICV is shorter than the first. */
const HEAD = 40;
const UPPER = 16;
/** Of a quoted packet, less may be there: the part of the IP header that counts, and what shows the SPI. */
const QUOTED_HEAD = 20;
const QUOTED_UDP = UDP_HEADER + 4;
/* Where that goes on the stack. */
const HEAD_AT = -HEAD - UPPER;
const UPPER_AT = -UPPER;

const IPV4_WITHOUT_OPTIONS = 0x45;
const IPV4_TOTAL_LENGTH = 2;
const IPV4_FLAGS = 6;
const IPV4_OFFSET = 0x1fff;
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

const context = R6;
/** Where what follows the IP header, or the quoted one, begins. */
const transport = R7;
/** Of the IP packet as its header says. */
const length = R8;
const protocol = R9;
/** Where in the memory the SPI is looked up, and where its packet is counted. */
const presence = R4;
const counters = R5;

/**
 * The program: a socket filter, which sees a packet from its IP header on and returns how many bytes of it to keep.
 * @param memoryFd the shared memory as an array map (`native.bpfMemory`) of {@link spiFilterBytes} bytes
 */
export function spiFilterProgram(memoryFd: number, maxSas: number): Uint8Array {
  const program = new EbpfAssembler();
  program.compute(context, 'mov', { register: R1 });
  readIpHeader(program);
  program
    .jumpIf(protocol, '==', PROTOCOL_ESP, 'ESP')
    .jumpIf(protocol, '==', PROTOCOL_AH, 'AH')
    .jumpIf(protocol, '==', PROTOCOL_UDP, 'UDP')
    .jumpIf(transport, '!=', IPV4_MIN_HEADER, 'not over IPv4')
    .jumpIf(protocol, '==', PROTOCOL_ICMP, 'ICMP')
    .jump('keep')
    .label('not over IPv4')
    .jumpIf(protocol, '==', PROTOCOL_ICMPV6, 'ICMPv6')
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
    .jumpIf(R1, '!=', 0, 'keep')

    .loadMapValue(R3, memoryFd)
    .compute(R3, 'add', { register: counters })
    .compute(R1, 'mov', 1)
    .atomicAdd(R3, 0, R1)
    .load(4, R1, context, CONTEXT_LENGTH)
    .atomicAdd(R3, BYTES_BEHIND, R1)
    .compute(R0, 'mov', 0)
    .exit()

    .label('keep')
    .load(4, R0, context, CONTEXT_LENGTH)
    .exit();
  return program.assemble();
}

/** Sets protocol, length and transport of a whole packet with a plain header, and reads what follows that. */
function readIpHeader(program: EbpfAssembler): void {
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
    .load(2, length, STACK_END, HEAD_AT + IPV6_PAYLOAD_LENGTH)
    .fromBigEndian(length, 16)
    .compute(length, 'add', IPV6_HEADER)
    .load(1, protocol, STACK_END, HEAD_AT + IPV6_NEXT_HEADER)
    .compute(transport, 'mov', IPV6_HEADER)
    .jump('upper protocol')

    .label('IPv4');
  checkHeaderSum(program);
  program
    .load(2, R1, STACK_END, HEAD_AT + IPV4_FLAGS)
    .fromBigEndian(R1, 16)
    .jumpIf(R1, 'has bits', IPV4_FRAGMENT, 'keep')
    .load(2, length, STACK_END, HEAD_AT + IPV4_TOTAL_LENGTH)
    .fromBigEndian(length, 16)
    .load(1, protocol, STACK_END, HEAD_AT + IPV4_PROTOCOL)
    .compute(transport, 'mov', IPV4_MIN_HEADER)

    .label('upper protocol')
    .load(4, R1, context, CONTEXT_LENGTH)
    .jumpIf(R1, '!=', { register: length }, 'keep');
  loadPacket(program, { register: transport }, UPPER_AT, UPPER);
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
    .compute(R1, 'add', { register: transport })
    .jumpIf(R1, '!=', { register: length }, 'keep')
    .load(4, R2, STACK_END, UPPER_AT + UDP_HEADER)
    .jumpIf(transport, '==', IPV4_MIN_HEADER, 'arriving SPI')
    .load(2, R1, STACK_END, UPPER_AT + UDP_CHECKSUM)
    .jumpIf(R1, '==', 0, 'keep')
    .jump('arriving SPI')

    .label('AH')
    .load(1, R1, STACK_END, UPPER_AT + AH_PAYLOAD_LENGTH)
    .compute(R1, 'add', 2)
    .compute(R1, 'mul', 4)
    .compute(R1, 'add', { register: transport })
    .jumpIf(length, '<', { register: R1 }, 'keep')
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
    .load(1, protocol, STACK_END, HEAD_AT + IPV4_PROTOCOL)
    .compute(transport, 'add', ICMP_HEADER + IPV4_MIN_HEADER)
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
    .load(1, protocol, STACK_END, HEAD_AT + IPV6_NEXT_HEADER)
    .compute(transport, 'add', ICMP_HEADER + IPV6_HEADER)

    .label('quoted protocol')
    .jumpIf(protocol, '==', PROTOCOL_UDP, 'quoted UDP');
  loadPacket(program, { register: transport }, UPPER_AT, ESP_MIN_LENGTH);
  program
    .load(4, R2, STACK_END, UPPER_AT)
    .jumpIf(protocol, '==', PROTOCOL_ESP, 'quoted SPI')
    .load(4, R2, STACK_END, UPPER_AT + AH_SPI)
    .jumpIf(protocol, '==', PROTOCOL_AH, 'quoted SPI')
    .jump('keep')
    .label('quoted UDP');
  loadPacket(program, { register: transport }, UPPER_AT, QUOTED_UDP);
  program
    .load(4, R2, STACK_END, UPPER_AT + UDP_HEADER)
    .label('quoted SPI')
    .compute(presence, 'mov', PRESENCE + size)
    .compute(counters, 'mov', UNMATCHED_COUNTERS);
}

function loadQuote(program: EbpfAssembler, stackOffset: number, bytes: number): void {
  program.compute(R2, 'mov', { register: transport }).compute(R2, 'add', ICMP_HEADER);
  loadPacket(program, { register: R2 }, stackOffset, bytes);
}

/** Copies bytes of the packet to the stack, or keeps the packet if there are fewer. */
function loadPacket(
  program: EbpfAssembler,
  offset: number | { register: number },
  stackOffset: number,
  bytes: number,
): void {
  program
    .compute(R1, 'mov', { register: context })
    .compute(R2, 'mov', offset)
    .compute(R3, 'mov', { register: STACK_END })
    .compute(R3, 'add', stackOffset)
    .compute(R4, 'mov', bytes)
    .call(SKB_LOAD_BYTES)
    .jumpIf(R0, '!=', 0, 'keep');
}
