/** The daemon's answers, laid out for a person. Pure: data, width and colour in, text out. */
import type {
  AddedSaReply,
  EventReply,
  ExchangeSummaryReply,
  FastPathReply,
  FragmentsReply,
  SaReply,
  SpiFilterReply,
  StatusReply,
} from '../control/client.js';
import { messages } from '../control/message.js';
import { SA_WORDS } from '../control/sa-words.js';
import { familyOf, formatEmitPort, formatMode, formatProtocol, formatSpi } from '../control/words.js';
import { formatBytes, formatCount, formatDuration, formatSas, formatTimeOfDay, printable } from './format.js';
import { fact, labelled, paint, SA_COLUMN, type Style, widest, withPort, wrap } from './layout.js';
import { troubleFacts } from './render-connection.js';

/** @param all every verdict, not only those that occurred */
export function renderStatus(status: StatusReply, style: Style, all: boolean): string {
  const up = formatDuration(style.now - status.startedMs);
  const workers = `${status.workers} ${status.workers === 1 ? 'worker' : 'workers'}`;
  const facts: [string, string][] = [
    ['attachment', `${status.attachment}, interface ${status.interface}, ${workers}`],
    ['addresses', status.addresses.join(', ')],
    ['SAs', `${formatCount(status.sas)} of ${formatCount(status.maxSas)}`],
    ...(status.lookup === ''
      ? [] // an endpoint
      : [['table', `${formatBytes(status.sadBytes)}, lookup ${status.lookup}`] as [string, string]]),
    ['config', status.configPath],
    ['state', status.stateDirectory],
  ];
  if (status.fragments) facts.splice(-2, 0, ['fragments', fragmentsHeld(status.fragments)]);
  if (status.exchanges) facts.splice(-2, 0, ...exchangeFacts(status.exchanges));
  if (status.fastPath) facts.splice(-2, 0, ['fast path', fastPathFact(status.fastPath)]);
  if (status.spiFilter) facts.splice(-2, 0, ['SPI filter', droppedEarly(status.spiFilter)]);
  const head = paint(`ipsec-relayd ${status.version}`, 'bold', style);
  return [
    `${head}  ${status.role}, pid ${status.pid}, up ${up}`,
    ...facts.flatMap(([label, text]) => fact(label, text, style, STATUS_COLUMN)),
    '',
    ...counterLines(status, style, all),
    '',
  ].join('\n');
}

function fragmentsHeld(fragments: FragmentsReply): string {
  const datagrams = fragments.datagrams ?? 0;
  const count = `${formatCount(datagrams)} ${datagrams === 1 ? 'datagram' : 'datagrams'} incomplete`;
  return `${count}, ${formatBytes(fragments.bytes ?? 0)} of ${formatBytes(fragments.limit ?? 0)}`;
}

function exchangeFacts(exchanges: ExchangeSummaryReply): [string, string][] {
  const { connections, halfOpen, seconds, up, draining } = exchanges;
  const states = [`${formatCount(up ?? 0)} of ${formatCount(seconds ?? 0)} up`];
  if (draining) states.push(`${formatCount(draining)} draining`);
  const silent = (seconds ?? 0) - (up ?? 0) - (draining ?? 0);
  if (silent > 0) states.push(`${formatCount(silent)} not answering`);
  return [
    ['connections', `${formatCount(connections ?? 0)} established, ${formatCount(halfOpen ?? 0)} half-open`],
    ['seconds', states.join(', ')],
    ...troubleFacts(exchanges.troubles ?? []),
  ];
}

function droppedEarly({ packets }: SpiFilterReply): string {
  return `${formatCount(packets ?? 0)} ${packets === 1 ? 'packet' : 'packets'} dropped in the kernel`;
}

function fastPathFact({ packets, links }: FastPathReply): string {
  const count = `${formatCount(packets ?? 0)} ${packets === 1 ? 'packet' : 'packets'} forwarded in the kernel`;
  return `${count}, at ${links?.join(', ') || 'no interface'}`;
}

/** Where the values of the status begin. */
const STATUS_COLUMN = 14;

interface Counter {
  packets?: number | null;
  bytes?: number | null;
}

/** The verdicts, and below them, in the same columns, the packets that the relay made itself. */
function counterLines({ verdicts, originated }: StatusReply, style: Style, all: boolean): string[] {
  const row = (name: string, { packets, bytes }: Counter) =>
    [name, formatCount(packets ?? 0), formatBytes(bytes ?? 0)] as const;
  const isShown = ({ packets }: Counter) => all || Boolean(packets);
  const received = verdicts.filter(isShown).map((counter) => row(counter.verdict!, counter));
  const made = originated.filter(isShown).map((counter) => row(counter.name!, counter));
  const header = (name: string) => [name, 'packets', 'bytes'] as const;
  const everything = [header('verdict'), ...received, header('originated'), ...made];
  const shown = made.length > 0 ? everything : everything.slice(0, -1);
  const [name, packets, bytes] = [0, 1, 2].map((column) => widest(shown.map((row) => row[column]!)));
  const line = (row: readonly string[]) =>
    `  ${row[0]!.padEnd(name!)}  ${row[1]!.padStart(packets!)}  ${row[2]!.padStart(bytes!)}`;
  const heading = (name: string) => paint(line(header(name)), 'dim', style);
  return [
    ...(received.length === 0
      ? ['  no packets yet']
      : [
          heading('verdict'),
          ...received.map((row) =>
            GOOD_VERDICTS.has(row[0]) || row[1] === '0' ? line(row) : paint(line(row), 'yellow', style),
          ),
        ]),
    ...(made.length === 0 ? [] : ['', heading('originated'), ...made.map(line)]),
  ];
}

/** Those under which packets go their way, or are the relay's own business: no cause for concern. */
const GOOD_VERDICTS: ReadonlySet<string> = new Set([
  'forward',
  'pass',
  'icmp-forward',
  'echo',
  'keepalive',
  'ike-forward',
  // An endpoint's own.
  'encrypt',
  'decrypt',
]);

/** SAs with those of one connection together, in the order in which each connection's first comes. */
export function renderSas(sas: readonly SaReply[], style: Style): string {
  const connections = new Map<string, SaReply[]>();
  for (const sa of sas) {
    const connection = sa.connectionName;
    const members = connections.get(connection);
    if (members === undefined) connections.set(connection, [sa]);
    else members.push(sa);
  }
  const columns = {
    bytes: widest(sas.map((sa) => formatBytes(sa.bytes))),
    packets: widest(sas.map((sa) => packetCount(sa))),
  };
  return [...connections]
    .map(([connection, members]) => {
      const heading = paint(connection === '' ? '(no name)' : printable(connection, 64), 'bold', style);
      return [heading, ...members.flatMap((sa) => saLines(sa, columns, style)), ''].join('\n');
    })
    .join('\n');
}

function saLines(sa: SaReply, columns: { bytes: number; packets: number }, style: Style): string[] {
  const title = [...identity(sa), formatMode(sa.mode)];
  if (changesFamily(sa)) title.push(families(sa));
  for (const [word, value] of besides(sa)) title.push(value === true ? word : `${word} ${value}`);
  if (sa.origin === messages.Sa.Origin.CONFIG) title.push('from the config');
  if (sa.softExpiresMs !== 0) title.push(softEnd(sa, style));
  if (sa.expiresMs !== 0) title.push(`expires in ${formatDuration(sa.expiresMs - style.now)}`);
  if (sa.idleSinceMs !== 0) title.push('idle');
  const [first, ...others] = titleLines(title, style);
  const traffic =
    sa.packets === 0
      ? 'none yet'
      : `${formatBytes(sa.bytes).padStart(columns.bytes)}  ${packetCount(sa).padStart(columns.packets)}  last ${lastPacket(sa, style)}`;
  return [
    `  ${first}`,
    ...others.map((line) => `  ${line}`),
    ...legLines('match', matchLeg(sa), 4, style),
    ...legLines('emit', emitLeg(sa), 4, style),
    labelled('traffic', 4, style) + traffic,
  ];
}

const BESIDE = Object.entries(SA_WORDS).filter(([, { isBeside }]) => isBeside);

/** The properties that have no place of their own, as far as the SA has them: word, and value as text or `true`. */
function besides(sa: SaReply): (readonly [string, string | true])[] {
  return BESIDE.map(([word, { json }]) => [word, json(sa)] as const)
    .filter(([, value]) => value !== null && value !== false)
    .map(([word, value]) => [word, value === true || printable(String(value), 64)]);
}

function changesFamily({ dst, to }: SaReply): boolean {
  return to !== '' && familyOf(dst) !== familyOf(to);
}

/** `IPv4`, or `IPv4 to IPv6`. */
function families(sa: SaReply): string {
  const arriving = `IPv${familyOf(sa.dst)}`;
  return changesFamily(sa) ? `${arriving} to IPv${familyOf(sa.to)}` : arriving;
}

function softEnd({ softExpiresMs }: SaReply, { now }: Style): string {
  const left = softExpiresMs - now;
  return left > 0 ? `soft end in ${formatDuration(left)}` : `soft end ${formatDuration(-left)} ago`;
}

function idleState({ idle, idleSinceMs }: SaReply, { now }: Style): string {
  const state = idleSinceMs === 0 ? 'not idle' : `idle for ${formatDuration(now - idleSinceMs)}`;
  return `${state} (timer ${formatDuration(idle * 1000)})`;
}

function identity(sa: SaReply): string[] {
  return sa.name === '' ? [`SA ${sa.id}`] : [`SA ${sa.id}`, printable(sa.name, 64)];
}

/** Two columns narrower than the terminal; on several lines only if need be. */
function titleLines(parts: string[], style: Style): string[] {
  const line = parts.join('  ');
  return line.length <= style.width - 2 ? [line] : wrap(parts, style.width - 2);
}

function packetCount({ packets }: SaReply): string {
  return `${formatCount(packets)} ${packets === 1 ? 'packet ' : 'packets'}`;
}

function lastPacket({ lastPacketMs }: SaReply, style: Style): string {
  return lastPacketMs === 0 ? 'unknown' : `${formatDuration(style.now - lastPacketMs)} ago`;
}

/** One side of an SA: the form of its packets there. */
interface Leg {
  protocol: string;
  spi: number;
  source: string;
  destination: string;
}

function matchLeg(sa: SaReply): Leg {
  const source = sa.src === '' ? 'any' : sa.src;
  if (!sa.encap) return { protocol: formatProtocol(sa.protocol), spi: sa.spi, source, destination: sa.dst };
  return {
    protocol: 'udp',
    spi: sa.spi,
    source: withPort(source, sa.encap.peerPort || 'any'),
    destination: withPort(sa.dst, sa.encap.port || 4500),
  };
}

function emitLeg(sa: SaReply): Leg {
  const source = sa.toSrc === '' ? 'same' : sa.toSrc;
  const destination = sa.to === '' ? 'same' : sa.to;
  const encapsulated = sa.toEncap ? !sa.toEncap.none : sa.encap != null;
  if (!encapsulated) return { protocol: formatProtocol(sa.protocol), spi: sa.toSpi, source, destination };
  return {
    protocol: 'udp',
    spi: sa.toSpi,
    source: withPort(source, formatEmitPort(sa.toEncap?.sourcePort)),
    destination: withPort(destination, formatEmitPort(sa.toEncap?.destinationPort)),
  };
}

/** `    match    esp  0xaaaa0001  any -> 198.18.9.9`; the destination goes below when both do not fit. */
function legLines(label: string, leg: Leg, indent: number, style: Style): string[] {
  const protocol = leg.protocol.padEnd(5);
  const spi = formatSpi(leg.spi);
  const start = `${labelled(label, indent, style)}${protocol}${paint(spi, 'cyan', style)}  `;
  const column = SA_COLUMN + protocol.length + spi.length + 2;
  const source = printable(leg.source);
  const destination = printable(leg.destination);
  const fits = column + source.length + ' -> '.length + destination.length <= style.width;
  if (fits) return [`${start}${source} -> ${destination}`];
  return [`${start}${source} ->`, `${' '.repeat(column)}${destination}`];
}

/** Everything about one SA, with exact numbers and times. */
export function renderSa(sa: SaReply, style: Style): string {
  const time = (timeMs: number) => new Date(timeMs).toISOString();
  const facts: [string, string][] = [
    ['packets', formatCount(sa.packets)],
    ['bytes', `${formatCount(sa.bytes)} (${formatBytes(sa.bytes)})`],
    ['last seen', sa.lastPacketMs === 0 ? 'none yet' : `${time(sa.lastPacketMs)} (${lastPacket(sa, style)})`],
    [
      'added',
      sa.origin === messages.Sa.Origin.CONFIG ? `${time(sa.addedMs)}, from the config` : time(sa.addedMs),
    ],
    [
      'expires',
      sa.expiresMs === 0 ? 'never' : `${time(sa.expiresMs)} (in ${formatDuration(sa.expiresMs - style.now)})`,
    ],
  ];
  if (sa.softExpiresMs !== 0) {
    facts.splice(-1, 0, ['soft end', `${time(sa.softExpiresMs)} (${softEnd(sa, style)})`]);
  }
  if (sa.idle !== 0) facts.push(['idle', idleState(sa, style)]);
  const [first, ...others] = titleLines(identity(sa), style);
  return [
    paint(first!, 'bold', style),
    ...others,
    ...fact('mode', formatMode(sa.mode), style),
    ...fact('family', families(sa), style),
    ...besides(sa).flatMap(([word, value]) => fact(word, value === true ? 'yes' : value, style)),
    ...legLines('match', matchLeg(sa), 2, style),
    ...legLines('emit', emitLeg(sa), 2, style),
    ...facts.flatMap(([label, text]) => fact(label, text, style)),
    '',
  ].join('\n');
}

/** One line: the SA's id and the SPIs chosen. */
export function renderAdded(added: AddedSaReply): string {
  const spis = `spi ${formatSpi(added.spi)}  to-spi ${formatSpi(added.toSpi)}`;
  const note = added.existed ? '  (was there already)' : added.replaced ? '  (replaced)' : '';
  return `SA ${added.id}  ${spis}${note}\n`;
}

/** The last line of a bulk addition. */
export function renderAddedCount(added: readonly AddedSaReply[]): string {
  const existed = added.filter((sa) => sa.existed).length;
  const replaced = added.filter((sa) => sa.replaced).length;
  const changed = replaced === 0 ? '' : `, ${formatCount(replaced)} replaced`;
  const already =
    existed === 0
      ? ''
      : `, ${formatCount(existed)} of the file ${existed === 1 ? 'was' : 'were'} there already`;
  return `${formatSas(added.length - existed - replaced)} added${changed}${already}\n`;
}

/** One line. */
export function renderEvent(event: EventReply, style: Style): string {
  const kind = printable(event.event).padEnd('sa-soft-expired'.length);
  const important = event.event === 'missed' || event.event === 'stopping';
  return `${paint(formatTimeOfDay(event.timeMs), 'dim', style)}  ${important ? paint(kind, 'yellow', style) : kind}  ${printable(event.message)}\n`;
}
