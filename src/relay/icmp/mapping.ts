/** ICMP errors in the words of the other family (RFC 7915 §4.2, §5.2), and path MTUs. */
import {
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_PARAMETER_PROBLEM,
  ICMP_TIME_EXCEEDED,
  ICMP_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_PARAMETER_PROBLEM,
  ICMPV6_TIME_EXCEEDED,
  ICMPV6_UNREACHABLE,
} from '../../wire/icmp.js';
import { IPV6_MIN_MTU, IPV6_NEXT_HEADER } from '../../wire/ipv6.js';

/** No such error exists in the other family. */
const UNTRANSLATABLE = -1;

/** Shortest path MTU that a sender is told, bytes: every host accepts packets of this length (RFC 791 §3.2, RFC 8200 §5). */
const IPV4_MTU_FLOOR = 576;

export function mtuFloor(isIpv6: boolean): number {
  return isIpv6 ? IPV6_MIN_MTU : IPV4_MTU_FLOOR;
}

/** An error in the other family: type, code, and for a parameter problem where. */
export class IcmpMapping {
  type = 0;
  code = 0;
  /** Offset of the problem in the quoted packet, bytes. */
  pointer = 0;

  /** @param pointer of a parameter problem @returns false when there is none */
  map(toIpv6: boolean, type: number, code: number, pointer: number): boolean {
    this.pointer = 0;
    return toIpv6 ? this.#toIpv6(type, code, pointer) : this.#toIpv4(type, code, pointer);
  }

  #toIpv6(type: number, code: number, pointer: number): boolean {
    switch (type) {
      case ICMP_UNREACHABLE:
        if (code === ICMP_FRAGMENTATION_NEEDED) return this.#set(ICMPV6_PACKET_TOO_BIG, 0);
        if (code === 2) {
          // Protocol unreachable: the other family reports the next header.
          this.pointer = IPV6_NEXT_HEADER;
          return this.#set(ICMPV6_PARAMETER_PROBLEM, 1);
        }
        return this.#set(ICMPV6_UNREACHABLE, at(UNREACHABLE_TO_IPV6, code));
      case ICMP_TIME_EXCEEDED:
        return this.#set(ICMPV6_TIME_EXCEEDED, code);
      case ICMP_PARAMETER_PROBLEM:
        this.pointer = at(POINTER_TO_IPV6, pointer);
        return (code === 0 || code === 2) && this.pointer >= 0 && this.#set(ICMPV6_PARAMETER_PROBLEM, 0);
      default:
        return false;
    }
  }

  #toIpv4(type: number, code: number, pointer: number): boolean {
    switch (type) {
      case ICMPV6_UNREACHABLE:
        return this.#set(ICMP_UNREACHABLE, at(UNREACHABLE_TO_IPV4, code));
      case ICMPV6_PACKET_TOO_BIG:
        return this.#set(ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED);
      case ICMPV6_TIME_EXCEEDED:
        return this.#set(ICMP_TIME_EXCEEDED, code);
      case ICMPV6_PARAMETER_PROBLEM:
        if (code === 1) return this.#set(ICMP_UNREACHABLE, 2);
        this.pointer = at(POINTER_TO_IPV4, pointer);
        return code === 0 && this.pointer >= 0 && this.#set(ICMP_PARAMETER_PROBLEM, 0);
      default:
        return false;
    }
  }

  #set(type: number, code: number): boolean {
    this.type = type;
    this.code = code;
    return code !== UNTRANSLATABLE;
  }
}

function at(table: Int8Array, index: number): number {
  return index < table.length ? table[index]! : UNTRANSLATABLE;
}

/** By the code of ICMP type 3; 2 and 4 are told apart before. */
const UNREACHABLE_TO_IPV6 = Int8Array.of(0, 0, -1, 4, -1, 0, 0, 0, 0, 1, 1, 0, 0, 1, -1, 1);
/** By the code of ICMPv6 type 1. */
const UNREACHABLE_TO_IPV4 = Int8Array.of(1, 10, 1, 1, 3);
/** RFC 7915 Figure 3: the IPv4 header's bytes in the IPv6 header. */
const POINTER_TO_IPV6 = Int8Array.of(0, 1, 4, 4, -1, -1, -1, -1, 7, 6, -1, -1, 8, 8, 8, 8, 24, 24, 24, 24);
/** RFC 7915 Figure 6: the IPv6 header's bytes in the IPv4 header. */
const POINTER_TO_IPV4 = Int8Array.from({ length: 40 }, (_, byte) =>
  byte === 0
    ? 0
    : byte === 1
      ? 1
      : byte < 4
        ? -1
        : byte < 6
          ? 2
          : byte === 6
            ? 9
            : byte === 7
              ? 8
              : byte < 24
                ? 12
                : 16,
);

/** Likely MTUs, for routers that do not say theirs (RFC 1191 §7, Table 7-1). */
const PLATEAUS = [32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296];

/** No IPv4 link carries less (RFC 791 §3.2). */
const LEAST_MTU = 68;

/** The next plateau below the length of the packet that was too long, bytes (RFC 1191 §5). */
export function plateauBelow(length: number): number {
  for (const plateau of PLATEAUS) if (plateau < length) return plateau;
  return LEAST_MTU;
}
