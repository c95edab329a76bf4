/**
 * What the parts of the program in front of the workers (src/relay/filter/spi-filter.ts, src/relay/filter/fragment-filter.ts) have in
 * common: what its registers hold, what lies on its stack, and the label `keep`, where a packet is left to the workers.
 */
import { type EbpfAssembler, R0, R1, R2, R3, R4, R6, R7, R8, R9, STACK_END } from '../../wire/ebpf.js';

export const CONTEXT = R6;
/** Where what follows the IP header, or the quoted one, begins. */
export const TRANSPORT = R7;
/** Of the IP packet as its header says. */
export const LENGTH = R8;
export const PROTOCOL = R9;

/** Where `struct __sk_buff` has the packet's length. */
export const CONTEXT_LENGTH = 0;

/** What is read of an IP header, and of what follows it. No ESP or AH packet with an ICV is shorter than the first. */
export const HEAD = 40;
export const UPPER = 16;
/* Where that goes on the stack. */
export const HEAD_AT = -HEAD - UPPER;
export const UPPER_AT = -UPPER;
/** 8 bytes: which mark the packet has as a fragment (src/relay/filter/fragment-filter.ts), plus one; 0: it is whole. */
export const FRAGMENT_AT = HEAD_AT - 8;

/** Where an IPv4 header has flags and offset, and the offset among them, in units of 8 bytes. */
export const IPV4_FLAGS = 6;
export const IPV4_OFFSET = 0x1fff;

/** bpf_skb_load_bytes(context, offset, to, length): 0, or negative when the packet is shorter (bpf-helpers(7)). */
const SKB_LOAD_BYTES = 26;

/** Copies bytes of the packet to the stack, or keeps the packet if there are fewer. Spends registers 0 to 5. */
export function loadPacket(
  program: EbpfAssembler,
  offset: number | { register: number },
  stackOffset: number,
  bytes: number,
): void {
  program
    .compute(R1, 'mov', { register: CONTEXT })
    .compute(R2, 'mov', offset)
    .compute(R3, 'mov', { register: STACK_END })
    .compute(R3, 'add', stackOffset)
    .compute(R4, 'mov', bytes)
    .call(SKB_LOAD_BYTES)
    .jumpIf(R0, '!=', 0, 'keep');
}
