/** Connections, laid out for a person. Pure. */
import type { ConnectionReply, LegReply } from '../control/client.js';
import { formatBytes, formatCount, formatDuration, printable } from './format.js';
import { fact, paint, type Style, widest, withPort } from './layout.js';

const HEADING = ['ID', 'NAME', 'STATE', 'FIRST', 'SECOND', 'SAS', 'TRAFFIC', 'LAST'] as const;
/** Columns of numbers. */
const RIGHT = new Set(['ID', 'SAS', 'TRAFFIC']);

/** A line for each connection, under a heading. */
export function renderConnections(connections: readonly ConnectionReply[], style: Style): string {
  const rows = connections.map((connection) => [
    String(connection.id),
    printable(connection.name, 64),
    connection.state,
    peerOf(connection.firstLeg),
    peerOf(connection.secondLeg),
    String(connection.sas.length),
    formatBytes(connection.bytes),
    lastPacket(connection, style),
  ]);
  const widths = HEADING.map((heading, column) => widest([heading, ...rows.map((row) => row[column]!)]));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        RIGHT.has(HEADING[column]!) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [paint(line(HEADING), 'dim', style), ...rows.map(line), ''].join('\n');
}

/** Everything about one connection. */
export function renderConnection(connection: ConnectionReply, style: Style): string {
  const time = (timeMs: number) => new Date(timeMs).toISOString();
  const { startedMs, lastPacketMs } = connection;
  const facts: [string, string][] = [
    ['state', connection.state],
    ['first', legLine(connection.firstLeg)],
    ['second', legLine(connection.secondLeg)],
    ['SAs', connection.sas.map(String).join(', ')],
    ['packets', formatCount(connection.packets)],
    ['bytes', `${formatCount(connection.bytes)} (${formatBytes(connection.bytes)})`],
    [
      'last seen',
      lastPacketMs === 0 ? 'none yet' : `${time(lastPacketMs)} (${lastPacket(connection, style)})`,
    ],
    ['started', `${time(startedMs)} (${formatDuration(style.now - startedMs)} ago)`],
    ['moves', formatCount(connection.moves)],
  ];
  return [
    paint(`connection ${connection.id}  ${printable(connection.name, 64)}`, 'bold', style),
    ...facts.flatMap(([label, text]) => fact(label, text, style)),
    '',
  ].join('\n');
}

function peerOf(leg: ConnectionReply['firstLeg']): string {
  if (!leg?.peerAddress) return 'any';
  return leg.encapsulation === 'udp' ? withPort(leg.peerAddress, leg.peerPort || 'any') : leg.peerAddress;
}

/** `udp  198.18.1.1:4500, relay 198.18.9.9:4500, MTU 1500` */
function legLine(leg: ConnectionReply['firstLeg']): string {
  const { encapsulation, relayAddress, relayPort, mtu, generation } = leg as LegReply;
  const own = relayAddress === '' ? 'same' : relayAddress;
  const words = [
    `${encapsulation} ${peerOf(leg)}`,
    `relay ${encapsulation === 'udp' ? withPort(own, relayPort || 'same') : own}`,
  ];
  if (mtu) words.push(`MTU ${mtu}`);
  if (generation) words.push(`moved ${generation === 1 ? 'once' : `${generation} times`}`);
  return words.join(', ');
}

function lastPacket({ lastPacketMs }: ConnectionReply, { now }: Style): string {
  return lastPacketMs === 0 ? 'never' : `${formatDuration(now - lastPacketMs)} ago`;
}
