import assert from 'node:assert/strict';
import { type Connection, Connections, connectionName, sidesOf } from '../../src/sad/connection.js';
import { SaDatabase, SaRefusal } from '../../src/sad/database.js';
import type { LegEnds } from '../../src/sad/leg.js';
import { KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { formatAddress, parseAddress, parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define, plain } from '../model/definition.js';
import { makeDatabase, NOW, specify } from '../model/specification.js';

const ends = (fields: {
  peer: string;
  peerPort?: number;
  kind?: LegEnds['kind'];
  relay?: string;
}): LegEnds => ({
  kind: fields.kind ?? KIND_ESP,
  relay: parseAddress(fields.relay ?? '198.18.9.9'),
  relayPort: fields.kind === KIND_UDP ? 4500 : 0,
  peer: parseAddress(fields.peer),
  peerPort: fields.peerPort ?? 0,
});
const words = ({ relay, relayPort, peer, peerPort }: LegEnds) =>
  [relay && formatAddress(relay), relayPort, peer && formatAddress(peer), peerPort].join(' ');

/** From first 198.18.1.1 to second 198.18.2.2, and back. */
const UP: DefinitionWords = { spi: 0x1001, toSpi: 0x2001 };
const DOWN: DefinitionWords = { spi: 0x3001, toSpi: 0x4001, to: '198.18.1.1' };
const rekeyed = (sa: DefinitionWords, by = 1): DefinitionWords => ({
  ...sa,
  spi: sa.spi! + by,
  toSpi: sa.toSpi! + by,
});

describe('sad/connection', () => {
  it('has the name of its SAs, without the direction', () => {
    const cases = {
      'alice-up': 'alice',
      'alice-down': 'alice',
      'a-in': 'a',
      'a-out': 'a',
      '-up': '-up',
      up: 'up',
      'a-up-b': 'a-up-b',
    };
    for (const [name, connection] of Object.entries(cases)) assert.equal(connectionName(name), connection);
  });

  describe('sides', () => {
    const sides = (...sas: [name: string, definition: DefinitionWords][]) => {
      const { first, second, members } = sidesOf(
        sas.map(([name, definition], at) => ({
          entry: { id: at + 1, name } as never,
          definition: define(definition),
        })),
      );
      return [words(first), words(second), members.map(({ isUp }) => (isUp ? 'up' : 'down')).join(' ')];
    };

    it('the oldest SA leads to second, and one that leaves there too; the others tell where first is', () => {
      assert.deepEqual(
        sides(['alice', UP], ['alice', DOWN], ['alice', rekeyed(UP)], ['alice', rekeyed(DOWN)]),
        ['198.18.9.9 0 198.18.1.1 0', '198.18.9.9 0 198.18.2.2 0', 'up down up down'],
      );
    });

    it('of one SA alone, first may be anybody', () => {
      assert.deepEqual(sides(['alice', UP]), ['198.18.9.9 0  0', '198.18.9.9 0 198.18.2.2 0', 'up']);
      assert.deepEqual(sides(['alice', { ...UP, src: '198.18.1.7' }])[0], '198.18.9.9 0 198.18.1.7 0');
    });

    it('an SA that calls itself down does not lead', () => {
      const expected = ['198.18.9.9 0 198.18.1.1 0', '198.18.9.9 0 198.18.2.2 0'];
      assert.deepEqual(sides(['a-down', DOWN], ['a-up', UP]), [...expected, 'down up']);
      assert.deepEqual(sides(['a-down', DOWN]), [expected[0], '198.18.9.9 0  0', 'down']);
    });

    it('with UDP, ports are part of a leg', () => {
      const up = { ...UP, kind: KIND_UDP, srcPort: 40_001, toKind: KIND_UDP, toPorts: [5000, 4500] } as const;
      const down = { ...DOWN, kind: KIND_UDP, port: 5000, toPorts: [4500, 40_001] } as const;
      assert.deepEqual(sides(['a', up], ['a', down]), [
        '198.18.9.9 4500 198.18.1.1 40001',
        '198.18.9.9 5000 198.18.2.2 4500',
        'up down',
      ]);
    });
  });

  it('keeps its id and what its SAs carried while they come and go, and ends with the last', () => {
    const connections = new Connections();
    const entry = (name: string) => ({ name }) as never;
    const [one, two, other] = [entry('a-up'), entry('a-down'), entry('b')];
    assert.equal(connections.join(entry(''), 1), undefined);
    const a = connections.join(one, 5)!;
    assert.equal(connections.join(two, 6), a);
    assert.equal(connections.join(other, 7)!.id, a.id + 1);
    connections.leave(one, { counters: { packets: 3, bytes: 300, lastPacketMs: 9 }, isUp: false });
    assert.deepEqual(
      [a.startedMs, a.gone, connections.get(a.id)],
      [
        5,
        {
          up: { packets: 0, bytes: 0, lastPacketMs: 0 },
          down: { packets: 3, bytes: 300, lastPacketMs: 9 },
        },
        a,
      ],
    );
    connections.leave(two, { counters: { packets: 1, bytes: 1, lastPacketMs: 1 }, isUp: true });
    assert.equal(connections.get(a.id), undefined);
    assert.equal(connections.join(one, 8)!.id, a.id + 2);
  });

  it('lists in pages', () => {
    const connections = new Connections();
    for (const name of ['a', 'b', 'c']) connections.join({ name } as never, 1);
    const page = connections.page(1, 1);
    assert.deepEqual([page.connections.map(({ name }) => name), page.more], [['b'], true]);
    assert.deepEqual(connections.page(2, 5).more, false);
  });
});

describe('sad/database: moves of legs', () => {
  const add = (database: SaDatabase, definition: DefinitionWords, name = 'alice') =>
    database.add(specify(definition, { name }), 'runtime', NOW).entry;
  const connectionOf = (database: SaDatabase): Connection => database.connections.get(1)!;
  const definitions = (database: SaDatabase) =>
    [...database.entries()].map((entry) => plain(database.definition(entry)));

  it('moves first: SAs down go to the new address, SAs up require it if they required the old one', () => {
    const database = makeDatabase();
    const up = add(database, { ...UP, src: '198.18.1.1' });
    const open = add(database, rekeyed(UP));
    const down = add(database, DOWN);
    const leg = [...database.legs].find(({ entries }) => entries.has(down))!;
    const { moved, undo } = database.moveLeg(connectionOf(database), 'first', ends({ peer: '198.18.1.99' }));
    assert.deepEqual(new Set(moved.map(({ entry }) => entry)), new Set([up, open, down]));
    const peer = (entry: typeof up) => plain(database.definition(entry)).match.peer;
    assert.deepEqual([peer(up), peer(open)], ['198.18.1.99', undefined]);
    assert.equal(plain(database.definition(down)).emit.destination, '198.18.1.99');
    assert.deepEqual([leg.generation, formatAddress(leg.ends.peer!)], [1, '198.18.1.99']);
    assert.equal(connectionOf(database).moves, 1);
    undo();
    assert.deepEqual(definitions(database), [
      plain(define({ ...UP, src: '198.18.1.1' })),
      plain(define(rekeyed(UP))),
      plain(define(DOWN)),
    ]);
    assert.equal(connectionOf(database).moves, 0);
  });

  it('moves second', () => {
    const database = makeDatabase();
    add(database, UP);
    add(database, { ...DOWN, src: '198.18.2.2' });
    database.moveLeg(connectionOf(database), 'second', ends({ peer: '198.18.3.3' }));
    const [up, down] = definitions(database);
    assert.deepEqual([up!.emit.destination, down!.match.peer], ['198.18.3.3', '198.18.3.3']);
    assert.equal(words(database.sides(connectionOf(database)).first), '198.18.9.9 0 198.18.1.1 0');
  });

  it('into the other family and encapsulation', () => {
    const policy = { role: 'relay', addresses: ['198.18.9.9', '2001:db8:9::9'].map(parsePrefix) } as const;
    const database = new SaDatabase(64, 1, policy, 1);
    add(database, UP);
    add(database, DOWN);
    const to = ends({ peer: '2001:db8:1::1', peerPort: 40_001, kind: KIND_UDP, relay: '2001:db8:9::9' });
    database.moveLeg(connectionOf(database), 'first', to);
    const [up, down] = definitions(database);
    assert.deepEqual(
      [up!.match.destination, up!.match.port, up!.match.kind, up!.emit.destination],
      ['2001:db8:9::9', 4500, KIND_UDP, '198.18.2.2'],
    );
    assert.deepEqual(
      [down!.emit.destination, down!.emit.destinationPort, down!.emit.source, down!.match.destination],
      ['2001:db8:1::1', 40_001, '2001:db8:9::9', '198.18.9.9'],
    );
  });

  it('is refused as a whole where one SA would not be acceptable, or another SA is in the way', () => {
    const database = makeDatabase();
    add(database, { ...UP, src: '198.18.1.1' });
    add(database, DOWN);
    add(database, { ...UP, src: '198.18.1.99' }, 'other');
    const before = definitions(database);
    const move = (peer: string) => () => database.moveLeg(connectionOf(database), 'first', ends({ peer }));
    assert.throws(
      move('127.0.0.1'),
      (error) => error instanceof SaRefusal && /SA \d "alice": /.test(error.message),
    );
    assert.throws(move('198.18.1.99'), /from 198\.18\.1\.99 exists: SA 3 "other"/);
    assert.deepEqual(definitions(database), before);
    assert.equal(connectionOf(database).moves, 0);
  });

  it('leaves the SAs of others on the leg where they are', () => {
    const database = makeDatabase();
    add(database, UP);
    const down = add(database, DOWN);
    const foreign = add(database, rekeyed(DOWN), 'bob');
    database.moveLeg(connectionOf(database), 'first', ends({ peer: '198.18.1.99' }));
    const to = (entry: typeof down) => plain(database.definition(entry)).emit.destination;
    assert.deepEqual([to(down), to(foreign)], ['198.18.1.99', '198.18.1.1']);
    assert.equal(database.legs.find(ends({ peer: '198.18.1.1' }))!.entries.size, 1);
  });
});
