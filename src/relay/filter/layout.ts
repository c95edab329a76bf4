/**
 * The memory and the settings of the program in front of the workers (native/bpf/filter.bpf.c): where the daemon finds
 * each member, and the same as a C header.
 */
import { PRESENCE_MULTIPLIER } from '../../table/spi-presence.js';
import {
  ICMP_HEADER,
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_UNREACHABLE,
} from '../../wire/icmp.js';
import { NON_ESP_MARKER } from '../../wire/ike.js';
import { FIRST_UNRESERVED_SPI, PORT_IKE, PORT_NAT_TRAVERSAL } from '../../wire/protocol.js';
import { type Member, offsets, SIZES, struct } from '../c-header.js';

/** Packets dropped with one verdict, and their bytes. */
export const TALLY_PACKETS = 0;
export const TALLY_BYTES = 1;
const TALLY = 2;

/** The hash values of addresses of firsts and seconds have this many bits: with 100,000 of them, one stranger in ten looks like one. */
const SOURCE_BITS = 20;
/** Those of source prefixes: a flood from 65,000 prefixes leaves 88 of 100 others both shares of their own. */
const SHARE_BITS = 20;

const SETTINGS = [
  ['__u32', 'presence_bits', 1],
  ['__u32', 'fragments_a_slot', 1],
  ['__u32', 'strangers_a_slot', 1],
  /** Odd, chosen at random, so that no sender can choose a prefix that shares another's place. */
  ['__u32', 'share_multiplier', 1],
] as const satisfies readonly Member[];

const MEMORY = [
  ['__u64', 'unknown_spi', TALLY],
  ['__u64', 'icmp_unmatched', TALLY],
  ['__u64', 'fragment_limit', TALLY],
  ['__u64', 'ike_flood', TALLY],
  /** The latest slot of time, and how many fragments of no SA passed in it. */
  ['__u32', 'slot', 1],
  ['__u32', 'passed', 1],
  /** The same of strangers' IKE messages; the base 2 logarithm of the time between two of one prefix, 0 while that does not matter; and when it changed. */
  ['__u32', 'strangers_slot', 1],
  ['__u32', 'strangers_passed', 1],
  ['__u32', 'strangers_level', 1],
  ['__u32', 'strangers_changed', 1],
  /** For each UDP port: non-zero where ESP-in-UDP comes to it. */
  ['__u8', 'ports', 65_536],
  /** A bit for each hash value of the addresses of firsts and seconds. */
  ['__u8', 'sources', 2 ** SOURCE_BITS / 8],
  /** When the next message of a source prefix may pass, with a COOKIE and without; prefixes share a place by a hash. */
  ['__u32', 'shares', 2 ** SHARE_BITS],
  /** When a first fragment with an SA's SPI was seen; datagrams share a mark by a hash. */
  ['__u32', 'marks', 65_536],
  /** A bit for each hash value of the SPIs that packets arrive with (src/table/spi-presence.ts), then of those that they leave with. */
  ['__u8', 'presence', 0],
] as const satisfies readonly Member[];

/** A slot of time has 2 to the power of this many nanoseconds. */
export const SLOT_BITS = 26;

/** For the C header. */
export const FILTER_CONSTANTS = {
  TALLY_PACKETS,
  TALLY_BYTES,
  SLOT_BITS,
  SOURCE_BITS,
  SHARE_BITS,
  PRESENCE_MULTIPLIER,
  FIRST_UNRESERVED_SPI,
  NON_ESP_MARKER,
  PORT_IKE,
  PORT_NAT_TRAVERSAL,
  ICMP_HEADER,
  ICMP_UNREACHABLE,
  ICMP_TIME_EXCEEDED,
  ICMP_PARAMETER_PROBLEM,
  ICMPV6_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
};

/** Byte offset of each member, as a C compiler places it. */
export const SETTINGS_AT = offsets(SETTINGS);
export const MEMORY_AT = offsets(MEMORY);
export const SETTINGS_BYTES = SETTINGS.length * SIZES.__u32;

/** The same in C. */
export const FILTER_STRUCTS = [
  struct('filter_settings', SETTINGS, SETTINGS_AT),
  struct('filter_memory', MEMORY, MEMORY_AT),
];
