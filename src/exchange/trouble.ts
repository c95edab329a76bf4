/** Faults that an operator can mend, each as a sentence that says where to look. Pure. */
import { contains, formatAddress, formatPrefix } from '../wire/address.js';
import type { ExchangeConnection, Flow } from './connection.js';
import type { Refusals } from './refusals.js';
import type { Second, Service } from './second.js';

/** A refusal is spoken of for so long, milliseconds. */
const REFUSAL_MS = 600_000;
/** One message may be lost on the way, or be a stranger's nonsense that the second ignores. */
const SPOKEN_OF_AFTER = 2;

/** The fault of a second. @param from the relay's addresses towards it @returns '' when there is none */
export function secondTrouble(second: Second, from: string): string {
  const { name, addresses, unanswered, unansweredOn4500, lastAnswerMs, isUnreachable } = second;
  const label = `${name} (${addresses.map(formatAddress).join(', ')})`;
  const since = isUnreachable
    ? ', and an ICMP error says that it cannot be reached'
    : lastAnswerMs === 0
      ? ' and has said nothing since the relay started'
      : '';
  if (unanswered >= SPOKEN_OF_AFTER)
    return `${label} has left ${unanswered} requests in a row unanswered${since}; ${lookAt(from)}`;
  if (unansweredOn4500 >= SPOKEN_OF_AFTER)
    return `${label} has left ${unansweredOn4500} requests in a row on UDP port 4500 unanswered${since}; ${lookAt4500(from)}`;
  return '';
}

/** Why a connection is not established. @returns '' when it is */
export function connectionTrouble({
  state,
  second,
  towards,
  isAnswered,
  hasAskedOn4500,
  isAnsweredOn4500,
}: ExchangeConnection): string {
  if (state !== 'half-open') return '';
  const from = formatAddress(towards.address);
  if (!isAnswered) return `${second.name} has not answered; ${lookAt(from)}`;
  if (!hasAskedOn4500) {
    return `${second.name} has answered, but the first has not gone on to UDP port 4500; its log says why, unless a firewall before the relay drops that port`;
  }
  if (!isAnsweredOn4500)
    return `${second.name} answered on UDP port 500, but nothing came back on port 4500; ${lookAt4500(from)}`;
  return '';
}

/** A connection whose IKE messages pass is given so long before it is said that nothing else does, milliseconds. */
const QUIET_MS = 10_000;
/** Packets of ESP that go one way before it is said that none come the other way. */
const ONE_WAY = 5;

/** An oddity in the ESP traffic of an established connection. @param up packets from first to second @param ageMs of the connection */
export function trafficTrouble(second: string, up: number, down: number, ageMs: number): string {
  if (up + down === 0 && ageMs > QUIET_MS)
    return `no ESP has come for it; if some should, the logs of the first and of ${second} say why: the relay cannot read whether they authenticated each other`;
  if (down === 0 && up >= ONE_WAY)
    return `ESP goes to ${second} and none comes back; if some should, check the policies, routes and firewall of ${second} for the networks behind it`;
  if (up === 0 && down >= ONE_WAY)
    return `ESP comes from ${second} and none from the first; if some should, check the first's policies, routes and firewall`;
  return '';
}

function lookAt(from: string): string {
  return `check that IKE runs there, that its firewall accepts UDP ports 500 and 4500 from ${from}, and that it has a route back`;
}

function lookAt4500(from: string): string {
  return `check that its firewall accepts UDP port 4500 from ${from}, whatever the source port`;
}

/** Why no service takes a first. */
export function noService(services: readonly Service[], { peer, own }: Flow): string {
  const [relay, first] = [formatAddress(own.address), formatAddress(peer.address)];
  const others = services.filter(({ addresses }) =>
    addresses.some((prefix) => contains(prefix, own.address)),
  );
  if (others.length > 0) {
    const names = others.map(({ name }) => `"${name}"`).join(', ');
    return `${first} asked at ${relay}, and no "from" there has that address; add it to "from" of ${names}`;
  }
  return `${first} asked at ${relay}, for which there is no service; add that address to "addresses" of a [[service]], or let the first ask at ${
    services.flatMap(({ addresses }) => addresses.map(formatPrefix)).join(', ') || 'one of a service'
  }`;
}

/** The fault of a service that leads no first to a second. @returns '' when there is none */
export function serviceTrouble(service: Service, seconds: readonly Second[]): string {
  if (seconds.some(({ weight, isDraining }) => weight > 0 && !isDraining)) return '';
  return `service "${service.name}" refuses new firsts, because every second of it drains or has weight 0; use ipsec-relay second set NAME --undrain, or add a second`;
}

/** The relay's addresses towards a second. */
export function relayAddressesTowards(services: readonly Service[], name: string): string {
  const prefixes = services
    .filter(({ seconds }) => seconds.includes(name))
    .flatMap(({ towards, addresses }) => (towards.length > 0 ? towards : addresses));
  return [...new Set(prefixes.map(formatPrefix))].join(', ') || 'the relay';
}

/** Everything that is wrong now, or was a little while ago. @param unixMs the present */
export function troubles(
  {
    services,
    seconds,
    refusals,
  }: {
    readonly services: readonly Service[];
    readonly seconds: ReadonlyMap<string, Second>;
    readonly refusals: Refusals;
  },
  unixMs: number,
): string[] {
  const ofService = (service: Service) =>
    serviceTrouble(
      service,
      service.seconds.flatMap((name) => seconds.get(name) ?? []),
    );
  const recent = [...refusals.values()].filter(({ atMs }) => unixMs - atMs < REFUSAL_MS);
  return [
    ...services.map(ofService),
    ...[...seconds.values()].map((second) =>
      secondTrouble(second, relayAddressesTowards(services, second.name)),
    ),
    ...recent.map(
      ({ count, atMs, message }) =>
        `${Math.round((unixMs - atMs) / 1000)} s ago${count > 1 ? `, the last of ${count}` : ''}: ${message}`,
    ),
  ].filter((sentence) => sentence !== '');
}
