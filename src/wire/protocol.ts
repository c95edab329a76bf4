/** IP protocol number (IANA "Assigned Internet Protocol Numbers"). */
export const PROTOCOL_ESP = 50;

/** Lowest SPI that is neither the local-use 0 nor reserved by IANA (RFC 4303 §2.1). */
export const FIRST_UNRESERVED_SPI = 256;
