/** Copies between buffers. `TypedArray.set` would need a view of exactly the bytes to copy: an object for each packet. */

/** Four bytes at a time, wherever they are: a quarter of the accesses. The ranges must not overlap. */
export function copyBytes(from: DataView, at: number, to: DataView, toAt: number, length: number): void {
  const wordsEnd = length & ~3;
  let i = 0;
  for (; i < wordsEnd; i += 4) to.setInt32(toAt + i, from.getInt32(at + i, true), true);
  for (; i < length; i++) to.setUint8(toAt + i, from.getUint8(at + i));
}

/** Moves bytes within a view, whole words; the places may overlap. @param length bytes, a multiple of 4 */
export function moveWords(view: DataView, from: number, to: number, length: number): void {
  if (to < from) {
    for (let at = 0; at < length; at += 4) view.setInt32(to + at, view.getInt32(from + at));
  } else {
    for (let at = length - 4; at >= 0; at -= 4) view.setInt32(to + at, view.getInt32(from + at));
  }
}
