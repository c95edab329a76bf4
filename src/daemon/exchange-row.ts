/** Connections with a key exchange as they outlive the daemon. Pure. */
import { ExchangeConnection, type Flow } from '../exchange/connection.js';
import type { Second, Service } from '../exchange/second.js';
import { formatAddress, parseAddress } from '../wire/address.js';
import type { ExchangeRow } from './sa-store.js';

export function rowOf(connection: ExchangeConnection): ExchangeRow {
  const { id, service, second, version, towards, first, initial, pairs, startedMs, moves, movedMs } =
    connection;
  return {
    id,
    service: service.name,
    second: second.name,
    version,
    towardsAddress: formatAddress(towards.address),
    towardsPort: towards.port,
    first: rowOfFlow(first),
    initial: rowOfFlow(initial),
    pairs,
    startedMs,
    moves,
    movedMs,
  };
}

function rowOfFlow({ peer, own }: Flow) {
  return {
    peerAddress: formatAddress(peer.address),
    peerPort: peer.port,
    ownAddress: formatAddress(own.address),
    ownPort: own.port,
  };
}

/** @returns reads addresses, each of them once: a hundred thousand connections share a few */
export function sharingAddresses(): (text: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return (text) => {
    const address = known.get(text) ?? parseAddress(text);
    known.set(text, address);
    return address;
  };
}

/** @param nowMs steady time @param address reads one */
export function connectionOf(
  row: ExchangeRow,
  service: Service,
  second: Second,
  nowMs: number,
  address: (text: string) => Uint8Array,
): ExchangeConnection {
  const flowOf = (flow: NonNullable<ExchangeRow['first']>): Flow => ({
    peer: { address: address(flow.peerAddress!), port: flow.peerPort! },
    own: { address: address(flow.ownAddress!), port: flow.ownPort! },
  });
  const connection = new ExchangeConnection({
    id: row.id!,
    service,
    second,
    towards: { address: address(row.towardsAddress!), port: row.towardsPort! },
    first: flowOf(row.first!),
    initial: flowOf(row.initial!),
    version: row.version!,
    startedMs: row.startedMs!,
    nowMs,
    isAnswered: true,
    moves: row.moves!,
    movedMs: row.movedMs!,
  });
  for (const pair of row.pairs!) connection.addPair(pair, undefined);
  return connection;
}
