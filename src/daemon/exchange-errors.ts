/**
 * ICMP errors about datagrams that the control thread sent on: key exchanges, and ESP that no SA carries. They go to the sender of
 * that datagram, translated as errors about an SA's packets are.
 */
import { HEADROOM, PacketBatch } from '../attachment/batch.js';
import { IKE_PORTS } from '../exchange/directory.js';
import type { ExchangeRelay } from '../exchange/relay.js';
import { classifyQuotedDatagram } from '../relay/classifier.js';
import { mayBeTold } from '../relay/icmp/error.js';
import { TranslatedError } from '../relay/icmp/translated-error.js';
import { isIcmpErrorMessage, isIcmpIntact } from '../relay/icmp/translator.js';
import type { TokenBucket } from '../relay/token-bucket.js';
import { BAD_ICMP, ICMP_FORWARD, ICMP_UNMATCHED, RATE_LIMIT, TTL_EXPIRED } from '../relay/verdict.js';
import { KIND_UDP } from '../table/layout.js';
import { addressOfWords, addressWord, isIpv4 } from '../wire/address.js';
import type { UdpEnd } from '../wire/datagram.js';
import { initiatorSpiAt } from '../wire/ike.js';
import { IP_INTACT } from '../wire/ip-damage.js';
import { Packet, parseIp } from '../wire/packet.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import { UDP_HEADER } from '../wire/udp.js';

const SPI_BYTES = 4;

export class ExchangeErrors {
  readonly #relay: ExchangeRelay;
  readonly #bucket: TokenBucket;
  readonly #batch = new PacketBatch(1);
  readonly #packet = new Packet();
  readonly #error = new TranslatedError();

  constructor(relay: ExchangeRelay, bucket: TokenBucket) {
    this.#relay = relay;
    this.#bucket = bucket;
  }

  /** The translated error, after the verdict `icmp-forward`: valid until the next. */
  get translated(): Uint8Array {
    const { start, length } = this.#error;
    return this.#batch.bytes.subarray(start, start + length);
  }

  /**
   * @param bytes an ICMP error with its IP header, about no SA's packet
   * @param hopLimitAfter of a packet that is sent on, by the one that it came with
   * @param steadyMs as the bucket has it
   * @returns the verdict
   */
  translate(bytes: Uint8Array, hopLimitAfter: (hopLimit: number) => number, steadyMs: number): number {
    const { view } = this.#batch;
    const packet = this.#packet;
    const error = this.#error;
    this.#batch.bytes.set(bytes, HEADROOM);
    if (parseIp(view, HEADROOM, bytes.length, packet) !== IP_INTACT || !isIcmpErrorMessage(view, packet))
      return ICMP_UNMATCHED;
    const { quote, original } = error;
    if (!error.read(view, packet) || !classifyQuotedDatagram(view, quote)) return ICMP_UNMATCHED;
    if (!isIcmpIntact(view, packet)) return BAD_ICMP;
    const emitted = {
      from: endOf(quote.s0, quote.s1, quote.s2, quote.s3, quote.sourcePort),
      to: endOf(quote.d0, quote.d1, quote.d2, quote.d3, quote.destinationPort),
    };
    const carried = this.#carried();
    if (carried === undefined) return ICMP_UNMATCHED;
    const came = this.#relay.undelivered(emitted, carried.initiatorSpi, error.isUnreachable);
    if (came === undefined) return ICMP_UNMATCHED;
    original.kind = KIND_UDP;
    original.isIpv6 = !isIpv4(came.from.address);
    original.spi = quote.spi;
    original.flowLabel = 0;
    [original.s0, original.s1, original.s2, original.s3] = words(came.from.address);
    [original.d0, original.d1, original.d2, original.d3] = words(came.to.address);
    original.sourcePort = came.from.port;
    original.destinationPort = came.to.port;
    const hopLimit = hopLimitAfter(packet.hopLimit);
    if (hopLimit < 1) return TTL_EXPIRED;
    if (!mayBeTold(original) || !error.map()) return ICMP_UNMATCHED;
    if (!this.#bucket.take(steadyMs)) return RATE_LIMIT;
    error.write(view, packet, false, hopLimit);
    return ICMP_FORWARD;
  }

  /** @returns undefined when the quote ends before it shows whose the datagram is: anybody could have made such an error up */
  #carried(): { initiatorSpi: string | undefined } | undefined {
    const { quote } = this.#error;
    const { bytes } = this.#batch;
    // The port of the end that is no relay's own choice: of the relay's towards a first, or of the second's.
    const port = IKE_PORTS.includes(quote.sourcePort) ? quote.sourcePort : quote.destinationPort;
    const isMarked = port === PORT_NAT_TRAVERSAL;
    const payload = quote.transport + UDP_HEADER;
    if (quote.end < payload + SPI_BYTES) return undefined;
    if (isMarked && quote.spi !== 0) return { initiatorSpi: undefined };
    const message = bytes.subarray(isMarked ? payload + SPI_BYTES : payload, quote.end);
    const initiatorSpi = initiatorSpiAt(message);
    return initiatorSpi === undefined ? undefined : { initiatorSpi };
  }
}

function endOf(w0: number, w1: number, w2: number, w3: number, port: number): UdpEnd {
  return { address: addressOfWords(w0, w1, w2, w3), port };
}

function words(address: Uint8Array): [number, number, number, number] {
  return [addressWord(address, 0), addressWord(address, 1), addressWord(address, 2), addressWord(address, 3)];
}
