/** Traffic selectors of an SA: source and destination prefixes, matched against a packet in place. */
import type { Prefix } from '../wire/address.js';
import type { Packet } from '../wire/packet.js';

/** A prefix as four words to compare, and which of their bits count; IPv4 as the IPv4-mapped form. */
interface Net {
  readonly isIpv6: boolean;
  readonly words: Int32Array;
  readonly masks: Int32Array;
}

function compile({ family, bytes, length }: Prefix): Net {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = new Int32Array(4);
  const masks = new Int32Array(4);
  const significant = family === 4 ? length + 96 : length;
  for (let i = 0; i < 4; i++) {
    words[i] = view.getInt32(i * 4);
    const bits = Math.min(Math.max(significant - i * 32, 0), 32);
    masks[i] = bits === 0 ? 0 : -1 << (32 - bits);
  }
  return { isIpv6: family === 6, words, masks };
}

function within(
  nets: readonly Net[],
  isIpv6: boolean,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): boolean {
  for (let n = 0; n < nets.length; n++) {
    const { isIpv6: wanted, words, masks } = nets[n]!;
    if (wanted !== isIpv6) continue;
    const differs =
      ((w0 ^ words[0]!) & masks[0]!) |
      ((w1 ^ words[1]!) & masks[1]!) |
      ((w2 ^ words[2]!) & masks[2]!) |
      ((w3 ^ words[3]!) & masks[3]!);
    if (differs === 0) return true;
  }
  return false;
}

export class Selector {
  readonly #sources: readonly Net[];
  readonly #destinations: readonly Net[];

  constructor(sources: readonly Prefix[], destinations: readonly Prefix[]) {
    this.#sources = sources.map(compile);
    this.#destinations = destinations.map(compile);
  }

  matches({ isIpv6, s0, s1, s2, s3, d0, d1, d2, d3 }: Packet): boolean {
    return (
      within(this.#sources, isIpv6, s0, s1, s2, s3) && within(this.#destinations, isIpv6, d0, d1, d2, d3)
    );
  }
}
