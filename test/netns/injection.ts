/** Puts packets as they are onto the first leg, on its way to the relay: inject.ts in the namespace of first's router. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes16 } from '../model/packet.js';
import type { Daemon } from './daemon.js';
import { CHECKOUT, type Topology } from './topology.js';

const INJECT = join(CHECKOUT, 'dist/test/netns/inject.js');
const ETHERTYPE = { 4: 0x0800, 6: 0x86dd } as const;
const SENDER = [2, 0, 0, 0, 0, 1];

export class Injector {
  readonly #topology: Topology;
  readonly #relay: Daemon;
  /** Destination and source of a frame. */
  readonly #addresses: readonly number[];
  #files = 0;

  private constructor(topology: Topology, relay: Daemon, addresses: readonly number[]) {
    this.#topology = topology;
    this.#relay = relay;
    this.#addresses = addresses;
  }

  static async create(topology: Topology, relay: Daemon): Promise<Injector> {
    const [link] = JSON.parse(await topology.exec('relay', 'ip', '-json', 'link', 'show', 'to-first')) as [
      { address: string },
    ];
    const mac = link.address.split(':').map((byte) => Number.parseInt(byte, 16));
    return new Injector(topology, relay, [...mac, ...SENDER]);
  }

  /** Returns when they have arrived at the relay's host. */
  async send(packets: readonly Uint8Array[]): Promise<void> {
    const frames = packets.map((packet) => {
      const type = ETHERTYPE[(packet[0]! >> 4) as 4 | 6];
      return Buffer.from([...this.#addresses, ...bytes16(type), ...packet]);
    });
    const file = join(this.#topology.directory, `injected-${this.#files++}`);
    writeFileSync(
      file,
      Buffer.concat(frames.flatMap((frame) => [Buffer.from(bytes16(frame.length)), frame])),
    );
    const watched = `${this.#relay.pid}:to-first:rx`;
    await this.#topology.exec('first-net', process.execPath, INJECT, 'link', 'to-relay', file, watched);
  }
}
