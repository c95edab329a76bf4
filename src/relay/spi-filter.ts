/**
 * Dropping packets with unknown SPIs before they are handed over: an eBPF program that the kernel runs on each packet
 * for the relay's device. A flood of them costs the relay's host what routing it elsewhere would, and no worker sees
 * it. The program drops, and counts, only what would get the verdict `unknown-spi` here; what it is not sure of
 * (options, extension headers, fragments, anything damaged) goes to the workers.
 */

import { PRESENCE_MULTIPLIER, presenceBits } from '../sad/spi-presence.js';
import { AH_SPI } from '../wire/ah.js';
import { EbpfAssembler, R0, R1, R2, R3, R4, R6, R7, R8, R9, STACK_END } from '../wire/ebpf.js';
import { IPV4_MIN_HEADER, IPV4_PROTOCOL } from '../wire/ipv4.js';
import { IPV6_HEADER, IPV6_NEXT_HEADER, IPV6_SOURCE } from '../wire/ipv6.js';
import {
  FIRST_UNRESERVED_SPI,
  PORT_NAT_TRAVERSAL,
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_UDP,
} from '../wire/protocol.js';
import { UDP_HEADER } from '../wire/udp.js';
import { createVerdictCounters, type VerdictCounters } from './counters.js';
import { IPV4_MAPPED } from './packet.js';
import { UNKNOWN_SPI, VERDICTS } from './verdict.js';

/* The memory that the program shares with the daemon: packets and bytes dropped, 64 bits each, then the counts of SPIs. */
const PACKETS = 0;
const BYTES = 8;
const PRESENCE = 64;

/** Bytes of that memory for a SAD with room for so many SAs. */
export function spiFilterBytes(maxSas: number): number {
  return PRESENCE + 2 ** presenceBits(maxSas);
}

/** The part of it that the SAD's writer keeps (src/sad/spi-presence.ts). */
export function spiFilterPresence(memory: ArrayBuffer): Uint8Array {
  return new Uint8Array(memory, PRESENCE);
}

/** What was dropped so far. */
export function spiFilterDropped(memory: ArrayBuffer): { packets: number; bytes: number } {
  const view = new BigUint64Array(memory);
  return { packets: Number(view[PACKETS / 8]), bytes: Number(view[BYTES / 8]) };
}

/** The same as a worker's counters. */
export function spiFilterCounters(memory: ArrayBuffer): VerdictCounters {
  const counters = createVerdictCounters();
  const { packets, bytes } = spiFilterDropped(memory);
  counters[UNKNOWN_SPI] = packets;
  counters[VERDICTS.length + UNKNOWN_SPI] = bytes;
  return counters;
}

/** bpf_skb_load_bytes(context, offset, to, length): 0, or negative when the packet is shorter (bpf-helpers(7)). */
const SKB_LOAD_BYTES = 26;
/** Where `struct __sk_buff` has the packet's length. */
const CONTEXT_LENGTH = 0;
/** What is read of the IP header, and of what follows it. */
const HEAD = 20;
const UPPER = 16;
/* Where that goes on the stack. */
const HEAD_AT = -HEAD - UPPER - 4;
const UPPER_AT = -UPPER;

const IPV4_TOTAL_LENGTH = 2;
const IPV4_FLAGS = 6;
/** More Fragments, and the offset. */
const IPV4_FRAGMENT = 0x3fff;
const IPV6_PAYLOAD_LENGTH = 4;
const UDP_DESTINATION_PORT = 2;
const UDP_LENGTH = 4;
const UDP_CHECKSUM = 6;
const AH_PAYLOAD_LENGTH = 1;

/**
 * The program: a socket filter, which sees a packet from its IP header on and returns how many bytes of it to keep.
 * @param memoryFd the shared memory as an array map (`native.bpfMemory`) of {@link spiFilterBytes} bytes
 */
export function spiFilterProgram(memoryFd: number, maxSas: number): Uint8Array {
  const context = R6;
  const transport = R7;
  const length = R8;
  const protocol = R9;
  const program = new EbpfAssembler();
  program.compute(context, 'mov', { register: R1 });
  loadPacket(program, 0, HEAD_AT, HEAD);
  program
    .load(1, R1, STACK_END, HEAD_AT)
    .jumpIf(R1, '==', 0x45, 'IPv4')
    .compute(R1, 'shr', 4)
    .jumpIf(R1, '!=', 6, 'keep')

    .load(4, R1, STACK_END, HEAD_AT + IPV6_SOURCE + 8)
    .fromBigEndian(R1, 32)
    .jumpIf(R1, '==', IPV4_MAPPED, 'keep')
    .load(2, length, STACK_END, HEAD_AT + IPV6_PAYLOAD_LENGTH)
    .fromBigEndian(length, 16)
    .compute(length, 'add', IPV6_HEADER)
    .load(1, protocol, STACK_END, HEAD_AT + IPV6_NEXT_HEADER)
    .compute(transport, 'mov', IPV6_HEADER)
    .jump('upper protocol')

    .label('IPv4')
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
  program
    .jumpIf(protocol, '==', PROTOCOL_ESP, 'ESP')
    .jumpIf(protocol, '==', PROTOCOL_AH, 'AH')
    .jumpIf(protocol, '!=', PROTOCOL_UDP, 'keep')

    .load(2, R1, STACK_END, UPPER_AT + UDP_DESTINATION_PORT)
    .fromBigEndian(R1, 16)
    .jumpIf(R1, '!=', PORT_NAT_TRAVERSAL, 'keep')
    .load(2, R1, STACK_END, UPPER_AT + UDP_LENGTH)
    .fromBigEndian(R1, 16)
    .compute(R1, 'add', { register: transport })
    .jumpIf(R1, '!=', { register: length }, 'keep')
    .load(4, R2, STACK_END, UPPER_AT + UDP_HEADER)
    .jumpIf(transport, '==', IPV4_MIN_HEADER, 'SPI')
    .load(2, R1, STACK_END, UPPER_AT + UDP_CHECKSUM)
    .jumpIf(R1, '==', 0, 'keep')
    .jump('SPI')

    .label('AH')
    .load(1, R1, STACK_END, UPPER_AT + AH_PAYLOAD_LENGTH)
    .compute(R1, 'add', 2)
    .compute(R1, 'mul', 4)
    .compute(R1, 'add', { register: transport })
    .jumpIf(length, '<', { register: R1 }, 'keep')
    .load(4, R2, STACK_END, UPPER_AT + AH_SPI)
    .jump('SPI')

    .label('ESP')
    .load(4, R2, STACK_END, UPPER_AT)

    .label('SPI')
    .fromBigEndian(R2, 32)
    .jumpIf(R2, '<', FIRST_UNRESERVED_SPI, 'keep')
    .compute32(R2, 'mul', PRESENCE_MULTIPLIER | 0)
    .compute32(R2, 'shr', 32 - presenceBits(maxSas))
    .loadMapValue(R3, memoryFd, PRESENCE)
    .compute(R3, 'add', { register: R2 })
    .load(1, R1, R3, 0)
    .jumpIf(R1, '!=', 0, 'keep')

    .loadMapValue(R3, memoryFd)
    .compute(R1, 'mov', 1)
    .atomicAdd(R3, PACKETS, R1)
    .load(4, R1, context, CONTEXT_LENGTH)
    .atomicAdd(R3, BYTES, R1)
    .compute(R0, 'mov', 0)
    .exit()

    .label('keep')
    .load(4, R0, context, CONTEXT_LENGTH)
    .exit();
  return program.assemble();
}

/** Copies bytes of the packet to the stack, or keeps the packet if there are fewer. */
function loadPacket(
  program: EbpfAssembler,
  offset: number | { register: number },
  stackOffset: number,
  bytes: number,
): void {
  program
    .compute(R1, 'mov', { register: R6 })
    .compute(R2, 'mov', offset)
    .compute(R3, 'mov', { register: STACK_END })
    .compute(R3, 'add', stackOffset)
    .compute(R4, 'mov', bytes)
    .call(SKB_LOAD_BYTES)
    .jumpIf(R0, '!=', 0, 'keep');
}
