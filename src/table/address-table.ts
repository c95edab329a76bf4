/** Addresses that records refer to by number: the control thread's side of `addresses` in the shared memory. */
import { addressKey, addressWord } from '../wire/address.js';
import type { NumberPool } from './pool.js';

export class AddressTable {
  readonly #addresses: Int32Array;
  readonly #pool: NumberPool;
  readonly #numbers = new Map<string, number>();
  /** Uses of each number. */
  readonly #references: Int32Array;

  constructor(addresses: Int32Array, pool: NumberPool) {
    this.#addresses = addresses;
    this.#pool = pool;
    this.#references = new Int32Array(addresses.length >>> 2);
  }

  /** The number of an address, counted as one more use of it. @returns 0 when the table is full */
  acquire(address: Uint8Array): number {
    const key = addressKey(address);
    let number = this.#numbers.get(key) ?? 0;
    if (number === 0) {
      number = this.#pool.take();
      if (number === 0) return 0;
      writeAddress(this.#addresses, number << 2, address);
      this.#numbers.set(key, number);
    }
    this.#references[number]!++;
    return number;
  }

  /** Ends one use, unpublished before `epoch` began. */
  release(number: number, epoch: number): void {
    if (--this.#references[number]! > 0) return;
    this.#numbers.delete(addressKey(readAddress(this.#addresses, number << 2)));
    this.#pool.release(number, epoch);
  }

  /** The number of an address if it has one, else 0; counts no use. */
  find(address: Uint8Array): number {
    return this.#numbers.get(addressKey(address)) ?? 0;
  }
}

/** Writes a 16-byte address as four words in network byte order. */
export function writeAddress(words: Int32Array, at: number, address: Uint8Array): void {
  for (let word = 0; word < 4; word++) words[at + word] = addressWord(address, word);
}

/** Reads an address written by {@link writeAddress}. */
export function readAddress(words: Int32Array, at: number): Uint8Array {
  // From Buffer's pool: an ArrayBuffer of its own costs a microsecond, and lists read many.
  const address = Buffer.allocUnsafe(16);
  for (let word = 0; word < 4; word++) address.writeInt32BE(words[at + word]!, word << 2);
  return address;
}
