/** The relay's own UDP ports towards the seconds: one for each connection, chosen at random, never one that is in use. */
import { randomInt } from 'node:crypto';
import { formatAddress } from '../wire/address.js';

/** Random tries before the ports are looked through one by one. */
const TRIES = 32;

export class Ports {
  readonly #lowest: number;
  readonly #highest: number;
  readonly #used = new Set<string>();

  /** Both included. */
  constructor(lowest: number, highest: number) {
    this.#lowest = lowest;
    this.#highest = highest;
  }

  /** @returns a port of the address; undefined: all are in use */
  take(address: Uint8Array): number | undefined {
    const text = formatAddress(address);
    const size = this.#highest - this.#lowest + 1;
    const start = randomInt(size);
    for (let at = 0; at < size + TRIES; at++) {
      const offset = at < TRIES ? randomInt(size) : (start + at - TRIES) % size;
      const port = this.#lowest + offset;
      // Where ESP-in-UDP and key exchanges come from firsts.
      if (port === 500 || port === 4500) continue;
      const key = `${text} ${port}`;
      if (this.#used.has(key)) continue;
      this.#used.add(key);
      return port;
    }
    return undefined;
  }

  /** One that is in use already, after a restart. */
  hold(address: Uint8Array, port: number): void {
    this.#used.add(`${formatAddress(address)} ${port}`);
  }

  release(address: Uint8Array, port: number): void {
    this.#used.delete(`${formatAddress(address)} ${port}`);
  }
}
