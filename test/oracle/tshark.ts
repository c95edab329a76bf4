/** tshark's view of packets. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { bytes32 } from '../model/packet.js';

/** IP packets without any header before them. */
const LINKTYPE_RAW = 101;
const LONGEST = 262_144;

/** Writes a pcap file (draft-ietf-opsawg-pcap), a packet a second. */
export function writePcap(file: string, packets: readonly Uint8Array[]): void {
  const header = [0xa1b2c3d4, (2 << 16) | 4, 0, 0, LONGEST, LINKTYPE_RAW].flatMap(bytes32);
  const records = packets.flatMap((packet, i) => [
    Uint8Array.from([i, 0, packet.length, packet.length].flatMap(bytes32)),
    packet,
  ]);
  writeFileSync(file, Buffer.concat([Uint8Array.from(header), ...records]));
}

/** The fields that tshark shows of one packet. Of layers that repeat, the outermost comes first. */
export interface Dissected {
  /** Errors and warnings, wrong checksums. */
  readonly complaints: readonly string[];
  readonly addresses: readonly [string, string];
  /** SPIs of ESP or AH that it found. */
  readonly spis: readonly number[];
  readonly isIcmp: boolean;
  readonly isFragment: boolean;
}

const FIELDS = [
  '_ws.expert.severity',
  '_ws.expert.message',
  'ip.checksum.status',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'esp.spi',
  'ah.spi',
  'icmp.type',
  'icmpv6.type',
  'ip.flags.mf',
  'ip.frag_offset',
  'ipv6.fraghdr.more',
  'ipv6.fraghdr.offset',
] as const;

/** Wireshark's PI_WARN; PI_ERROR is above. */
const WARNING = 6_291_456;
const BAD_CHECKSUM = '0';
/** A separator within a field that no message has. */
const AND = '\u0001';

/** @param udpPorts ports beside 4500 on which ESP comes in UDP */
export function dissect(file: string, udpPorts: readonly number[]): Dissected[] {
  // Sequence numbers are random here.
  const checks = ['ip.check_checksum:TRUE', 'udp.check_checksum:TRUE', 'esp.do_esp_sequence_analysis:FALSE'];
  const words = [
    ...['-r', file, '-n', '-T', 'fields', '-E', 'separator=|', '-E', `aggregator=${AND}`],
    ...checks.flatMap((check) => ['-o', check]),
    ...udpPorts.flatMap((port) => ['-d', `udp.port==${port},udpencap`]),
    ...FIELDS.flatMap((field) => ['-e', field]),
  ];
  const output = execFileSync('tshark', words, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output.split('\n').slice(0, -1).map(dissectedLine);
}

function dissectedLine(line: string): Dissected {
  const values = line.split('|').map((field) => (field === '' ? [] : field.split(AND)));
  const of = (name: (typeof FIELDS)[number]) => values[FIELDS.indexOf(name)]!;
  const messages = of('_ws.expert.message');
  const complaints = of('_ws.expert.severity').flatMap((severity, i) =>
    Number(severity) >= WARNING ? [messages[i] ?? 'no message'] : [],
  );
  for (const name of FIELDS.filter((field) => field.endsWith('.checksum.status'))) {
    if (of(name).includes(BAD_CHECKSUM)) complaints.push(name);
  }
  const outer = (v4: string | undefined, v6: string | undefined) => v4 ?? v6 ?? '';
  return {
    complaints,
    addresses: [outer(of('ip.src')[0], of('ipv6.src')[0]), outer(of('ip.dst')[0], of('ipv6.dst')[0])],
    spis: [...of('esp.spi'), ...of('ah.spi')].map(Number),
    isIcmp: of('icmp.type').length + of('icmpv6.type').length > 0,
    isFragment: [
      of('ip.flags.mf')[0],
      of('ip.frag_offset')[0],
      of('ipv6.fraghdr.more')[0],
      of('ipv6.fraghdr.offset')[0],
    ].some((value) => Number(value ?? 0) > 0),
  };
}
