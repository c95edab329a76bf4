/** Connections, laid out for a person. Pure. */
import type { ConnectionReply, LegReply, SecondReply, ServiceReply } from '../control/client.js';
import { formatBytes, formatCount, formatDuration, printable } from './format.js';
import { fact, paint, type Style, widest, withPort } from './layout.js';

/** Columns of numbers. */
const RIGHT = new Set(['ID', 'SAS', 'TRAFFIC', 'WEIGHT', 'CONNECTIONS', 'HALF-OPEN']);

/** A line for each connection, under a heading. */
export function renderConnections(connections: readonly ConnectionReply[], style: Style): string {
  const rows = connections.map((connection) => [
    String(connection.id),
    printable(connection.name, 64),
    connection.state,
    peerOf(connection.firstLeg),
    connection.second || peerOf(connection.secondLeg),
    String(connection.sas.length),
    formatBytes(connection.bytes),
    lastPacket(connection, style),
  ]);
  return table(['ID', 'NAME', 'STATE', 'FIRST', 'SECOND', 'SAS', 'TRAFFIC', 'LAST'], rows, style);
}

/** A line for each second. */
export function renderSeconds(seconds: readonly SecondReply[], style: Style): string {
  const rows = seconds.map(({ name, addresses, weight, state, connections, halfOpen }) => [
    printable(name, 64),
    state,
    String(weight),
    formatCount(connections),
    formatCount(halfOpen),
    addresses.join(', '),
  ]);
  return table(['NAME', 'STATE', 'WEIGHT', 'CONNECTIONS', 'HALF-OPEN', 'ADDRESSES'], rows, style);
}

/** A line for each service. */
export function renderServices(services: readonly ServiceReply[], style: Style): string {
  const rows = services.map(({ name, addresses, from, seconds, connections }) => [
    printable(name, 64),
    addresses.join(', '),
    from.length === 0 ? 'anywhere' : from.join(', '),
    seconds.join(', '),
    formatCount(connections),
  ]);
  return table(['NAME', 'ADDRESSES', 'FROM', 'SECONDS', 'CONNECTIONS'], rows, style);
}

function table(heading: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const widths = heading.map((title, column) => widest([title, ...rows.map((row) => row[column]!)]));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        RIGHT.has(heading[column]!) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [paint(line(heading), 'dim', style), ...rows.map(line), ''].join('\n');
}

/** Everything about one connection. */
export function renderConnection(connection: ConnectionReply, style: Style): string {
  const time = (timeMs: number) => new Date(timeMs).toISOString();
  const { startedMs, lastPacketMs } = connection;
  const facts: [string, string][] = [
    ['state', connection.state],
    ...exchangeFacts(connection),
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

function exchangeFacts({ service, second, ike }: ConnectionReply): [string, string][] {
  if (service === '') return [];
  const sas = ike.map(
    ({ version, initiatorSpi, responderSpi }) => `v${version} ${initiatorSpi}:${responderSpi}`,
  );
  return [
    ['service', `${service}, led to ${second}`],
    ['IKE SAs', sas.length === 0 ? 'none yet' : sas.join(', ')],
  ];
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
