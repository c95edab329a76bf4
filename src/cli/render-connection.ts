/** Connections, laid out for a person. Pure. */
import type { ConnectionReply, LegReply, SecondReply, ServiceReply } from '../control/client.js';
import {
  formatAge,
  formatBytes,
  formatBytesShort,
  formatCount,
  formatDuration,
  printable,
} from './format.js';
import { ATTENTION, fact, paint, type Style, withPort } from './layout.js';
import { type Cell, type Column, table } from './table.js';

const number = (title: string): Column => ({ title, isNumber: true });
/** More of them say no more. */
const MOST_TROUBLES = 10;

/** A line for each connection, under a heading, and how many there are. */
export function renderConnections(connections: readonly ConnectionReply[], style: Style): string {
  const age = (timeMs: number) => formatAge(style.now - timeMs);
  const names = new Set(connections.map(({ name, service }) => service || name));
  const columns: Column[] = [
    number('ID'),
    // The service of all of them says nothing; a name that a person gave does.
    ...(names.size > 1 || connections.some(({ service }) => service === '') ? [{ title: 'NAME' }] : []),
    { title: 'STATE' },
    { title: 'FIRST', folds: true },
    { title: 'SECOND' },
    number('SINCE'),
    number('UP'),
    number('DOWN'),
    number('LAST'),
    number('MOVED'),
  ];
  const hasNames = columns[1]!.title === 'NAME';
  const rows = connections.map((connection): Cell[] => [
    String(connection.id),
    ...(hasNames ? [printable(connection.service || connection.name, 64)] : []),
    connection.state,
    peerOf(connection.firstLeg),
    connection.second || peerOf(connection.secondLeg),
    age(connection.startedMs),
    formatBytesShort(connection.up?.bytes ?? 0),
    formatBytesShort(connection.down?.bytes ?? 0),
    connection.lastPacketMs === 0 ? 'never' : age(connection.lastPacketMs),
    connection.movedMs > 0 ? age(connection.movedMs) : connection.moves > 0 ? `${connection.moves}x` : '-',
  ]);
  return table(columns, rows, style) + (connections.length > 1 ? countLine(connections) : '');
}

/** `100 connections: 97 established, 3 half-open` */
function countLine(connections: readonly ConnectionReply[]): string {
  const states = ['established', 'half-open', 'idle'].flatMap((state) => {
    const count = connections.reduce((sum, connection) => sum + Number(connection.state === state), 0);
    return count === 0 ? [] : [`${formatCount(count)} ${state}`];
  });
  return `${formatCount(connections.length)} connections: ${states.join(', ')}\n`;
}

/** The troubles that an operator should look at, below a table; empty: none. */
export function renderTroubles(sentences: readonly string[], style: Style): string {
  const lines = troubleFacts(sentences).flatMap(([label, text]) => fact(label, text, style));
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

export function troubleFacts(sentences: readonly string[]): [string, string][] {
  const shown = sentences.slice(0, MOST_TROUBLES);
  const rest = sentences.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more of the kind`] : [])].map((text) => [ATTENTION, text]);
}

/** A line for each second. */
export function renderSeconds(seconds: readonly SecondReply[], style: Style): string {
  const rows = seconds.map(
    ({ name, addresses, weight, state, connections, halfOpen, lastAnswerMs }): Cell[] => [
      printable(name, 64),
      state,
      String(weight),
      formatCount(connections),
      formatCount(halfOpen),
      lastAnswerMs === 0 ? 'never' : formatAge(style.now - lastAnswerMs),
      addresses,
    ],
  );
  const columns: Column[] = [
    { title: 'NAME' },
    { title: 'STATE' },
    number('WEIGHT'),
    number('CONNECTIONS'),
    number('HALF-OPEN'),
    number('ANSWERED'),
    { title: 'ADDRESSES' },
  ];
  return table(columns, rows, style);
}

/** A line for each service. */
export function renderServices(services: readonly ServiceReply[], style: Style): string {
  const rows = services.map(({ name, addresses, from, seconds, connections }): Cell[] => [
    printable(name, 64),
    addresses,
    from.length === 0 ? 'anywhere' : from,
    seconds,
    formatCount(connections),
  ]);
  const columns: Column[] = [
    { title: 'NAME' },
    { title: 'ADDRESSES' },
    { title: 'FROM' },
    { title: 'SECONDS' },
    number('CONNECTIONS'),
  ];
  return table(columns, rows, style);
}

/** Everything about one connection. */
export function renderConnection(connection: ConnectionReply, style: Style): string {
  const time = (timeMs: number) => new Date(timeMs).toISOString();
  const { startedMs, lastPacketMs, moves, movedMs, trouble, up, down } = connection;
  const ago = (timeMs: number) => `${time(timeMs)} (${formatDuration(style.now - timeMs)} ago)`;
  const lastMove = movedMs === 0 ? '' : `, the last at ${ago(movedMs)}`;
  const facts: [string, string][] = [
    ['state', connection.state],
    ...exchangeFacts(connection),
    ['first', legLine(connection.firstLeg)],
    ['second', legLine(connection.secondLeg)],
    ['SAs', connection.sas.length === 0 ? 'none yet' : connection.sas.map(String).join(', ')],
    ['up', traffic(up)],
    ['down', traffic(down)],
    ['last seen', lastPacketMs === 0 ? 'none yet' : ago(lastPacketMs)],
    ['started', ago(startedMs)],
    ['moves', `${formatCount(moves)}${lastMove}`],
    ...troubleFacts(trouble === '' ? [] : [trouble]),
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

/** `3 packets, 444 B` */
function traffic(counters: ConnectionReply['up']): string {
  const packets = counters?.packets ?? 0;
  return `${formatCount(packets)} ${packets === 1 ? 'packet' : 'packets'}, ${formatBytes(counters?.bytes ?? 0)}`;
}
