/** Source and destination, four words each in network byte order read as signed numbers; IPv4 as the IPv4-mapped form. */
import { halves } from './checksum.js';
import { setIpv6Destination, setIpv6Source } from './ipv6.js';

export interface AddressPair {
  readonly isIpv6: boolean;
  readonly s0: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
  readonly d0: number;
  readonly d1: number;
  readonly d2: number;
  readonly d3: number;
}

/** The addresses of an answer: those of the request, swapped. One object is filled again and again. */
export class SwappedPair implements AddressPair {
  isIpv6 = false;
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;

  set(answered: AddressPair): this {
    this.isIpv6 = answered.isIpv6;
    this.s0 = answered.d0;
    this.s1 = answered.d1;
    this.s2 = answered.d2;
    this.s3 = answered.d3;
    this.d0 = answered.s0;
    this.d1 = answered.s1;
    this.d2 = answered.s2;
    this.d3 = answered.s3;
    return this;
  }
}

/** Sum of the 16-bit words of both addresses, below 2^21, for checksums. (The IPv4-mapped prefix is no part of a pseudo-header.) */
export function addressSum(pair: AddressPair): number {
  const last = halves(pair.s3) + halves(pair.d3);
  if (!pair.isIpv6) return last;
  return (
    last +
    halves(pair.s0) +
    halves(pair.s1) +
    halves(pair.s2) +
    halves(pair.d0) +
    halves(pair.d1) +
    halves(pair.d2)
  );
}

/** Writes both addresses of an IPv6 header. @param start where the header is */
export function writeIpv6Addresses(view: DataView, start: number, pair: AddressPair): void {
  setIpv6Source(view, start, pair.s0, pair.s1, pair.s2, pair.s3);
  setIpv6Destination(view, start, pair.d0, pair.d1, pair.d2, pair.d3);
}
