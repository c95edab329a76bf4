/**
 * Limiting fragments before they are handed over: the part of the filter's program (src/relay/filter/spi-filter.ts) for
 * datagrams in pieces. Only a first fragment shows the SPI. One with an SA's SPI marks its datagram for a second, and the
 * datagram's later fragments pass. All others, that is later fragments whose first one has not been seen and first
 * ones with unknown SPIs, pass as long as there are no more than so many in each slot of time. So a datagram whose fragments
 * arrive in order is never touched, one out of order is unless there is a flood, and a flood stays in the kernel.
 *
 * Two processors that begin a slot of time at once may let a few more pass; nothing else can come of it.
 */
import { type EbpfAssembler, R0, R1, R2, R3, R4, R5, STACK_END } from '../../wire/ebpf.js';
import { IPV4_MIN_HEADER, IPV4_MORE_FRAGMENTS, IPV4_PROTOCOL } from '../../wire/ipv4.js';
import { FRAGMENT_HEADER, IPV6_HEADER, IPV6_SOURCE } from '../../wire/ipv6.js';
import {
  FRAGMENT_AT,
  HEAD_AT,
  IPV4_FLAGS,
  IPV4_OFFSET,
  LENGTH,
  loadPacket,
  PROTOCOL,
  TRANSPORT,
  UPPER_AT,
} from './frame.js';

/*
 * Its part of the shared memory: the slot of time and how many passed in it, then the marks. A mark is the time when it was
 * made, in units of 2^20 ns, modulo 2^32; datagrams share one of 2^MARK_BITS by a hash.
 */
const SLOT = 0;
const PASSED = 4;
const MARKS = 64;
const MARK_BITS = 16;
const MARK_BYTES = 4;
export const FRAGMENT_FILTER_BYTES = MARKS + MARK_BYTES * 2 ** MARK_BITS;

/** Nanoseconds since boot at the last clock tick (bpf-helpers(7)). */
const KTIME_GET_COARSE_NS = 160;
const MARK_UNIT_BITS = 20;
/** How long a mark counts, in its units: 1.07 s. */
const MARK_AGE = 1024;
const SLOT_BITS = 26;
const SLOTS_A_SECOND = 1e9 / 2 ** SLOT_BITS;

const IPV4_IDENTIFICATION = 4;
const IPV4_SOURCE = 12;
const IPV4_DESTINATION = 16;
const IPV6_FRAGMENT_OFFSET = 2;
const IPV6_MORE_FRAGMENTS = 1;
const IPV6_IDENTIFICATION = 4;
const MOST_BYTES = 65_535;
/** 2^32 divided by the golden ratio (Knuth, TAOCP 3, §6.4). */
const MULTIPLIER = 0x9e3779b1 | 0;

/** Where its part of the shared memory is. */
export interface FragmentMemoryAt {
  readonly memoryFd: number;
  readonly at: number;
}

/**
 * Of an IPv4 packet with a plain, sound header and More Fragments or an offset: goes on at `later fragment`, or after this
 * with a first fragment, as if it were a whole packet, but for FRAGMENT_AT.
 */
export function readIpv4Fragment(program: EbpfAssembler): void {
  program
    .load(2, R3, STACK_END, HEAD_AT + IPV4_FLAGS)
    .fromBigEndian(R3, 16)
    .compute(R4, 'mov', { register: R3 })
    .compute(R4, 'and', IPV4_MORE_FRAGMENTS)
    .compute(R3, 'and', IPV4_OFFSET)
    .compute(R3, 'mul', 8);
  requireSoundPiece(program, IPV4_MIN_HEADER);
  program
    .load(4, R1, STACK_END, HEAD_AT + IPV4_SOURCE)
    .compute(R1, 'mul', MULTIPLIER)
    .load(4, R2, STACK_END, HEAD_AT + IPV4_DESTINATION)
    .compute(R1, 'add', { register: R2 })
    .compute(R1, 'mul', MULTIPLIER)
    .load(2, R2, STACK_END, HEAD_AT + IPV4_IDENTIFICATION)
    .compute(R1, 'add', { register: R2 })
    .compute(R1, 'mul', MULTIPLIER)
    .load(1, R2, STACK_END, HEAD_AT + IPV4_PROTOCOL)
    .compute(R1, 'add', { register: R2 });
  chooseMark(program);
  program.jumpIf(R3, '!=', 0, 'later fragment');
}

/** The same of an IPv6 packet whose first extension header is the fragment header. Atomic fragments are kept. */
export function readIpv6Fragment(program: EbpfAssembler): void {
  loadPacket(program, IPV6_HEADER, UPPER_AT, FRAGMENT_HEADER);
  program
    .load(1, PROTOCOL, STACK_END, UPPER_AT)
    .compute(TRANSPORT, 'mov', IPV6_HEADER + FRAGMENT_HEADER)
    .load(2, R3, STACK_END, UPPER_AT + IPV6_FRAGMENT_OFFSET)
    .fromBigEndian(R3, 16)
    .compute(R4, 'mov', { register: R3 })
    .compute(R4, 'and', IPV6_MORE_FRAGMENTS)
    .compute(R3, 'and', MOST_BYTES - 7)
    .compute(R1, 'mov', { register: R3 })
    .compute(R1, 'add', { register: R4 })
    .jumpIf(R1, '==', 0, 'keep');
  requireSoundPiece(program, IPV6_HEADER + FRAGMENT_HEADER);
  program.load(4, R1, STACK_END, UPPER_AT + IPV6_IDENTIFICATION);
  for (let word = 0; word < 4; word++) {
    program
      .compute(R1, 'mul', MULTIPLIER)
      .load(8, R2, STACK_END, HEAD_AT + IPV6_SOURCE + 8 * word)
      .compute(R1, 'add', { register: R2 });
  }
  chooseMark(program);
  program.jumpIf(R3, '!=', 0, 'later fragment');
}

/** Keeps what can be part of no datagram. R3: its offset in bytes, R4: whether more follow. */
function requireSoundPiece(program: EbpfAssembler, header: number): void {
  program
    .jumpIf(LENGTH, '<', header + 1, 'keep')
    .compute(R1, 'mov', { register: LENGTH })
    .compute(R1, 'sub', header)
    .compute(R2, 'mov', { register: R1 })
    .compute(R2, 'add', { register: R3 })
    .compute(R5, 'mov', MOST_BYTES)
    .jumpIf(R5, '<', { register: R2 }, 'keep');
  const last = `last piece behind ${header} bytes`;
  program.jumpIf(R4, '==', 0, last).jumpIf(R1, 'has bits', 7, 'keep').label(last);
}

/** R1: what the datagram's pieces have in common, mixed. Sets FRAGMENT_AT. */
function chooseMark(program: EbpfAssembler): void {
  program
    .compute(R1, 'mul', MULTIPLIER)
    .compute(R1, 'shr', 64 - MARK_BITS)
    .compute(R1, 'add', 1)
    .store(8, STACK_END, FRAGMENT_AT, R1);
}

/** Tells a first fragment from a whole packet: no later one comes so far. */
export function jumpIfFragment(program: EbpfAssembler, label: string): void {
  program.load(8, R1, STACK_END, FRAGMENT_AT).jumpIf(R1, '!=', 0, label);
}

/** Of what has an SA's SPI: if it is a first fragment, its datagram is marked. */
export function markFragment(program: EbpfAssembler, memory: FragmentMemoryAt): void {
  program.load(8, R1, STACK_END, FRAGMENT_AT).jumpIf(R1, '==', 0, 'keep');
  findMark(program, memory);
  program.store(MARK_BYTES, R3, MARKS, R0);
}

/** The label `later fragment`: keeps one whose datagram is marked. */
export function letMarkedPass(program: EbpfAssembler, memory: FragmentMemoryAt): void {
  program.label('later fragment');
  findMark(program, memory);
  program
    .load(MARK_BYTES, R1, R3, MARKS)
    .compute32(R0, 'sub', { register: R1 })
    .jumpIf(R0, '<', MARK_AGE, 'keep');
}

/**
 * The label `fragment of no SA`: keeps as many of these as the rate allows.
 * @param rate packets a second
 */
export function limitFragments(program: EbpfAssembler, memory: FragmentMemoryAt, rate: number): void {
  program.label('fragment of no SA').call(KTIME_GET_COARSE_NS).compute(R0, 'shr', SLOT_BITS);
  pointTo(program, memory);
  program
    .load(4, R1, R3, SLOT)
    .compute32(R0, 'mov', { register: R0 })
    .jumpIf(R0, '==', { register: R1 }, 'slot has begun')
    .store(4, R3, SLOT, R0)
    .compute(R1, 'mov', 0)
    .store(4, R3, PASSED, R1)
    .label('slot has begun')
    .load(4, R1, R3, PASSED)
    .compute(R2, 'mov', Math.max(1, Math.round(rate / SLOTS_A_SECOND)) - 1)
    .jumpIf(R2, '<', { register: R1 }, 'beyond the rate')
    .compute(R1, 'mov', 1)
    .atomicAdd(4, R3, PASSED, R1)
    .jump('keep')
    .label('beyond the rate');
}

/** R0: the time, in a mark's units. R3: where the packet's mark is, less MARKS. Spends the other registers up to 5. */
function findMark(program: EbpfAssembler, memory: FragmentMemoryAt): void {
  program.call(KTIME_GET_COARSE_NS).compute(R0, 'shr', MARK_UNIT_BITS);
  pointTo(program, memory);
  program
    .load(8, R1, STACK_END, FRAGMENT_AT)
    .compute(R1, 'sub', 1)
    .compute(R1, 'and', 2 ** MARK_BITS - 1)
    .compute(R1, 'mul', MARK_BYTES)
    .compute(R3, 'add', { register: R1 });
}

/** R3: where this part's memory is. */
function pointTo(program: EbpfAssembler, { memoryFd, at }: FragmentMemoryAt): void {
  program.loadMapValue(R3, memoryFd, at);
}
