/** Endless packets out of a few: repeatable mutations, written where the packet is to stand. */
import { randomFrom } from './random.js';

/** Longest packet that is made. */
export const LONGEST_MUTATION = 2000;

const CORNERS = [0, 1, 7, 8, 0x7f, 0x80, 0xfe, 0xff];
const PROTOCOLS = [0, 1, 6, 17, 43, 44, 50, 51, 58, 59, 60];

export class Mutator {
  readonly random: () => number;
  readonly #corpus: readonly Uint8Array[];
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  #at = 0;
  #length = 0;

  constructor(corpus: readonly Uint8Array[], seed: number) {
    this.#corpus = corpus;
    this.random = randomFrom(seed);
  }

  /** Writes the next packet. @returns its length, up to {@link LONGEST_MUTATION} */
  next(bytes: Uint8Array, at: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#at = at;
    if (this.#below(24) === 0) return this.#noise();
    const valid = this.#corpus[this.#below(this.#corpus.length)]!;
    bytes.set(valid, at);
    this.#length = valid.length;
    const changes = this.#below(4);
    for (let change = 0; change < changes; change++) this.#change();
    if (this.#below(3) === 0) this.#fragment();
    if (this.#below(4) !== 0) this.#mendLength();
    if (this.#below(4) !== 0) this.#mendIcmp();
    if (this.#below(8) !== 0) this.#mendHeader();
    if (this.#below(16) === 0) this.#length = this.#below(this.#length + 1);
    return this.#length;
  }

  #below(limit: number): number {
    return this.random() % limit;
  }

  /** Random bytes that perhaps begin like a packet. */
  #noise(): number {
    this.#length = this.#below(200);
    for (let i = 0; i < this.#length; i++) this.#bytes[this.#at + i] = this.random();
    if (this.#below(4) === 0 || this.#length < 48) return this.#length;
    this.#bytes[this.#at] = this.#below(2) === 0 ? 0x45 : 0x60;
    this.#bytes[this.#at + (this.#isIpv4 ? 9 : 6)] = PROTOCOLS[this.#below(PROTOCOLS.length)]!;
    this.#mendLength();
    this.#mendHeader();
    return this.#length;
  }

  get #isIpv4(): boolean {
    return this.#length > 0 && this.#bytes[this.#at]! >>> 4 === 4;
  }

  #change(): void {
    if (this.#length === 0) return;
    // Two of three within the headers.
    const at = this.#at + this.#below(this.#below(3) === 0 ? this.#length : Math.min(this.#length, 64));
    const bytes = this.#bytes;
    switch (this.#below(7)) {
      case 0:
        bytes[at] = this.random();
        break;
      case 1:
        bytes[at] = CORNERS[this.#below(CORNERS.length)]!;
        break;
      case 2:
        bytes[at]! ^= 1 << this.#below(8);
        break;
      case 3:
        bytes[at] = PROTOCOLS[this.#below(PROTOCOLS.length)]!;
        break;
      case 4:
        this.#insert(at - this.#at, 8 * (1 + this.#below(2)));
        break;
      case 5:
        this.#remove(at - this.#at, 1 + this.#below(8));
        break;
      default:
        this.#splice();
    }
  }

  #insert(from: number, count: number): void {
    if (this.#length + count > LONGEST_MUTATION) return;
    const at = this.#at + from;
    this.#bytes.copyWithin(at + count, at, this.#at + this.#length);
    for (let i = 0; i < count; i++) this.#bytes[at + i] = this.#below(4) === 0 ? this.random() : 0;
    this.#length += count;
  }

  #remove(from: number, count: number): void {
    const removed = Math.min(count, this.#length - from);
    this.#bytes.copyWithin(this.#at + from, this.#at + from + removed, this.#at + this.#length);
    this.#length -= removed;
  }

  /** Goes on as another packet does. */
  #splice(): void {
    const other = this.#corpus[this.#below(this.#corpus.length)]!;
    const from = this.#below(Math.min(this.#length, other.length, 80) + 1);
    this.#bytes.set(other.subarray(from), this.#at + from);
    this.#length = other.length;
  }

  /** Few IDs and offsets, so that fragments meet. */
  #fragment(): void {
    if (!this.#isIpv4 || this.#length < 20) return;
    this.#view.setUint16(this.#at + 4, this.#below(16));
    const flags = this.#below(4) === 0 ? 0 : 0x2000;
    this.#view.setUint16(this.#at + 6, flags | (this.#below(3) === 0 ? 0 : this.#below(8)));
  }

  #mendLength(): void {
    if (this.#length < 40) return;
    if (this.#isIpv4) this.#view.setUint16(this.#at + 2, this.#length);
    else this.#view.setUint16(this.#at + 4, this.#length - 40);
  }

  #mendHeader(): void {
    const header = (this.#bytes[this.#at]! & 15) * 4;
    if (!this.#isIpv4 || header < 20 || header > this.#length) return;
    this.#view.setUint16(this.#at + 10, 0);
    this.#view.setUint16(this.#at + 10, 0xffff - this.#sum(this.#at, header));
  }

  #mendIcmp(): void {
    const header = this.#isIpv4 ? (this.#bytes[this.#at]! & 15) * 4 : 40;
    const length = this.#length - header;
    const protocol = this.#bytes[this.#at + (this.#isIpv4 ? 9 : 6)];
    if (length < 4 || protocol !== (this.#isIpv4 ? 1 : 58)) return;
    const at = this.#at + header;
    this.#view.setUint16(at + 2, 0);
    const pseudo = this.#isIpv4 ? 0 : this.#sum(this.#at + 8, 32) + length + 58;
    const sum = this.#sum(at, length) + pseudo;
    this.#view.setUint16(at + 2, 0xffff - fold(sum));
  }

  #sum(from: number, length: number): number {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += this.#bytes[from + i]! << (i % 2 === 0 ? 8 : 0);
    return fold(sum);
  }
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}
