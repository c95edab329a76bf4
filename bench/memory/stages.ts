/** Each stage of the pipeline by itself, over one batch. The loops are those of src/relay/pipeline.ts. */
import type { PacketBatch } from '../../src/attachment/batch.js';
import type { Pipeline } from '../../src/relay/pipeline.js';
import { FORWARD } from '../../src/relay/verdict.js';
import { KIND_ESP } from '../../src/table/layout.js';
import type { SadLookup } from '../../src/table/reader.js';
import { halves, updateChecksum } from '../../src/wire/checksum.js';
import { espSpi, setEspSpi } from '../../src/wire/esp.js';
import * as ipv4 from '../../src/wire/ipv4.js';
import { PROTOCOL_ESP } from '../../src/wire/protocol.js';
import type { Subject } from './timing.js';

const IPV4_MAPPED = 0xffff;

/** Where results go, so that no compiler drops the work. */
export const sink = { value: 0 };

export function parseStage({ view, offset, length, count }: PacketBatch): Subject {
  return {
    packets: count,
    step() {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const ip = offset[i]!;
        const total = ipv4.ipv4TotalLength(view, ip);
        if (total > length[i]! || !ipv4.isPlainIpv4(view, ip, PROTOCOL_ESP)) continue;
        length[i] = total;
        const esp = ip + ipv4.IPV4_MIN_HEADER;
        sum += (espSpi(view, esp) + ipv4.ipv4Destination(view, ip)) | 0;
      }
      sink.value += sum;
    },
  };
}

/** Lookups of random SPIs; `order` is a multiple of `count` long. */
export function lookupStage(
  lookup: SadLookup,
  order: Int32Array,
  destination: number,
  count: number,
): Subject {
  const to = destination;
  let next = 0;
  return {
    packets: count,
    step() {
      lookup.enter();
      for (let i = 0; i < count; i++) lookup.prepare(i, KIND_ESP, order[next + i]!, 0, 0, IPV4_MAPPED, to);
      lookup.fetch(count);
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const spi = order[next + i]!;
        sum += lookup.lookup(i, KIND_ESP, spi, 0, 0, IPV4_MAPPED, to, 0, 0, IPV4_MAPPED, to, 0);
      }
      sink.value += sum;
      next = next + count === order.length ? 0 : next + count;
    },
  };
}

/** Writes of TTL, addresses and SPI. */
export function rewriteStage({ view, offset, count }: PacketBatch): Subject {
  return {
    packets: count,
    step() {
      for (let i = 0; i < count; i++) {
        const ip = offset[i]!;
        ipv4.setIpv4Ttl(view, ip, 63);
        ipv4.setIpv4Source(view, ip, i);
        ipv4.setIpv4Destination(view, ip, i);
        setEspSpi(view, ip + ipv4.ipv4HeaderLength(view, ip), i);
      }
    },
  };
}

/** The incremental update of the header checksum. */
export function checksumStage({ view, offset, count }: PacketBatch): Subject {
  return {
    packets: count,
    step() {
      for (let i = 0; i < count; i++) {
        const ip = offset[i]!;
        const from = ipv4.ipv4Source(view, ip);
        const to = ipv4.ipv4Destination(view, ip);
        const removed = (64 << 8) + halves(from) + halves(to);
        const added = (63 << 8) + halves(to) + halves(i);
        ipv4.setIpv4Checksum(view, ip, updateChecksum(ipv4.ipv4Checksum(view, ip), removed, 5, added));
      }
    },
  };
}

/** Counting, for SA numbers 1 to `slots` in random order. */
export function accountStage(
  pipeline: Pipeline,
  batch: PacketBatch,
  slots: number,
  orderLength: number,
): Subject {
  const order = Int32Array.from({ length: orderLength }, () => 1 + Math.floor(Math.random() * slots));
  let next = 0;
  return {
    packets: batch.count,
    step() {
      batch.verdict.fill(FORWARD);
      for (let i = 0; i < batch.count; i++) batch.sa[i] = order[next + i]!;
      pipeline.account(batch, Date.now());
      next = next + batch.count === order.length ? 0 : next + batch.count;
    },
  };
}
