import assert from 'node:assert/strict';
import { ExchangeConnection } from '../../src/exchange/connection.js';
import { Directory } from '../../src/exchange/directory.js';
import { Second } from '../../src/exchange/second.js';
import { parseAddress } from '../../src/wire/address.js';
import { end, RELAY, Rig, SECOND } from './rig.js';

const OTHER_SECOND = '198.18.2.3';
const RELAY_ADDRESS = parseAddress(RELAY);

describe('exchange/directory', () => {
  let directory: Directory;
  let id: number;
  const second = (name: string, address: string) =>
    new Second({ name, addresses: [parseAddress(address)], weight: 1 });
  const [one, other] = [second('gw1', SECOND), second('gw2', OTHER_SECOND)];
  const { service } = new Rig();

  /** A connection at a port of the relay's. */
  const enter = (to: Second, port: number) => {
    const flow = { peer: end(`198.18.1.1:${1000 + id}`), own: end(`${RELAY}:4500`) };
    const connection = new ExchangeConnection({
      id: ++id,
      service,
      second: to,
      towards: { address: RELAY_ADDRESS, port },
      first: flow,
      version: 2,
      startedMs: 0,
      nowMs: 0,
    });
    directory.enter(connection);
    return connection;
  };

  beforeEach(() => {
    directory = new Directory();
    id = 0;
  });

  it('gives out each port once for an address and second, those where firsts come in never', () => {
    const fill = (to: Second) => {
      const ports = new Set<number>();
      for (;;) {
        const port = directory.freePort(RELAY_ADDRESS, to, 4490, 4510);
        if (port === undefined) return [...ports].sort();
        assert.ok(!ports.has(port));
        ports.add(port);
        enter(to, port);
      }
    };
    const all = Array.from({ length: 21 }, (_, i) => 4490 + i).filter((port) => port !== 4500);
    assert.deepEqual(fill(one), all);
    assert.deepEqual(fill(other), all);
    const [left] = directory.connections.values();
    directory.leave(left!);
    assert.equal(directory.freePort(RELAY_ADDRESS, one, 4490, 4510), left!.towards.port);
    assert.equal(directory.freePort(RELAY_ADDRESS, other, 4490, 4510), undefined);
    assert.notEqual(directory.freePort(parseAddress('198.18.9.10'), other, 4490, 4510), undefined);
  });

  it('tells apart by the second the connections that share a port', () => {
    const [a, b] = [enter(one, 2000), enter(other, 2000)];
    const find = (from: string) => directory.towards(end(`${RELAY}:2000`), end(from));
    assert.deepEqual(
      [find(`${SECOND}:4500`), find(`${OTHER_SECOND}:500`), find('198.18.2.4:4500'), find(`${SECOND}:4501`)],
      [a, b, undefined, undefined],
    );
    directory.leave(a);
    assert.deepEqual([find(`${SECOND}:4500`), find(`${OTHER_SECOND}:500`)], [undefined, b]);
  });
});
