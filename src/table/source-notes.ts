/**
 * Notes the source of each SA's latest packet, for errors about its packets; one instance per worker. An IPv4 source stands in
 * the line of the SA's counters, which a packet touches anyway. One of IPv6 does not fit: the line has a fingerprint
 * of the source that this worker noted last, and only another source goes to `latestSources`, whose lines would be misses.
 */
import { LatestSources } from './latest-source.js';
import { type SadMemory, SOURCE_ADDRESS, SOURCE_PORT, SOURCE_STRIDE, sourceWords } from './layout.js';

export class SourceNotes {
  readonly #sources: Int32Array;
  /** Of all workers: a fingerprint says nothing once another worker, or another SA in the same place, has noted a source. */
  readonly #all: readonly Int32Array[];
  readonly #latest: LatestSources;

  constructor(memory: SadMemory, worker: number) {
    this.#all = memory.counters.map(sourceWords);
    this.#sources = this.#all[worker]!;
    this.#latest = new LatestSources(memory);
  }

  /** @param sa its number @param address signed, network byte order @param port of UDP, or 0 */
  noteIpv4(sa: number, address: number, port: number): void {
    const at = (sa - 1) * SOURCE_STRIDE;
    this.#sources[at + SOURCE_ADDRESS] = address;
    this.#sources[at + SOURCE_PORT] = port;
  }

  /** The same of an SA that matches IPv6. */
  noteIpv6(sa: number, s0: number, s1: number, s2: number, s3: number, port: number): void {
    const at = (sa - 1) * SOURCE_STRIDE;
    const high = Math.imul(s0 ^ (port << 8), 0x9e3779b1) ^ s1;
    // Never 0, which stands for none.
    const fingerprint = (Math.imul(high, 0x85ebca6b) ^ (s2 + Math.imul(s3, 0xc2b2ae35))) | 1;
    const sources = this.#sources;
    if (sources[at + SOURCE_ADDRESS] === fingerprint && sources[at + SOURCE_PORT] === port) return;
    this.#noteAnew(sa, s0, s1, s2, s3, port, fingerprint);
  }

  #noteAnew(
    sa: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    port: number,
    fingerprint: number,
  ): void {
    const latest = this.#latest;
    this.#forget(sa);
    const displaced = latest.sharing(sa);
    if (displaced !== 0) this.#forget(displaced);
    if (!latest.note(sa, s0, s1, s2, s3, port)) return;
    const at = (sa - 1) * SOURCE_STRIDE;
    this.#sources[at + SOURCE_ADDRESS] = fingerprint;
    this.#sources[at + SOURCE_PORT] = port;
  }

  #forget(sa: number): void {
    const at = (sa - 1) * SOURCE_STRIDE;
    for (let worker = 0; worker < this.#all.length; worker++) this.#all[worker]![at + SOURCE_ADDRESS] = 0;
  }
}
