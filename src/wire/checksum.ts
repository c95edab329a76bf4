/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
 * All values are 16-bit words in network byte order read as unsigned numbers.
 */

/** Folds a sum of 16-bit words to 16 bits with end-around carry. `sum` must be below 2^32. */
export function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/**
 * One's-complement sum of `length` bytes at `offset`, folded to 16 bits and not complemented.
 * An odd last byte counts as the high half of a word (RFC 1071 §4.1). `length` must be below 131,072.
 */
export function sum16(view: DataView, offset: number, length: number): number {
  const wordsEnd = offset + (length & ~3);
  let sum = 0;
  let at = offset;
  for (; at < wordsEnd; at += 4) sum += halves(view.getInt32(at));
  if ((length & 2) !== 0) {
    sum += view.getUint16(at);
    at += 2;
  }
  if ((length & 1) !== 0) sum += view.getUint8(at) << 8;
  return fold(sum);
}

/**
 * RFC 1624 eqn. 3, HC' = ~(~HC + ~m + m'), with the sums of all changed words at once.
 * Unlike eqn. 4 it cannot turn a header's checksum into 0xFFFF where recomputation gives 0x0000.
 *
 * @param checksum the checksum as it stands (HC)
 * @param removed  sum of the old words (m), each 16 bits; below 2^27 (each old word is complemented here)
 * @param words    how many words `removed` sums
 * @param added    sum of the new words (m')
 */
export function updateChecksum(checksum: number, removed: number, words: number, added: number): number {
  // The sum of the complements is words * 0xffff - removed.
  return ~fold((~checksum & 0xffff) + (words * 0xffff - removed) + added) & 0xffff;
}

/** Sum of the two 16-bit halves of a 32-bit word (signed or unsigned), for {@link updateChecksum}. */
export function halves(word: number): number {
  return (word >>> 16) + (word & 0xffff);
}

/**
 * The same of the four words of an address. The sum of the lower halves is what the sum of the words has beside the upper ones: fewer
 * operations than taking each word apart.
 */
export function addressHalves(w0: number, w1: number, w2: number, w3: number): number {
  const upper = (w0 >>> 16) + (w1 >>> 16) + (w2 >>> 16) + (w3 >>> 16);
  const lower = (w0 + w1 + w2 + w3 - (upper << 16)) | 0;
  return upper + lower;
}

/** The same of an address in an array. @param at its first word */
export function storedHalves(words: Int32Array, at: number): number {
  return addressHalves(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}
