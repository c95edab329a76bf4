/** The SAs at work: keys, sequence numbers, windows. */
import { familyOf } from '../wire/address.js';
import { createTransform, layoutOf } from './algorithm.js';
import type { EndpointSa } from './definition.js';
import { type OuterPort, PEER_BYTES } from './outer-port.js';
import { ReplayWindow } from './replay-window.js';
import { Selector } from './selector.js';
import type { SequenceFile } from './sequence-file.js';
import { ESP_HEADER, ESP_TRAILER, type Transform } from './transform.js';

const LAST_SEQUENCE = 0xffff_ffff;
const UDP_HEADER = 8;
const IP_HEADER = { 4: 20, 6: 40 } as const;

/**
 * Sequence numbers that are set aside on the disk at once. A crash loses up to so many of 2^32 (65,536 crashes use
 * them up); a million packets wait for sixteen writes.
 */
export const SEQUENCE_BLOCK = 65_536;

/**
 * Longest packet inside an SA's packets that leaves in one piece, bytes.
 * @param pathMtu of the outer path, bytes
 */
export function innerMtu({ algorithm, local, udp, mode }: EndpointSa, pathMtu: number): number {
  const { ivLength, icvLength, blockSize } = layoutOf(algorithm);
  const ipHeader = IP_HEADER[familyOf(local)];
  const around = ipHeader + (udp ? UDP_HEADER : 0) + ESP_HEADER + ivLength + icvLength;
  const payload = Math.floor((pathMtu - around) / blockSize) * blockSize - ESP_TRAILER;
  return payload + (mode === 'tunnel' ? 0 : ipHeader);
}

/** The fields of both directions. */
class Sa {
  readonly name: string;
  /** Its number among all SAs of the endpoint, for the counters. */
  readonly number: number;
  readonly tunnel: boolean;
  /** As a signed number. */
  readonly icvSpi: number;
  readonly transform: Transform;
  readonly file: SequenceFile;

  constructor(definition: EndpointSa, number: number, key: Uint8Array, file: SequenceFile) {
    this.name = definition.name;
    this.number = number;
    this.tunnel = definition.mode === 'tunnel';
    this.icvSpi = definition.icvSpi | 0;
    this.transform = createTransform(definition.algorithm, key, definition.esn);
    this.file = file;
  }
}

export class OutboundSa extends Sa {
  readonly port: OuterPort;
  readonly selector: Selector;
  /** As a signed number. */
  readonly wireSpi: number;
  /** {@link PEER_BYTES}: where packets go. */
  readonly peer = new Uint8Array(PEER_BYTES);
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Longest packet inside that leaves in one piece, bytes. */
  innerMtu = 0;
  /** Time of the last packet by a steady clock, ms; a NAT keepalive is due when it lies too far back. */
  lastSentMs = Number.NEGATIVE_INFINITY;
  /** The last that was used. */
  #sequence: number;
  /** Up to this one, the disk knows that they may have been used. */
  #reserved: number;
  readonly #last: number;
  readonly #definition: EndpointSa;

  constructor(definition: EndpointSa, number: number, key: Uint8Array, file: SequenceFile, port: OuterPort) {
    super(definition, number, key, file);
    this.port = port;
    this.selector = new Selector(definition.localNets, definition.remoteNets);
    this.wireSpi = definition.spi | 0;
    this.source = definition.local;
    this.destination = definition.peer;
    this.peer.set(definition.peer);
    if (definition.udp) new DataView(this.peer.buffer).setUint16(16, definition.peerPort);
    this.#definition = definition;
    this.#last = definition.esn ? Number.MAX_SAFE_INTEGER : LAST_SEQUENCE;
    this.#sequence = file.number;
    this.#reserved = file.number;
    // Now, so that the first packet does not wait for the disk.
    if (this.#sequence < this.#last) this.#reserve();
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** The next sequence number, never used before and never again; 0: there is none left. */
  takeSequence(): number {
    if (this.#sequence >= this.#last) return 0;
    if (this.#sequence >= this.#reserved) this.#reserve();
    return ++this.#sequence;
  }

  /** On the disk before the first of them is used. */
  #reserve(): void {
    const reserved = Math.min(this.#sequence + SEQUENCE_BLOCK, this.#last);
    this.file.write(reserved);
    this.file.sync();
    this.#reserved = reserved;
  }

  /** At an orderly stop: numbers set aside but not used become free again. */
  release(): void {
    // Both records: the higher one counts.
    this.file.rewrite(this.#sequence);
    this.#reserved = this.#sequence;
  }

  /** @param mtu of the outer path, bytes */
  setPathMtu(mtu: number): void {
    this.innerMtu = innerMtu(this.#definition, mtu);
  }
}

export class InboundSa extends Sa {
  /** Sources and destinations as in the packet: the other side's first. */
  readonly selector: Selector;
  readonly window: ReplayWindow;

  constructor(definition: EndpointSa, number: number, key: Uint8Array, file: SequenceFile) {
    super(definition, number, key, file);
    this.selector = new Selector(definition.remoteNets, definition.localNets);
    this.window = new ReplayWindow(definition.window, definition.esn, file.number);
  }

  /** So that after a restart, however this run ends, no packet that came is accepted again. */
  persist(): void {
    if (this.window.top !== this.file.number) this.file.write(this.window.top);
  }
}
