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

function flowOf(row: NonNullable<ExchangeRow['first']>): Flow {
  return {
    peer: { address: parseAddress(row.peerAddress!), port: row.peerPort! },
    own: { address: parseAddress(row.ownAddress!), port: row.ownPort! },
  };
}

/** @param nowMs steady time */
export function connectionOf(
  row: ExchangeRow,
  service: Service,
  second: Second,
  nowMs: number,
): ExchangeConnection {
  const connection = new ExchangeConnection({
    id: row.id!,
    service,
    second,
    towards: { address: parseAddress(row.towardsAddress!), port: row.towardsPort! },
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
