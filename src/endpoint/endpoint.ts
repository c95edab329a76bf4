/** The endpoint put together: SAs, ports, and the loop that its worker runs. */
import type { Attachment } from '../attachment/attachment.js';
import type { PacketBatch } from '../attachment/batch.js';
import { TunAttachment, type TunQueue } from '../attachment/tun/queue.js';
import { native } from '../native/index.js';
import { equalAddresses, familyOf, formatAddress } from '../wire/address.js';
import { type CounterMemory, EndpointCounters, ORIGINATED_KEEPALIVE } from './counters.js';
import { Decapsulator } from './decapsulate.js';
import type { EndpointSa } from './definition.js';
import { Encapsulator } from './encapsulate.js';
import { SocketPort } from './outer-port.js';
import { InboundSa, OutboundSa } from './sa.js';
import { SequenceFile } from './sequence-file.js';
import { DECRYPT, ENCRYPT, LAST_SENT_VERDICT, SEND_FAILED } from './verdict.js';

/** The data that the control thread hands to the endpoint's worker. Structured-cloneable. */
export interface EndpointInput {
  readonly sas: readonly EndpointSa[];
  /** The key material of each SA. */
  readonly keys: readonly Uint8Array[];
  readonly counters: CounterMemory;
  /** Where the sequence files are. */
  readonly sequenceDirectory: string;
  readonly udpPort: number;
  readonly keepaliveSeconds: number;
  /** Mark of the outer packets, see src/host/endpoint.ts. */
  readonly mark: number;
  readonly queue: TunQueue;
  /** One word; non-zero asks the worker to end. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** The endpoint cannot be set up; the message is one sentence. */
export class EndpointError extends Error {}

/** Packets per batch from the device. */
const BATCH = 64;
const TICK_MS = 1000;
/** ICMP errors a second. */
const ERRORS_PER_SECOND = 1000;
const KEEPALIVE = Uint8Array.of(0xff);
/** How long an IPv6 address may take to be found unique on its link (RFC 4862 §5.4), until then nothing can bind to it. */
const TENTATIVE_MS = 3000;
const RETRY_MS = 100;

export class Endpoint {
  readonly #input: EndpointInput;
  readonly #counters: EndpointCounters;
  readonly #attachment: Attachment;
  readonly #inner: PacketBatch;
  readonly #files: SequenceFile[] = [];
  readonly #ports: SocketPort[] = [];
  readonly #outbound: OutboundSa[] = [];
  readonly #encapsulator: Encapsulator;
  readonly #decapsulators: Decapsulator[] = [];
  /** The device, then the ports. */
  readonly #descriptors: Int32Array;
  #nextTickMs = 0;

  /** @throws EndpointError, SequenceFileError; nothing is left open then */
  constructor(input: EndpointInput) {
    this.#input = input;
    this.#counters = new EndpointCounters(input.counters);
    const attachment = new TunAttachment(input.queue);
    this.#attachment = attachment;
    this.#inner = attachment.createBatch(BATCH);
    try {
      this.#open();
    } catch (error) {
      this.#closeAll();
      throw error;
    }
    this.#encapsulator = new Encapsulator(this.#outbound, this.#counters);
    this.#descriptors = Int32Array.from([input.queue.fd, ...this.#ports.map(({ fd }) => fd)]);
  }

  #open(): void {
    const inbound = new Map<SocketPort, Map<number, InboundSa>>();
    for (const [number, definition] of this.#input.sas.entries()) {
      const key = this.#input.keys[number]!;
      const file = SequenceFile.open(this.#input.sequenceDirectory, key);
      this.#files.push(file);
      const port = this.#port(definition);
      if (definition.direction === 'out') {
        const sa = new OutboundSa(definition, number, key, file, port);
        sa.setPathMtu(pathMtu(definition, this.#input.mark));
        this.#outbound.push(sa);
      } else {
        const sas = inbound.get(port) ?? new Map<number, InboundSa>();
        inbound.set(port, sas.set(definition.spi, new InboundSa(definition, number, key, file)));
      }
    }
    for (const port of this.#ports) {
      this.#decapsulators.push(
        new Decapsulator(port, familyOf(port.local), inbound.get(port) ?? new Map<number, InboundSa>()),
      );
    }
  }

  #port({ local, udp }: EndpointSa): SocketPort {
    const there = this.#ports.find((port) => port.udp === udp && equalAddresses(port.local, local));
    if (there) return there;
    const port = openPort(local, udp, this.#input);
    this.#ports.push(port);
    return port;
  }

  /** Works until asked to stop (true), or until the TUN device is gone (false). */
  run(): boolean {
    const { stop, queue } = this.#input;
    for (;;) {
      let packets = this.#fromDevice();
      for (let n = 0; n < this.#ports.length; n++) packets += this.#fromNetwork(this.#decapsulators[n]!);
      // A steady clock: setting the other one must not silence the keepalives.
      const now = performance.now();
      if (now >= this.#nextTickMs) this.#tick(now);
      if (Atomics.load(stop, 0) !== 0) return true;
      if (packets > 0) continue;
      const ready = native.waitAny(
        this.#descriptors,
        queue.wakerFd,
        Math.max(Math.ceil(this.#nextTickMs - now), 1),
      );
      // The device says that it is ready also when it is gone, and then gives nothing for ever.
      if ((ready & 1) !== 0 && !this.#attachment.wait(0)) return false;
    }
  }

  #fromDevice(): number {
    const inner = this.#inner;
    const packets = this.#attachment.receive(inner);
    if (packets === 0) return 0;
    this.#encapsulator.process(inner);
    for (let n = 0; n < this.#ports.length; n++)
      if (this.#ports[n]!.outgoing.count > 0) this.#send(this.#ports[n]!);
    const { errors } = this.#encapsulator;
    if (errors.count > 0) {
      this.#attachment.send(errors, LAST_SENT_VERDICT, SEND_FAILED);
      errors.count = 0;
    }
    return packets;
  }

  #send(port: SocketPort): void {
    const { outgoing } = port;
    port.send();
    const now = Date.now();
    const steady = performance.now();
    for (let i = 0; i < outgoing.count; i++) {
      const bytes = outgoing.before[i]!;
      const verdict = outgoing.verdict[i]!;
      this.#counters.count(verdict, bytes);
      if (verdict !== ENCRYPT) continue;
      const sa = this.#saOf(outgoing.sa[i]!);
      sa.lastSentMs = steady;
      this.#counters.countSa(sa.number, bytes, now, sa.sequence);
    }
    outgoing.clear();
  }

  #saOf(number: number): OutboundSa {
    const sas = this.#outbound;
    let n = 0;
    while (sas[n]!.number !== number) n++;
    return sas[n]!;
  }

  #fromNetwork(decapsulator: Decapsulator): number {
    const { port } = decapsulator;
    const packets = port.receive();
    if (packets === 0) return 0;
    decapsulator.process();
    const { incoming } = port;
    this.#attachment.send(incoming, LAST_SENT_VERDICT, SEND_FAILED);
    const now = Date.now();
    for (let i = 0; i < incoming.count; i++) {
      const verdict = incoming.verdict[i]!;
      this.#counters.count(verdict, incoming.before[i]!);
      if (verdict !== DECRYPT) continue;
      const number = incoming.sa[i]!;
      this.#counters.countSa(number, incoming.length[i]!, now, this.#files[number]!.number);
    }
    return packets;
  }

  /** Once a second: reads the path MTUs that the kernel has learnt, sends keepalives, and refills the budget of ICMP errors. */
  #tick(now: number): void {
    this.#nextTickMs = now + TICK_MS;
    this.#encapsulator.errorBudget = ERRORS_PER_SECOND;
    const { mark, keepaliveSeconds } = this.#input;
    for (const sa of this.#outbound) {
      const mtu = native.pathMtu(sa.source, sa.destination, mark);
      // Without a route for the moment, keep the last known MTU.
      if (mtu > 0) sa.setPathMtu(mtu);
      if (sa.port.udp && keepaliveSeconds > 0 && now - sa.lastSentMs >= keepaliveSeconds * 1000)
        this.#keepAlive(sa, now);
    }
  }

  #keepAlive(sa: OutboundSa, now: number): void {
    const { outgoing } = sa.port;
    outgoing.bytes.set(KEEPALIVE, outgoing.end);
    outgoing.offset[0] = outgoing.end;
    outgoing.length[0] = KEEPALIVE.length;
    outgoing.peers.set(sa.peer);
    outgoing.trafficClass[0] = 0;
    outgoing.hopLimit[0] = 0;
    outgoing.verdict[0] = ENCRYPT;
    outgoing.count = 1;
    sa.port.send();
    outgoing.clear();
    sa.lastSentMs = now;
    this.#counters.countOriginated(ORIGINATED_KEEPALIVE);
  }

  /** Descriptors of the sequence files of inbound SAs, to be synced now and then; open until {@link close}. */
  get inboundFiles(): number[] {
    return this.#input.sas.flatMap(({ direction }, n) => (direction === 'in' ? [this.#files[n]!.fd] : []));
  }

  /** After {@link run}: the disk knows exactly which sequence numbers were used, and everything is closed. */
  close(): void {
    for (const sa of this.#outbound) sa.release();
    this.#closeAll();
    this.#attachment.close();
  }

  #closeAll(): void {
    for (const file of this.#files) file.close();
    for (const port of this.#ports) port.close();
  }
}

/** MTU of the path to an SA's peer, bytes; without a route, that of the usual link. */
export function pathMtu({ local, peer }: EndpointSa, mark: number): number {
  const mtu = native.pathMtu(local, peer, mark);
  return mtu > 0 ? mtu : 1500;
}

function openPort(local: Uint8Array, udp: boolean, { udpPort, mark }: EndpointInput): SocketPort {
  const deadline = performance.now() + TENTATIVE_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return new SocketPort({ local, udp }, udpPort, mark);
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const mayBeTentative = code === 'EADDRNOTAVAIL' && familyOf(local) === 6;
      if (mayBeTentative && performance.now() < deadline) {
        Atomics.wait(pause, 0, 0, RETRY_MS);
        continue;
      }
      const address = formatAddress(local);
      const reasons: Record<string, string> = {
        EADDRNOTAVAIL: `${address} is no address of this host; write one of its own as local`,
        EADDRINUSE: `UDP port ${udpPort} of ${address} is in use; stop the program that uses it, or give another [endpoint] port`,
        EPERM:
          'raw sockets may not be opened; run as root, or give the endpoint CAP_NET_RAW and CAP_NET_ADMIN',
        EACCES:
          'raw sockets may not be opened; run as root, or give the endpoint CAP_NET_RAW and CAP_NET_ADMIN',
      };
      throw new EndpointError(reasons[code] ?? message);
    }
  }
}
