/** IP protocol numbers (IANA "Assigned Internet Protocol Numbers"). */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ESP = 50;
export const PROTOCOL_AH = 51;

/** Lowest SPI that is neither the local-use 0 nor reserved by IANA (RFC 4303 §2.1). */
export const FIRST_UNRESERVED_SPI = 256;
