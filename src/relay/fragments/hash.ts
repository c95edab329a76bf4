/**
 * Hash of a key of words under a secret key, as HalfSipHash-1-3 does it, without the length: all keys are
 * equally long. An attacker knows this code, and a mere mixture of multiplications has collisions that are the
 * same under any seed.
 */
const FINAL_ROUNDS = 3;

/** @param k0 the secret @param k1 its other half @returns 32 bits as a signed number */
export function hashWords(words: Int32Array, k0: number, k1: number): number {
  const count = words.length;
  let v0 = k0;
  let v1 = k1;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  for (let i = 0; i < count + FINAL_ROUNDS; i++) {
    const word = i < count ? words[i]! : 0;
    if (i === count) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}
