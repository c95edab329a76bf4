/** SAs of both ends over memory: packets that one end's endpoint puts on the wire go to the other's, or to a test. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADROOM, PacketBatch } from '../../src/attachment/batch.js';
import { type Algorithm, keyBytes } from '../../src/endpoint/algorithm.js';
import { createCounterMemory, EndpointCounters } from '../../src/endpoint/counters.js';
import { Decapsulator } from '../../src/endpoint/decapsulate.js';
import type { EndpointSa } from '../../src/endpoint/definition.js';
import { Encapsulator } from '../../src/endpoint/encapsulate.js';
import { OuterBatch, type OuterPort, PEER_BYTES } from '../../src/endpoint/outer-port.js';
import { InboundSa, OutboundSa } from '../../src/endpoint/sa.js';
import { SequenceFile } from '../../src/endpoint/sequence-file.js';
import { LAST_SENT_VERDICT, VERDICTS } from '../../src/endpoint/verdict.js';
import { familyOf, isIpv4, parseAddress, parsePrefix } from '../../src/wire/address.js';

export class MemoryPort implements OuterPort {
  readonly local: Uint8Array;
  readonly udp: boolean;
  readonly hasIpv4Header: boolean;
  readonly incoming = new OuterBatch();
  readonly outgoing = new OuterBatch();

  constructor(local: Uint8Array, udp: boolean) {
    this.local = local;
    this.udp = udp;
    this.hasIpv4Header = !udp && isIpv4(local);
  }

  receive(): number {
    return this.incoming.count;
  }

  send(): void {}
}

/** Addresses of the two ends, outside and inside, by family. */
export const FIRST = { 4: '198.18.1.1', 6: '2001:db8:1::1' } as const;
export const SECOND = { 4: '198.18.2.2', 6: '2001:db8:2::2' } as const;
export const FIRST_INNER = { 4: '10.1.0.1', 6: 'fd00:1::1' } as const;
export const SECOND_INNER = { 4: '10.2.0.1', 6: 'fd00:2::1' } as const;
const FIRST_NETS = ['10.1.0.0/24', 'fd00:1::/64'].map(parsePrefix);
const SECOND_NETS = ['10.2.0.0/24', 'fd00:2::/64'].map(parsePrefix);

export interface RigOptions {
  readonly algorithm?: Algorithm;
  readonly mode?: 'tunnel' | 'transport';
  readonly family?: 4 | 6;
  readonly udp?: boolean;
  readonly esn?: boolean;
  readonly window?: number;
  readonly spi?: number;
  readonly icvSpi?: number;
  /** Sequence numbers used up already. */
  readonly sequence?: number;
  readonly pathMtu?: number;
  readonly key?: Uint8Array;
}

const prefixOf = (address: Uint8Array) => [
  { family: familyOf(address), bytes: address, length: isIpv4(address) ? 32 : 128 },
];

/** One SA from first to second: its sender and its receiver. */
export class Rig {
  readonly key: Uint8Array;
  readonly definition: EndpointSa;
  readonly out: OutboundSa;
  readonly in: InboundSa;
  readonly senderPort: MemoryPort;
  readonly receiverPort: MemoryPort;
  readonly encapsulator: Encapsulator;
  readonly decapsulator: Decapsulator;
  readonly #counters = new EndpointCounters(createCounterMemory(1));
  readonly #directory = mkdtempSync(join(tmpdir(), 'ipsec-relay-test-'));
  readonly #inner = new PacketBatch();

  constructor(options: RigOptions = {}) {
    const {
      algorithm = 'aes-128-gcm',
      mode = 'tunnel',
      family = 4,
      udp = false,
      esn = false,
      window = 1024,
      spi = 0xaaaa0001,
      icvSpi = spi,
      sequence = 0,
      pathMtu = 1500,
    } = options;
    this.key = options.key ?? Uint8Array.from(randomBytes(keyBytes(algorithm)));
    const local = parseAddress(FIRST[family]);
    const peer = parseAddress(SECOND[family]);
    const common = { name: 'up', mode, udp, peerPort: 4500, spi, icvSpi, algorithm, esn, window } as const;
    const nets = mode === 'tunnel' ? [FIRST_NETS, SECOND_NETS] : [prefixOf(local), prefixOf(peer)];
    const [localNets, remoteNets] = nets as [typeof FIRST_NETS, typeof SECOND_NETS];
    this.definition = { ...common, direction: 'out', local, peer, localNets, remoteNets };
    const received: EndpointSa = {
      ...common,
      direction: 'in',
      local: peer,
      peer: local,
      localNets: remoteNets,
      remoteNets: localNets,
    };
    const file = (end: string) => {
      const opened = SequenceFile.open(join(this.#directory, end), this.key);
      if (sequence > 0) opened.write(sequence);
      return opened;
    };
    this.senderPort = new MemoryPort(local, udp);
    this.receiverPort = new MemoryPort(peer, udp);
    this.out = new OutboundSa(this.definition, 0, this.key, file('out'), this.senderPort);
    this.out.setPathMtu(pathMtu);
    this.in = new InboundSa(received, 0, this.key, file('in'));
    this.encapsulator = new Encapsulator([this.out], this.#counters);
    this.encapsulator.errorBudget = 100;
    this.decapsulator = new Decapsulator(this.receiverPort, family, new Map([[spi, this.in]]));
  }

  end(): void {
    this.out.file.close();
    this.in.file.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** Packets of each verdict of the sender that was a drop. */
  drops(): Record<string, number> {
    const dropped = this.#counters.verdicts().filter(({ packets }) => packets > 0);
    return Object.fromEntries(dropped.map(({ verdict, packets }) => [verdict, packets]));
  }

  /** Sends inner packets. @returns the payload of the outer IP (and UDP) header of each that left, with the header's fields */
  send(...packets: readonly Uint8Array[]): { esp: Buffer; trafficClass: number; hopLimit: number }[] {
    const batch = this.#inner;
    batch.count = packets.length;
    let at = HEADROOM;
    packets.forEach((packet, i) => {
      batch.bytes.set(packet, at);
      batch.offset[i] = at;
      batch.length[i] = packet.length;
      at = (at + packet.length + HEADROOM + 63) & -64;
    });
    this.encapsulator.process(batch);
    const { outgoing } = this.senderPort;
    const sent = Array.from({ length: outgoing.count }, (_, i) => ({
      esp: Buffer.from(
        outgoing.bytes.subarray(outgoing.offset[i]!, outgoing.offset[i]! + outgoing.length[i]!),
      ),
      trafficClass: outgoing.trafficClass[i]!,
      hopLimit: outgoing.hopLimit[i]!,
    }));
    outgoing.clear();
    return sent;
  }

  /** ICMP errors that were made since the last time. */
  errors(): Buffer[] {
    const { errors } = this.encapsulator;
    const made = Array.from({ length: errors.count }, (_, i) =>
      Buffer.from(errors.bytes.subarray(errors.offset[i]!, errors.offset[i]! + errors.length[i]!)),
    );
    errors.count = 0;
    return made;
  }

  /** Hands packets to the receiver. @returns the verdict of each, and the packets delivered to the TUN device */
  receive(
    packets: readonly Uint8Array[],
    { trafficClass = 0, hopLimit = 61 } = {},
  ): { verdict: string; inner: Buffer | undefined }[] {
    const { incoming, hasIpv4Header } = this.receiverPort;
    const header = hasIpv4Header ? Buffer.from('45'.padEnd(40, '0'), 'hex') : Buffer.alloc(0);
    let at = HEADROOM;
    packets.forEach((packet, i) => {
      incoming.bytes.set(header, at);
      incoming.bytes.set(packet, at + header.length);
      incoming.offset[i] = at;
      incoming.length[i] = header.length + packet.length;
      incoming.peers.fill(0, i * PEER_BYTES, (i + 1) * PEER_BYTES);
      incoming.peers.set(this.senderPort.local, i * PEER_BYTES);
      incoming.trafficClass[i] = trafficClass;
      incoming.hopLimit[i] = hopLimit;
      at = (at + header.length + packet.length + HEADROOM + 63) & -64;
    });
    incoming.count = packets.length;
    this.decapsulator.process();
    return packets.map((_, i) => ({
      verdict: VERDICTS[incoming.verdict[i]!]!,
      inner:
        incoming.verdict[i]! <= LAST_SENT_VERDICT
          ? Buffer.from(
              incoming.bytes.subarray(incoming.offset[i]!, incoming.offset[i]! + incoming.length[i]!),
            )
          : undefined,
    }));
  }

  verdicts(packets: readonly Uint8Array[]): string[] {
    return this.receive(packets).map(({ verdict }) => verdict);
  }
}

export interface InnerOptions {
  readonly family?: 4 | 6;
  readonly source?: string;
  readonly destination?: string;
  readonly payload?: Uint8Array;
  readonly protocol?: number;
  readonly trafficClass?: number;
  readonly hopLimit?: number;
  readonly dontFragment?: boolean;
  /** IPv4's fragment offset in units of 8, and more fragments. */
  readonly fragment?: number;
}

/** An IP packet, its header right. */
export function innerPacket(options: InnerOptions = {}): Buffer {
  const {
    family = 4,
    payload = Buffer.from('payload'),
    protocol = 17,
    trafficClass = 0,
    hopLimit = 64,
  } = options;
  const source = parseAddress(options.source ?? FIRST_INNER[family]);
  const destination = parseAddress(options.destination ?? SECOND_INNER[family]);
  if (family === 6) {
    const packet = Buffer.concat([Buffer.alloc(40), payload]);
    packet.writeUInt32BE(((6 << 28) | (trafficClass << 20)) >>> 0);
    packet.writeUInt16BE(payload.length, 4);
    packet[6] = protocol;
    packet[7] = hopLimit;
    packet.set(source, 8);
    packet.set(destination, 24);
    return packet;
  }
  const packet = Buffer.concat([Buffer.alloc(20), payload]);
  packet[0] = 0x45;
  packet[1] = trafficClass;
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt16BE(0x1234, 4);
  packet.writeUInt16BE((options.dontFragment ? 0x4000 : 0) | (options.fragment ?? 0), 6);
  packet[8] = hopLimit;
  packet[9] = protocol;
  packet.set(source.subarray(12), 12);
  packet.set(destination.subarray(12), 16);
  packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10);
  return packet;
}

/** The Internet checksum (RFC 1071), the slow way. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
