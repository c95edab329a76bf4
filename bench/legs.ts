/**
 * `make bench`, moves of legs: how long a connection's leg takes to move with all of its SAs, with and without a durable store, and
 * the cost of a lookup meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { messages } from '../src/control/message.js';
import { SaManager } from '../src/daemon/sa-manager.js';
import { SaStore } from '../src/daemon/sa-store.js';
import { SaDatabase } from '../src/sad/database.js';
import type { LegEnds } from '../src/sad/leg.js';
import { KIND_ESP } from '../src/table/layout.js';
import { parseAddress, parsePrefix } from '../src/wire/address.js';
import { type Column, formatTable, median } from './report.js';

const RELAY = '198.18.9.9';
const POLICY = { role: 'relay', addresses: [parsePrefix(RELAY)] } as const;
const SIZES = [2, 8, 64] as const;
const DURABLE_MOVES = 200;
const MOVES = 20_000;
/** Median of a durable move of 8 SAs, milliseconds; and moves a second without a store. */
const GOAL_MS = 2;
const GOAL_MOVES = 10_000;

const ends = (i: number): LegEnds => ({
  kind: KIND_ESP,
  relay: parseAddress(RELAY),
  relayPort: 0,
  peer: parseAddress(`10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`),
  peerPort: 0,
});

/** Half of the SAs lead from first to second, half back. */
async function fill(manager: SaManager, size: number): Promise<void> {
  const requests = Array.from({ length: size }, (_, i) => ({
    name: 'alice',
    dst: RELAY,
    spi: 1000 + i,
    to: i % 2 === 0 ? '198.18.2.2' : '10.0.0.0',
    toSpi: 2000 + i,
    toSpiChoice: messages.SaRequest.SpiChoice.VALUE,
  }));
  await manager.add(requests, false);
}

async function measure(size: number): Promise<{ durableMs: number; moves: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-legs-'));
  const store = await SaStore.open(directory);
  const manager = new SaManager(new SaDatabase(1000, 1, POLICY, 1), store, pino({ level: 'silent' }));
  try {
    manager.load([]);
    await fill(manager, size);
    const times: number[] = [];
    for (let i = 1; i <= DURABLE_MOVES; i++) {
      const start = performance.now();
      await manager.moveLeg(1, 'first', ends(i));
      times.push(performance.now() - start);
    }
    const connection = manager.connection(1);
    const start = performance.now();
    for (let i = 1; i <= MOVES; i++) manager.database.moveLeg(connection, 'first', ends(1000 + i));
    return { durableMs: median(times), moves: (MOVES / (performance.now() - start)) * 1000 };
  } finally {
    await manager.close();
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

const right = (title: string): Column => ({ title, align: 'right' });
const rows: string[][] = [];
for (const size of SIZES) {
  const { durableMs, moves } = await measure(size);
  const isMet = durableMs < GOAL_MS && moves >= GOAL_MOVES;
  const goal = size === 8 ? `${isMet ? 'met' : 'MISSED'}: ${GOAL_MS} ms, ${GOAL_MOVES} a second` : '';
  rows.push([String(size), durableMs.toFixed(2), Math.round(moves).toLocaleString('en'), goal]);
}
console.log('A leg moves with its SAs\n');
console.log(
  formatTable([right('SAs'), right('durable, ms'), right('moves/s'), { title: 'goal', align: 'left' }], rows),
);
process.exit(0);
