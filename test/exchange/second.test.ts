import assert from 'node:assert/strict';
import { chooseSecond, Second, type Service, serviceFor } from '../../src/exchange/second.js';
import { parseAddress, parsePrefix } from '../../src/wire/address.js';

const service = (name: string, address: string, ...from: string[]): Service => ({
  name,
  addresses: [parsePrefix(address)],
  from: from.map(parsePrefix),
  seconds: [],
  towards: [],
  balance: 'address',
});

describe('exchange/second', () => {
  it('finds the service by the relay address, and the longest prefix of the first', () => {
    const services = [
      service('all', '198.18.9.0/24'),
      service('office', '198.18.9.9', '198.18.0.0/16'),
      service('desk', '198.18.9.9', '198.18.1.0/24', '10.0.0.0/8'),
    ];
    const name = (relay: string, peer: string) =>
      serviceFor(services, parseAddress(relay), parseAddress(peer))?.name;
    assert.equal(name('198.18.9.9', '203.0.113.1'), 'all');
    assert.equal(name('198.18.9.9', '198.18.7.7'), 'office');
    assert.equal(name('198.18.9.9', '198.18.1.7'), 'desk');
    assert.equal(name('198.18.9.8', '198.18.1.7'), 'all');
    assert.equal(name('198.18.8.9', '198.18.1.7'), undefined);
    assert.equal(
      serviceFor(services.slice(1), parseAddress('198.18.9.9'), parseAddress('203.0.113.1')),
      undefined,
    );
  });

  const seconds = (...weights: number[]) =>
    weights.map((weight, i) => new Second({ name: `gw${i}`, addresses: [], weight }));
  const shares = (list: Second[], keys = 20_000) => {
    const counts = new Map<string, number>();
    for (let key = 0; key < keys; key++) {
      const { name } = chooseSecond(list, `first ${key}`, 0)!;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return list.map(({ name }) => (counts.get(name) ?? 0) / keys);
  };

  it('shares firsts out by weight, each to the same second every time', () => {
    const list = seconds(1, 3, 0);
    const [one, three, none] = shares(list);
    assert.ok(
      Math.abs(one! - 0.25) < 0.02 && Math.abs(three! - 0.75) < 0.02 && none === 0,
      `${one} ${three} ${none}`,
    );
    assert.equal(chooseSecond(list, 'x', 0), chooseSecond(list, 'x', 5));
  });

  it('leaves the others where they are when one drains', () => {
    const list = seconds(1, 1, 1);
    const keys = Array.from({ length: 3000 }, (_, i) => `first ${i}`);
    const before = keys.map((key) => chooseSecond(list, key, 0)!);
    list[1]!.isDraining = true;
    for (const [i, key] of keys.entries()) {
      const now = chooseSecond(list, key, 0)!;
      assert.notEqual(now, list[1]);
      if (before[i] !== list[1]) assert.equal(now, before[i]);
    }
  });

  it('tries all where none is up', () => {
    const list = seconds(1, 1);
    for (const second of list) for (let i = 0; i < 6; i++) second.missed(100);
    assert.deepEqual(
      new Set(Array.from({ length: 20 }, (_, i) => chooseSecond(list, `first ${i}`, 101)!.name)),
      new Set(['gw0', 'gw1']),
    );
    for (const second of list) second.isDraining = true;
    assert.equal(chooseSecond(list, 'x', 101), undefined);
  });

  it('tries a second that does not answer once in a while', () => {
    const list = seconds(1, 1);
    for (let i = 0; i < 6; i++) list[0]!.missed(100);
    assert.equal(list[0]!.state, 'down');
    const chosen = Array.from({ length: 10 }, (_, i) => chooseSecond(list, `first ${i}`, 100 + i)!.name);
    assert.equal(chosen.filter((name) => name === 'gw0').length, 0);
    assert.equal(chooseSecond(list, 'later', 20_000)!.name, 'gw0');
    assert.equal(chooseSecond(list, 'later', 20_001)!.name, 'gw1');
    list[0]!.answered(500, 0);
    assert.equal(list[0]!.state, 'up');
  });
});
