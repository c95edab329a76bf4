import assert from 'node:assert/strict';
import { connectionTrouble, trafficTrouble, troubles } from '../../src/exchange/trouble.js';
import { parsePrefix } from '../../src/wire/address.js';
import { end, message, RELAY, Rig, SECOND } from './rig.js';

const FIRST = '198.18.1.1';
const PAIR = { initiator: 1, responder: 1001 };

describe('exchange/trouble: every mistake is a sentence that says what to do', () => {
  let rig: Rig;
  const all = () => troubles(rig.relay, rig.steady + 1_800_000_000_000);
  const ask = (body: Uint8Array) => rig.arrive(`${FIRST}:500`, `${RELAY}:500`, body);
  beforeEach(() => {
    rig = new Rig();
  });

  it('says nothing where all is well', () => {
    rig.establish();
    assert.deepEqual([all(), connectionTrouble(rig.only)], [[], '']);
  });

  it('a second that does not answer', () => {
    const init = message({});
    ask(init);
    ask(init);
    // One may have been lost.
    assert.deepEqual(all(), []);
    ask(init);
    const advice = `check that IKE runs there, that its firewall accepts UDP ports 500 and 4500 from ${RELAY}, and that it has a route back`;
    assert.deepEqual(all(), [
      `gw1 (${SECOND}) has left 2 requests in a row unanswered and has said nothing since the relay started; ${advice}`,
    ]);
    assert.equal(connectionTrouble(rig.only), `gw1 has not answered; ${advice}`);
    ask(init);
    assert.equal(rig.events.at(-1), 'second-suspect');
    assert.match(
      rig.told.at(-1)!,
      /^gw1 \(198\.18\.2\.2\) has left 3 requests in a row unanswered .*; check that/,
    );
    rig.arrive(`${SECOND}:500`, rig.towards(), message({ ...PAIR, isResponse: true }));
    assert.deepEqual(all(), []);
    assert.ok(rig.second.lastAnswerMs > 0);
  });

  it('a second whose host refuses', () => {
    const init = message({});
    for (let at = 0; at < 3; at++) ask(init);
    const sent = { from: end(rig.towards()), to: end(`${SECOND}:500`) };
    assert.ok(rig.relay.undelivered(sent, '0000000000000001'.padStart(16, '0'), true));
    assert.match(
      all()[0]!,
      /has left \d requests in a row unanswered, and an ICMP error says that it cannot be reached; check that/,
    );
    rig.arrive(`${SECOND}:500`, rig.towards(), message({ ...PAIR, isResponse: true }));
    assert.equal(rig.second.isUnreachable, false);
  });

  it('a second whose firewall drops port 4500', () => {
    ask(message({}));
    rig.arrive(`${SECOND}:500`, rig.towards(), message({ ...PAIR, isResponse: true }));
    assert.equal(
      connectionTrouble(rig.only),
      'gw1 has answered, but the first has not gone on to UDP port 4500; its log says why, unless a firewall before the relay drops that port',
    );
    const auth = message({ ...PAIR, exchange: 35, id: 1 });
    for (let at = 0; at < 3; at++) rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, auth);
    const advice = `check that its firewall accepts UDP port 4500 from ${RELAY}, whatever the source port`;
    assert.equal(
      connectionTrouble(rig.only),
      `gw1 answered on UDP port 500, but nothing came back on port 4500; ${advice}`,
    );
    assert.deepEqual(all(), [
      `gw1 (${SECOND}) has left 2 requests in a row on UDP port 4500 unanswered; ${advice}`,
    ]);
    // It outlives the connection, whose end says it too.
    rig.steady += 61_000;
    rig.relay.sweep();
    assert.deepEqual([rig.relay.connections.size, all().length], [0, 1]);
    assert.equal(rig.events.at(-1), 'exchange-unfinished');
    assert.match(
      rig.told.at(-1)!,
      /^connection 1: 198\.18\.1\.1:500 with gw1 was not completed in 60 s: gw1 answered on UDP port 500, but nothing came back/,
    );
    rig.establish('198.18.1.2', 2);
    assert.deepEqual(all(), []);
  });

  it('requests on port 4500 that are replayed after the answer are no sign of trouble', () => {
    rig.establish();
    const informational = message({ ...PAIR, exchange: 37, id: 2 });
    rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, informational);
    rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange: 37, id: 2, isResponse: true }));
    for (let at = 0; at < 5; at++) rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, informational);
    assert.deepEqual(all(), []);
  });

  it('an established connection without ESP, or with ESP one way', () => {
    assert.equal(trafficTrouble('gw1', 0, 0, 9000), '');
    assert.match(
      trafficTrouble('gw1', 0, 0, 11_000),
      /^no ESP has come for it; .* logs of the first and of gw1 say why/,
    );
    assert.equal(trafficTrouble('gw1', 4, 0, 11_000), '');
    assert.match(
      trafficTrouble('gw1', 5, 0, 1000),
      /^ESP goes to gw1 and none comes back; .* check the policies/,
    );
    assert.match(
      trafficTrouble('gw1', 0, 5, 1000),
      /^ESP comes from gw1 and none from the first; .* check the first's/,
    );
    assert.equal(trafficTrouble('gw1', 900, 1, 11_000), '');
  });

  it('a first that asks at a relay address without a service, told of once a second', () => {
    for (let initiator = 1; initiator <= 3; initiator++)
      assert.equal(rig.arrive(`${FIRST}:500`, '198.18.9.10:500', message({ initiator })), 'ike-no-service');
    const sentence = `${FIRST} asked at 198.18.9.10, for which there is no service; add that address to "addresses" of a [[service]], or let the first ask at ${RELAY}`;
    assert.deepEqual([rig.events, rig.told], [['exchange-refused'], [sentence]]);
    rig.steady += 4000;
    assert.deepEqual(all(), [`4 s ago, the last of 3: ${sentence}`]);
    rig.steady += 600_000;
    assert.deepEqual(all(), []);
  });

  it('a first that no "from" has', () => {
    rig.relay.services = [{ ...rig.service, from: [parsePrefix('10.0.0.0/8')] }];
    assert.equal(ask(message({})), 'ike-no-service');
    assert.match(all()[0]!, /no "from" there has that address; add it to "from" of "vpn"$/);
  });

  it('a service whose seconds all drain, and a first that it refuses', () => {
    rig.second.isDraining = true;
    const sentence =
      'service "vpn" refuses new firsts, because every second of it drains or has weight 0; use ipsec-relay second set NAME --undrain, or add a second';
    assert.deepEqual(all(), [sentence]);
    assert.equal(ask(message({})), 'ike-no-second');
    assert.deepEqual(all(), [sentence, `0 s ago: ${FIRST}:500: ${sentence}`]);
  });

  it('a limit that is reached', () => {
    rig = new Rig({ halfOpenPerPrefix: 1 });
    ask(message({}));
    assert.equal(ask(message({ initiator: 2 })), 'ike-half-open');
    assert.match(
      all()[0]!,
      /as many as "half-open-per-prefix" allows are there; .* raise it in \[exchange\]$/,
    );
  });
});
