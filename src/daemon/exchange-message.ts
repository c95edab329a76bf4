/** Seconds, services and key exchanges in the words of the control protocol. Pure. */
import type {
  ExchangeSummary,
  Second as SecondMessage,
  Service as ServiceMessage,
} from '../control/handler.js';
import type { ExchangeConnection } from '../exchange/connection.js';
import type { ExchangeRelay } from '../exchange/relay.js';
import type { Second } from '../exchange/second.js';
import { connectionTrouble, relayAddressesTowards, secondTrouble, troubles } from '../exchange/trouble.js';
import { familyOf, formatAddress, formatPrefix } from '../wire/address.js';
import { PORT_NAT_TRAVERSAL } from '../wire/protocol.js';
import type { ExchangeFields } from './connection-message.js';
import { endsOf } from './learned-sas.js';

export function secondMessages({ connections, seconds, services }: ExchangeRelay): SecondMessage[] {
  const counts = new Map<Second, { connections: number; halfOpen: number }>();
  for (const { second, state } of connections.values()) {
    const count = counts.get(second) ?? { connections: 0, halfOpen: 0 };
    if (state === 'established') count.connections++;
    else count.halfOpen++;
    counts.set(second, count);
  }
  return [...seconds.values()].map((second) => ({
    name: second.name,
    addresses: second.addresses.map(formatAddress),
    weight: second.weight,
    state: second.state,
    connections: 0,
    halfOpen: 0,
    unanswered: second.unanswered,
    lastAnswerMs: second.lastAnswerMs,
    trouble: secondTrouble(second, relayAddressesTowards(services, second.name)),
    ...counts.get(second),
  }));
}

/** For the status. @param unixMs the present */
export function exchangeSummary(relay: ExchangeRelay, unixMs: number): ExchangeSummary {
  const { connections, halfOpen, seconds } = relay;
  const states = [...seconds.values()].map(({ state }) => state);
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  return {
    connections: connections.size - halfOpen,
    halfOpen,
    seconds: states.length,
    up: count('up'),
    draining: count('draining'),
    troubles: troubles(relay, unixMs),
  };
}

export function serviceMessages({ connections, services }: ExchangeRelay): ServiceMessage[] {
  const counts = new Map<string, number>();
  for (const { service } of connections.values())
    counts.set(service.name, (counts.get(service.name) ?? 0) + 1);
  return services.map((service) => ({
    name: service.name,
    addresses: service.addresses.map(formatPrefix),
    from: service.from.map(formatPrefix),
    seconds: [...service.seconds],
    balance: service.balance,
    connections: counts.get(service.name) ?? 0,
  }));
}

/** @param learnsSpis whether the connection's traffic is counted, by its SAs */
export function exchangeFields(connection: ExchangeConnection, learnsSpis: boolean): ExchangeFields {
  const { first, towards, second, service, state, moves, movedMs, startedMs } = connection;
  const address = second.addressOf(familyOf(towards.address)) ?? towards.address;
  return {
    service: service.name,
    second: second.name,
    state,
    moves,
    movedMs,
    startedMs,
    ...((state === 'half-open' || !learnsSpis) && { trouble: connectionTrouble(connection) }),
    ike: connection.pairs.map((pair) => ({
      version: connection.version,
      initiatorSpi: pair.slice(0, 16),
      responderSpi: pair.slice(16),
    })),
    legs: {
      first: endsOf(first),
      second: endsOf({ own: towards, peer: { address, port: PORT_NAT_TRAVERSAL } }),
    },
  };
}
