/** Sends UDP datagrams of the control thread, in pieces where the way out need not carry them whole. */
import type { AttachmentControl } from '../attachment/attachment.js';
import { HEADROOM, PacketBatch } from '../attachment/batch.js';
import { createOriginatedCounters } from '../relay/counters.js';
import { Fragmenter } from '../relay/fragments/fragmenter.js';
import { type IdentificationCounters, Identifications } from '../relay/identification.js';
import { Outlet } from '../relay/outlet.js';
import { PASS, SEND_FAILED, TTL_EXPIRED } from '../relay/verdict.js';
import { KIND_UDP } from '../table/layout.js';
import { addressWord, isIpv4 } from '../wire/address.js';
import { type Datagram, writeDatagram } from '../wire/datagram.js';
import { changeHopLimit } from '../wire/hop-limit.js';
import { IPV6_MIN_MTU } from '../wire/ipv6.js';
import { Packet, parseIpHeader } from '../wire/packet.js';

export class DatagramSender {
  /** Fragments sent beside the first of each datagram. */
  readonly originated = createOriginatedCounters();
  readonly #attachment: Pick<AttachmentControl, 'send' | 'kernelHops'>;
  readonly #identifications: Identifications;
  readonly #outlet: Outlet;
  readonly #fragmenter: Fragmenter;
  readonly #batch = new PacketBatch(1);
  readonly #packet = new Packet();

  /** @param identifications as the workers have them, since they send from the same addresses */
  constructor(
    attachment: Pick<AttachmentControl, 'send' | 'kernelHops'>,
    identifications: IdentificationCounters,
  ) {
    this.#attachment = attachment;
    this.#identifications = new Identifications(identifications);
    this.#outlet = new Outlet({ send: (batch) => this.#sendBatch(batch) }, this.originated);
    this.#fragmenter = new Fragmenter(this.#outlet);
  }

  /** The hop limit, on the wire one less, of a packet that came with this one and is sent on: the relay's host is one hop. */
  hopLimitAfter(hopLimit: number): number {
    return Math.min(hopLimit + this.#attachment.kernelHops - 1, 255);
  }

  /**
   * Sends a datagram on. Over IPv4 the kernel fragments datagrams without DF. Over IPv6 a router may not, and the path is not known:
   * a datagram that may be fragmented leaves in pieces that every link carries (RFC 8200 §5, RFC 7915 §4). If any other is too long, the
   * router that finds out tells the relay's address, and the error goes to its sender.
   */
  forward(datagram: Datagram): void {
    const hopLimit = this.hopLimitAfter(datagram.hopLimit);
    if (hopLimit < 1) return;
    const { from, to, mayFragment } = datagram;
    const identification = mayFragment ? this.#nextIdentification(from.address, to.address) : 0;
    const packet = writeDatagram({
      ...datagram,
      hopLimit,
      identification: mayFragment ? identification & 0xffff : datagram.identification,
    });
    if (isIpv4(to.address) || !mayFragment || packet.length <= IPV6_MIN_MTU) this.#attachment.send(packet);
    else this.#sendInPieces(packet, identification);
  }

  /** Sends a whole IP packet. */
  send(packet: Uint8Array): void {
    this.#attachment.send(packet);
  }

  /** Sends a packet on as it came, to this host or beyond. @param bytes a sound IP packet @returns its verdict */
  pass(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const packet = this.#packet;
    parseIpHeader(view, 0, bytes.length, packet);
    const hopLimit = this.hopLimitAfter(packet.hopLimit);
    if (hopLimit < 1) return TTL_EXPIRED;
    changeHopLimit(view, 0, packet.isIpv6, packet.hopLimit, hopLimit);
    return this.#attachment.send(bytes) ? PASS : SEND_FAILED;
  }

  #sendInPieces(packet: Uint8Array, identification: number): void {
    const batch = this.#batch;
    const fragmenter = this.#fragmenter;
    batch.bytes.set(packet, HEADROOM);
    fragmenter.split(batch, HEADROOM, packet.length, true, IPV6_MIN_MTU, identification);
    this.#attachment.send(batch.bytes.subarray(fragmenter.start, fragmenter.start + fragmenter.length));
    this.#outlet.flush();
  }

  #sendBatch({ bytes, offset, length, count }: PacketBatch): number {
    for (let i = 0; i < count; i++)
      this.#attachment.send(bytes.subarray(offset[i]!, offset[i]! + length[i]!));
    return count;
  }

  /** From the counter that a worker takes for the same addresses. */
  #nextIdentification(from: Uint8Array, to: Uint8Array): number {
    const word = (address: Uint8Array) => addressWord(address, 3) ^ addressWord(address, 1);
    return this.#identifications.next(word(from), word(to), KIND_UDP);
  }
}
