/** Traffic selectors of an SA: source and destination prefixes, matched against a packet in place. */
import type { Prefix } from '../wire/address.js';
import type { InnerPacket } from './inner.js';

/** A prefix as words to compare: one of an IPv4 address, four of an IPv6 one. */
interface Net {
  readonly family: 4 | 6;
  readonly words: Int32Array;
  readonly masks: Int32Array;
}

function compile({ family, bytes, length }: Prefix): Net {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = family === 4 ? 1 : 4;
  const words = new Int32Array(count);
  const masks = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    words[i] = view.getInt32(family === 4 ? 12 : i * 4);
    const bits = Math.min(Math.max(length - i * 32, 0), 32);
    masks[i] = bits === 0 ? 0 : -1 << (32 - bits);
  }
  return { family, words, masks };
}

function within(nets: readonly Net[], family: number, view: DataView, at: number): boolean {
  for (let n = 0; n < nets.length; n++) {
    const { family: wanted, words, masks } = nets[n]!;
    if (wanted !== family) continue;
    let differs = 0;
    for (let i = 0; i < words.length; i++) differs |= (view.getInt32(at + i * 4) ^ words[i]!) & masks[i]!;
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

  matches(packet: InnerPacket, view: DataView): boolean {
    const { family, source, destination } = packet;
    return (
      within(this.#sources, family, view, source) && within(this.#destinations, family, view, destination)
    );
  }
}
