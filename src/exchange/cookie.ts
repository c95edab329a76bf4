/** The relay's own COOKIEs, for strangers when there are too many of them (RFC 7296 §2.6): the relay keeps no state about them. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Flow } from './connection.js';

/** How long a secret is used; cookies of the one before are still good. Milliseconds. */
const SECRET_MS = 60_000;

export class Cookies {
  #secrets: [Buffer, Buffer] = [randomBytes(32), randomBytes(32)];
  #since = Number.NEGATIVE_INFINITY;

  /** @param now steady time, milliseconds */
  make(flow: Flow, initiatorSpi: string, now: number): Uint8Array {
    if (now - this.#since >= SECRET_MS) {
      this.#secrets = [randomBytes(32), this.#secrets[0]];
      this.#since = now;
    }
    return sign(this.#secrets[0], flow, initiatorSpi);
  }

  accepts(cookie: Uint8Array, flow: Flow, initiatorSpi: string): boolean {
    return this.#secrets.some((secret) => {
      const expected = sign(secret, flow, initiatorSpi);
      return cookie.length === expected.length && timingSafeEqual(cookie, expected);
    });
  }
}

function sign(secret: Buffer, { peer, own }: Flow, initiatorSpi: string): Buffer {
  return createHmac('sha256', secret)
    .update(peer.address)
    .update(String(peer.port))
    .update(own.address)
    .update(initiatorSpi)
    .digest()
    .subarray(0, 24);
}
