/** Holds the kernels' counters against those of the relay and the edge. */
import assert from 'node:assert/strict';
import type { Daemon, SaJson } from './daemon.js';
import { errorsSince, type KernelState, kernelState } from './kernel.js';
import type { IpsecOptions, Topology } from './topology.js';
import { SPI_TO_FIRST, SPI_TO_SECOND } from './topology.js';

/** All counters at one moment without traffic. */
export interface Snapshot {
  readonly first: KernelState;
  readonly second: KernelState;
  readonly relay: readonly SaJson[];
  readonly edge: readonly SaJson[];
}

export async function snapshot(topology: Topology, relay: Daemon, edge: Daemon): Promise<Snapshot> {
  const [first, second, relaySas, edgeSas] = await Promise.all([
    kernelState(topology, 'first'),
    kernelState(topology, 'second'),
    relay.sas(),
    edge.sas(),
  ]);
  return { first, second, relay: relaySas, edge: edgeSas };
}

export interface Transferred {
  readonly packets: number;
  /** Of IP packets with ESP, as relay and edge count them. */
  readonly outerBytes: number;
  /** Of the packets inside, as the kernels count them. */
  readonly innerBytes: number;
}

/**
 * Asserts that between the snapshots, in each direction, the sender's kernel, edge, relay and the receiver's
 * kernel counted the same packets, and that no kernel counted an error.
 */
export function assertAgreement(before: Snapshot, after: Snapshot): { up: Transferred; down: Transferred } {
  assert.deepEqual(errorsSince(before.first, after.first), {}, 'errors in first: /proc/net/xfrm_stat');
  assert.deepEqual(errorsSince(before.second, after.second), {}, 'errors in second: /proc/net/xfrm_stat');
  const direction = (name: string, spi: string): Transferred => {
    const places = ['first', 'second'] as const;
    const kernel = places.map((place) => {
      const sa = after[place].sas.get(spi);
      const old = before[place].sas.get(spi);
      assert.ok(sa, `${place}'s kernel has no SA ${spi}`);
      const { replayWindow, replay, failed } = sa;
      assert.deepEqual(
        { replayWindow, replay, failed },
        { replayWindow: 0, replay: 0, failed: 0 },
        `${place} ${spi}`,
      );
      return { packets: sa.packets - (old?.packets ?? 0), bytes: sa.bytes - (old?.bytes ?? 0) };
    });
    const ours = (['relay', 'edge'] as const).map((place) => {
      const counted = (sas: readonly SaJson[]) => sas.find((sa) => sa.name === name)!;
      const sa = counted(after[place]);
      const old = counted(before[place]);
      return { packets: sa.packets - old.packets, bytes: sa.bytes - old.bytes };
    });
    const [first, second] = kernel as [Counted, Counted];
    const [relay, edge] = ours as [Counted, Counted];
    const packets = {
      first: first.packets,
      edge: edge.packets,
      relay: relay.packets,
      second: second.packets,
    };
    const n = relay.packets;
    assert.deepEqual(packets, { first: n, edge: n, relay: n, second: n }, `packets of ${name}`);
    assert.equal(second.bytes, first.bytes, `bytes of ${name} in the kernels`);
    assert.equal(edge.bytes, relay.bytes, `bytes of ${name} in edge and relay`);
    return { packets: n, outerBytes: relay.bytes, innerBytes: first.bytes };
  };
  return { up: direction('alice-up', SPI_TO_SECOND), down: direction('alice-down', SPI_TO_FIRST) };
}

interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

/** RFC 4303 §2: bytes that an algorithm adds to a packet. Both have an ICV of 16. */
export const LAYOUT = {
  'aes-gcm': { iv: 8, block: 4 },
  'aes-cbc-hmac-sha256': { iv: 16, block: 16 },
} as const;
const OUTER_HEADER = 20;
export const ESP_HEADER = 8;
/** Pad Length and Next Header. */
export const ESP_TRAILER = 2;
export const ICV = 16;

type Algorithm = NonNullable<IpsecOptions['algorithm']>;

/** Bytes of the IP packet that carries an inner packet in tunnel mode. */
export function outerLength(algorithm: Algorithm, innerLength: number): number {
  const { iv, block } = LAYOUT[algorithm];
  const padded = Math.ceil((innerLength + ESP_TRAILER) / block) * block;
  return OUTER_HEADER + ESP_HEADER + iv + padded + ICV;
}

/** Asserts that the outer bytes are the inner ones with headers, and with padding within its limits. */
export function assertOverhead(algorithm: Algorithm, { packets, outerBytes, innerBytes }: Transferred): void {
  const { iv, block } = LAYOUT[algorithm];
  const fixed = OUTER_HEADER + ESP_HEADER + iv + ESP_TRAILER + ICV;
  const padding = outerBytes - innerBytes - packets * fixed;
  assert.ok(
    padding >= 0 && padding <= packets * (block - 1),
    `${outerBytes} bytes outside and ${innerBytes} inside leave ${padding} bytes of padding in ${packets} packets`,
  );
}
