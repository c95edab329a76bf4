/**
 * The outer side: where ESP leaves and arrives, one port for each local address and encapsulation. The kernel makes and
 * checks the outer IP (and UDP) header, fragments and reassembles.
 */
import { HEADROOM, PacketBatch } from '../attachment/batch.js';
import { native } from '../native/index.js';
import { isIpv4 } from '../wire/address.js';
import { PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/protocol.js';
import { SEND_FAILED } from './verdict.js';

/** Bytes of a peer in {@link OuterBatch.peers}: address (16), port (2), zeros (2); as native.ipSocketReadBatch has it. */
export const PEER_BYTES = 20;

/** Free bytes behind the last packet, for a header that grows or an ICV. */
const SLACK = 256;

const CAPACITY = 64;
/** Room for one batch of the TUN device, with the bytes that ESP adds to each packet. */
const SLAB_BYTES = CAPACITY * 2048 + 65_536 + CAPACITY * 256;

/** Packets behind their IP header, and the fields of that header, received or to be sent. */
export class OuterBatch extends PacketBatch {
  readonly peers: Uint8Array;
  /** Over the same bytes. */
  readonly peersView: DataView;
  readonly trafficClass: Uint8Array;
  readonly hopLimit: Uint8Array;
  /** Bytes of the packet before it was changed: inner ones on the way out, received ones on the way in. */
  readonly before: Int32Array;
  /** The slab but for {@link SLACK}. */
  readonly receivable: Uint8Array;
  /** Where the next packet of an outgoing batch goes. */
  end = HEADROOM;

  constructor() {
    super(CAPACITY, SLAB_BYTES + SLACK);
    this.peers = new Uint8Array(CAPACITY * PEER_BYTES);
    this.peersView = new DataView(this.peers.buffer);
    this.trafficClass = new Uint8Array(CAPACITY);
    this.hopLimit = new Uint8Array(CAPACITY);
    this.before = new Int32Array(CAPACITY);
    this.receivable = this.bytes.subarray(0, SLAB_BYTES);
  }

  clear(): void {
    this.count = 0;
    this.end = HEADROOM;
  }
}

/** The address and encapsulation of a port. */
export interface PortKey {
  /** 16 bytes, this host's. */
  readonly local: Uint8Array;
  readonly udp: boolean;
}

export interface OuterPort extends PortKey {
  /** Received packets begin with their IPv4 header. */
  readonly hasIpv4Header: boolean;
  readonly incoming: OuterBatch;
  readonly outgoing: OuterBatch;
  /** Fills `incoming`. @returns packets */
  receive(): number;
  /** Sends `outgoing`; packets that cannot be sent get {@link SEND_FAILED}. */
  send(): void;
}

export class SocketPort implements OuterPort {
  readonly local: Uint8Array;
  readonly udp: boolean;
  readonly hasIpv4Header: boolean;
  readonly incoming = new OuterBatch();
  readonly outgoing = new OuterBatch();
  readonly fd: number;

  /** @param udpPort this host's UDP port @param mark see src/host/endpoint.ts */
  constructor({ local, udp }: PortKey, udpPort: number, mark: number) {
    this.local = local;
    this.udp = udp;
    this.hasIpv4Header = !udp && isIpv4(local);
    this.fd = native.ipSocketOpen(local, udp ? PROTOCOL_UDP : PROTOCOL_ESP, udpPort, mark);
  }

  receive(): number {
    const batch = this.incoming;
    batch.count = native.ipSocketReadBatch(
      this.fd,
      batch.receivable,
      batch.offset,
      batch.length,
      batch.peers,
      batch.trafficClass,
      batch.hopLimit,
      batch.capacity,
      HEADROOM,
    );
    return batch.count;
  }

  send(): void {
    const batch = this.outgoing;
    native.ipSocketWriteBatch(
      this.fd,
      batch.bytes,
      batch.offset,
      batch.length,
      batch.peers,
      batch.trafficClass,
      batch.hopLimit,
      batch.verdict,
      batch.count,
      SEND_FAILED,
    );
  }

  close(): void {
    native.close(this.fd);
  }
}
