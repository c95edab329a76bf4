/** tcpdump's recordings, made by netns-scripts, and their packets. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Namespace, Topology } from './topology.js';

/** pcap link types: with an Ethernet header, and without any. */
const HEADER_BYTES: Record<number, number> = { 1: 14, 101: 0, 12: 0 };

let captures = 0;

export class Capture {
  readonly file: string;
  readonly #topology: Topology;
  readonly #name: string;

  private constructor(topology: Topology, name: string) {
    this.#topology = topology;
    this.#name = name;
    this.file = join(topology.directory, 'captures', `${name}.pcap`);
  }

  static async start(
    topology: Topology,
    namespace: Namespace,
    device: string,
    filter: string,
    bufferKib: number,
  ): Promise<Capture> {
    const name = `${device}-${captures++}`;
    // Room for bursts: a recording with gaps is refused.
    const options = `CAPTURE_OPTIONS='-B ${bufferKib} -s 2048'`;
    await topology.library(`${options}; capture_start ${name} ${namespace} ${device} '${filter}'`);
    return new Capture(topology, name);
  }

  /** Ends the recording. @returns the IP packets, in the order in which they were seen */
  async stop(): Promise<Buffer[]> {
    await this.#topology.library(`capture_stop ${this.#name}`);
    const log = readFileSync(this.file.replace(/pcap$/, 'log'), 'utf8');
    const [captured, received, dropped] = [
      ...log.matchAll(/^(\d+) packets? (?:captured|received|dropped)/gm),
    ].map(([, count]) => Number(count));
    const told = `${captured} packets captured, ${received} received, ${dropped} dropped`;
    assert.ok(captured === received && dropped === 0, `the recording has gaps: ${told}`);
    return readPackets(readFileSync(this.file));
  }

  /** tshark's judgement of every packet. @returns one record a packet, the fields in the order asked for */
  async dissect(...fields: string[]): Promise<string[][]> {
    const words = ['-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])];
    const checks = [
      '-o',
      'ip.check_checksum:TRUE',
      '-o',
      'tcp.check_checksum:TRUE',
      '-o',
      'udp.check_checksum:TRUE',
    ];
    const output = await this.#topology.script('decrypt.sh', this.file, ...checks, ...words);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('|'));
  }
}

/** @param file classic pcap, little endian, as tcpdump writes it here */
function readPackets(file: Buffer): Buffer[] {
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4, 'not a pcap file');
  const header = HEADER_BYTES[file.readUInt32LE(20)]!;
  const packets: Buffer[] = [];
  for (let at = 24; at < file.length; ) {
    const captured = file.readUInt32LE(at + 8);
    assert.equal(captured, file.readUInt32LE(at + 12), 'a packet was cut');
    packets.push(file.subarray(at + 16 + header, at + 16 + captured));
    at += 16 + captured;
  }
  return packets;
}
