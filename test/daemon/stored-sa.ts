import { messages } from '../../src/control/message.js';
import type { StoredSa } from '../../src/daemon/sa-store.js';

/** An SA that differs from every other in every field that may differ. */
export function exampleSa(id: number): StoredSa {
  return {
    id,
    name: `connection-${id}`,
    protocol: messages.Protocol.ESP,
    dst: '198.18.9.9',
    spi: (0xa0000000 + id) >>> 0,
    src: id % 2 === 0 ? '198.18.1.1' : '',
    to: '198.18.2.2',
    toSrc: '198.18.9.10',
    toSpi: (0xb0000000 + id) >>> 0,
    mode: messages.Mode.EDGE,
    hairpin: id % 7 === 0,
    addedMs: 1_700_000_000_000 + id,
    expiresMs: id % 3 === 0 ? 1_800_000_000_000 + id : 0,
    softExpiresMs: id % 3 === 0 ? 1_790_000_000_000 + id : 0,
    lifetime: id % 3 === 0 ? 100_000_000 : 0,
    softLifetime: id % 3 === 0 ? 90_000_000 : 0,
    idle: id % 5,
  };
}
