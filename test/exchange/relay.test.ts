import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePrefix } from '../../src/wire/address.js';
import { cookieOf } from '../../src/wire/ike.js';
import { message, RELAY, Rig, SECOND, text } from './rig.js';

const FIRST = '198.18.1.1';
const OTHER = '198.18.7.7';
const INFORMATIONAL = 37;
const PAIR = { initiator: 1, responder: 1001 };

describe('exchange/relay', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  const fromFirst = (id: number, from = `${FIRST}:4500`, body?: Uint8Array) =>
    rig.arrive(
      from,
      `${RELAY}:4500`,
      message({ ...PAIR, exchange: INFORMATIONAL, id, ...(body && { body }) }),
    );
  const answer = (id: number) =>
    rig.arrive(
      `${SECOND}:4500`,
      rig.towards(),
      message({ ...PAIR, exchange: INFORMATIONAL, id, isResponse: true }),
    );
  const bound = () => text(rig.only.first.peer);

  it('leads a first to a second from a port of its own, and keeps it from port 500 to 4500', () => {
    const connection = rig.establish();
    assert.equal(connection.state, 'established');
    assert.deepEqual(
      rig.sent.map(({ from, to }) => `${text(from)} -> ${text(to)}`),
      [
        `${rig.towards()} -> ${SECOND}:500`,
        `${RELAY}:500 -> ${FIRST}:500`,
        `${rig.towards()} -> ${SECOND}:4500`,
        `${RELAY}:4500 -> ${FIRST}:4500`,
      ],
    );
    assert.deepEqual([connection.moves, rig.events], [0, ['exchange-started', 'connection-established']]);
  });

  it('alters no byte of a message', () => {
    rig.establish();
    const body = Uint8Array.from({ length: 100 }, (_, i) => i);
    const sent = message({ ...PAIR, exchange: INFORMATIONAL, id: 2, body });
    rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, sent);
    assert.deepEqual([...rig.sent.at(-1)!.payload], [0, 0, 0, 0, ...sent]);
  });

  it('spreads half-open exchanges evenly over the addresses towards a second, which limits those of each', () => {
    const addresses = ['198.18.9.20', '198.18.9.21', '198.18.9.22'];
    rig.relay.services = [{ ...rig.service, towards: addresses.map((address) => parsePrefix(address)) }];
    for (let first = 1; first <= 9; first++)
      rig.arrive(`198.18.1.${first}:500`, `${RELAY}:500`, message({ initiator: first }));
    const used = () =>
      [...rig.relay.connections.values()]
        .filter(({ state }) => state === 'half-open')
        .map((connection) => rig.towards(connection).split(':')[0]!)
        .sort();
    assert.deepEqual(
      used(),
      addresses.flatMap((address) => [address, address, address]),
    );
    // One that is established or gone makes room.
    rig.relay.end([...rig.relay.connections.values()][4]!, 'test');
    rig.arrive('198.18.1.10:500', `${RELAY}:500`, message({ initiator: 10 }));
    assert.deepEqual(
      used(),
      addresses.flatMap((address) => [address, address, address]),
    );
  });

  it('keeps the second and the port through retransmissions, COOKIE and INVALID_KE_PAYLOAD', () => {
    const first = message({});
    rig.arrive(`${FIRST}:500`, `${RELAY}:500`, first);
    const own = rig.towards();
    rig.arrive(`${FIRST}:500`, `${RELAY}:500`, first);
    rig.arrive(`${SECOND}:500`, own, message({ isResponse: true }));
    assert.equal(rig.last, `${RELAY}:500 -> ${FIRST}:500`);
    rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({}));
    assert.equal(rig.last, `${own} -> ${SECOND}:500`);
    rig.arrive(`${SECOND}:500`, own, message({ responder: 1001, isResponse: true }));
    assert.equal(rig.relay.connections.size, 1);
    assert.equal(rig.only.pairs.length, 1);
  });

  describe('commit on reply', () => {
    beforeEach(() => {
      rig.establish();
    });

    it('a request from elsewhere proves nothing until the second answers it', () => {
      assert.equal(fromFirst(2, `${OTHER}:4500`), 'ike-forward');
      assert.equal(bound(), `${FIRST}:4500`);
      // The second's own requests go meanwhile to where the first is bound.
      rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange: INFORMATIONAL, id: 0 }));
      assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
      answer(2);
      assert.equal(rig.last, `${RELAY}:4500 -> ${OTHER}:4500`);
      assert.deepEqual([bound(), rig.only.moves], [`${OTHER}:4500`, 1]);
      assert.equal(rig.events.at(-1), 'connection-moved');
    });

    describe('what strongSwan answers without verifying it', () => {
      /** A message with something changed, which comes from elsewhere, and an answer to it. */
      const forged = (
        exchange: number,
        change: (bytes: Uint8Array) => void,
        from = `${OTHER}:4500`,
      ): string => {
        const request = message({ ...PAIR, exchange, id: 9 });
        change(request);
        const verdict = rig.arrive(from, `${RELAY}:4500`, request);
        answer(9);
        rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange, id: 9, isResponse: true }));
        return verdict;
      };

      for (const [what, change] of [
        [
          'is not encrypted',
          (bytes) => {
            bytes[16] = 41;
          },
        ],
        [
          'has something behind its Encrypted payload',
          (bytes) => {
            bytes[31]!--;
          },
        ],
        [
          'claims a longer Encrypted payload',
          (bytes) => {
            bytes[31]!++;
          },
        ],
        [
          'is fragment 0',
          (bytes) => {
            bytes[16] = 53;
            bytes.set([0, 0, 0, 2], 32);
          },
        ],
      ] as const satisfies [string, (bytes: Uint8Array) => void][]) {
        it(`a request from elsewhere that ${what} is not sent on`, () => {
          assert.equal(forged(INFORMATIONAL, change), 'ike-malformed');
          assert.equal(bound(), `${FIRST}:4500`);
        });
      }

      it('a request in an exchange that it does not know moves nothing', () => {
        assert.equal(
          forged(43, () => {}),
          'ike-forward',
        );
        assert.equal(bound(), `${FIRST}:4500`);
      });

      it('a message of the other version moves nothing', () => {
        const request = message({ ...PAIR, exchange: 5, version: 1 });
        assert.equal(rig.arrive(`${OTHER}:4500`, `${RELAY}:4500`, request), 'ike-unmatched');
        rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange: 5, version: 1 }));
        assert.equal(bound(), `${FIRST}:4500`);
      });

      it('an answer to a forged message ID keeps no later move from being believed', () => {
        forged(
          INFORMATIONAL,
          (bytes) => {
            bytes[16] = 41;
          },
          `${FIRST}:4500`,
        );
        fromFirst(2, `${OTHER}:4500`);
        answer(2);
        assert.equal(bound(), `${OTHER}:4500`);
      });
    });

    it('an answer to what was answered before moves nothing', () => {
      const request = message({ ...PAIR, exchange: INFORMATIONAL, id: 2 });
      rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, request);
      answer(2);
      rig.arrive(`${OTHER}:4500`, `${RELAY}:4500`, request);
      answer(2);
      assert.deepEqual([bound(), rig.last], [`${FIRST}:4500`, `${RELAY}:4500 -> ${FIRST}:4500`]);
    });

    it('a forged request under a message ID that was answered before moves nothing, however many came meanwhile', () => {
      for (let id = 2; id < 200; id++) {
        fromFirst(id);
        answer(id);
      }
      fromFirst(2, `${OTHER}:4500`);
      answer(2);
      assert.equal(bound(), `${FIRST}:4500`);
    });

    it('the very same request from where the first is bound takes the move back, for a few seconds', () => {
      const body = new Uint8Array(20);
      fromFirst(2, `${OTHER}:4500`, body);
      answer(2);
      assert.equal(bound(), `${OTHER}:4500`);
      fromFirst(2, `${FIRST}:4500`, body);
      assert.equal(bound(), `${FIRST}:4500`);
      answer(2);
      assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
      fromFirst(3, `${OTHER}:4500`, body);
      answer(3);
      rig.steady += 6000;
      fromFirst(3, `${FIRST}:4500`, body);
      assert.equal(bound(), `${OTHER}:4500`);
    });

    it('requests forged ahead of the first, under message IDs that it will use, gain nothing when it moves', () => {
      for (const id of [2, 3]) fromFirst(id, `${OTHER}:4500`);
      fromFirst(2, '198.18.1.2:4500');
      answer(2);
      assert.deepEqual([bound(), rig.last], ['198.18.1.2:4500', `${RELAY}:4500 -> 198.18.1.2:4500`]);
      fromFirst(3, '198.18.1.2:4500');
      answer(3);
      assert.equal(bound(), '198.18.1.2:4500');
    });

    it('candidates are bounded', () => {
      const verdicts = Array.from({ length: 10 }, (_, i) => fromFirst(2 + i, `198.18.7.${i + 1}:4500`));
      assert.deepEqual(verdicts.toSorted(), [
        ...Array<string>(4).fill('ike-forward'),
        ...Array<string>(6).fill('ike-half-open'),
      ]);
      assert.equal(fromFirst(50), 'ike-forward');
    });

    it('IKE fragments of a request and their retransmissions move nothing by themselves', () => {
      for (let part = 0; part < 3; part++) fromFirst(2, `${FIRST}:4500`, Uint8Array.of(part));
      answer(2);
      for (let part = 0; part < 3; part++) fromFirst(2, `${FIRST}:4500`, Uint8Array.of(part));
      for (let part = 0; part < 3; part++) fromFirst(2, `${OTHER}:4500`, Uint8Array.of(part));
      answer(2);
      assert.equal(bound(), `${FIRST}:4500`);
    });

    /**
     * In words: where a connection's packets go changes only by a request that the second answered for the first time, or back
     * to the address before by the same request from that address.
     */
    it('holds against a slow model under any order of requests, copies, answers and replays', () => {
      const step = fc.record({
        what: fc.constantFrom('request', 'answer', 'wait'),
        id: fc.integer({ min: 2, max: 6 }),
        from: fc.constantFrom(FIRST, OTHER, '198.18.8.8'),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          rig = new Rig();
          rig.establish();
          let place = FIRST;
          const asked = new Map<number, { from: string; at: number }>();
          const answered = new Set<number>([0, 1]);
          let undo: { id: number; before: string; until: number } | undefined;
          for (const { what, id, from } of steps) {
            const body = Uint8Array.of(id);
            if (what === 'wait') {
              rig.steady += 3000;
              // Memory that no later message needs is freed, and an unanswered request is forgotten after 30 s.
              for (let sweep = 0; sweep < 2; sweep++) rig.relay.sweep();
              for (const [one, { at }] of asked)
                if (!answered.has(one) && rig.steady - at >= 30_000) asked.delete(one);
            } else if (what === 'request') {
              fromFirst(id, `${from}:4500`, body);
              if (undo?.id === id && undo.before === from && rig.steady < undo.until) {
                place = from;
                undo = undefined;
              } else if (!asked.has(id)) {
                const candidates = [...asked].filter(
                  ([one, { from: other, at }]) =>
                    !answered.has(one) && other !== place && rig.steady - at < 30_000,
                );
                if (from === place || candidates.length < 4) asked.set(id, { from, at: rig.steady });
              } else if (!answered.has(id) && from === place) {
                asked.get(id)!.from = from;
              }
            } else {
              answer(id);
              const source = asked.get(id)?.from;
              if (source !== undefined && !answered.has(id)) {
                const isNewer = id > Math.max(...answered);
                answered.add(id);
                if (source !== place && isNewer) {
                  undo = { id, before: place, until: rig.steady + 5000 };
                  place = source;
                }
              }
            }
            assert.equal(bound(), `${place}:4500`);
          }
        }),
        { numRuns: 3000 },
      );
    });
  });

  describe('passes what it need not understand', () => {
    const INTERMEDIATE = 43;
    const AUTH = 35;
    const ask = (exchange: number, id: number, responder = 1001) =>
      rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, message({ initiator: 1, responder, exchange, id }));
    const reply = (exchange: number, id: number) =>
      rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange, id, isResponse: true }));

    it('IKE_INTERMEDIATE between IKE_SA_INIT and IKE_AUTH, several times (RFC 9242)', () => {
      rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({}));
      rig.arrive(`${SECOND}:500`, rig.towards(), message({ ...PAIR, isResponse: true }));
      for (const [exchange, id] of [
        [INTERMEDIATE, 1],
        [INTERMEDIATE, 2],
        [AUTH, 3],
      ] as const) {
        assert.equal(ask(exchange, id), 'ike-forward');
        assert.equal(rig.last, `${rig.towards()} -> ${SECOND}:4500`);
        assert.equal(reply(exchange, id), 'ike-forward');
        assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
      }
      assert.deepEqual([rig.only.state, bound(), rig.only.moves], ['established', `${FIRST}:4500`, 0]);
    });

    it('REDIRECT in the answer to IKE_SA_INIT, whose responder SPI is 0, and the first begins anew elsewhere (RFC 5685 §3)', () => {
      rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({}));
      assert.equal(rig.arrive(`${SECOND}:500`, rig.towards(), message({ isResponse: true })), 'ike-forward');
      assert.equal(rig.last, `${RELAY}:500 -> ${FIRST}:500`);
      assert.deepEqual([rig.only.state, rig.second.state], ['half-open', 'up']);
      rig.steady += 61_000;
      rig.relay.sweep();
      assert.equal(rig.relay.connections.size, 0);
    });

    it('REDIRECT and dead peer detection by the second, and the first’s answers (RFC 5685 §4, RFC 7296 §2.4)', () => {
      rig.establish();
      for (let id = 0; id < 3; id++) {
        rig.arrive(`${SECOND}:4500`, rig.towards(), message({ ...PAIR, exchange: INFORMATIONAL, id }));
        assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
        rig.arrive(
          `${FIRST}:4500`,
          `${RELAY}:4500`,
          message({ ...PAIR, exchange: INFORMATIONAL, id, isResponse: true }),
        );
        assert.equal(rig.last, `${rig.towards()} -> ${SECOND}:4500`);
      }
      // Both ends' own message IDs are the same numbers.
      for (let id = 2; id < 5; id++) {
        fromFirst(id);
        answer(id);
      }
      assert.deepEqual([bound(), rig.only.moves], [`${FIRST}:4500`, 0]);
    });

    it('aggressive mode of version 1, with three messages, the last on port 4500', () => {
      const aggressive = (responder: number) => message({ initiator: 1, responder, version: 1, exchange: 4 });
      rig.arrive(`${FIRST}:500`, `${RELAY}:500`, aggressive(0));
      rig.arrive(`${SECOND}:500`, rig.towards(), aggressive(1001));
      assert.equal(rig.last, `${RELAY}:500 -> ${FIRST}:500`);
      assert.equal(rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, aggressive(1001)), 'ike-forward');
      assert.equal(rig.last, `${rig.towards()} -> ${SECOND}:4500`);
      const quick = message({ ...PAIR, version: 1, exchange: 32, id: 99 });
      rig.arrive(`${SECOND}:4500`, rig.towards(), quick);
      assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
      assert.deepEqual([rig.only.state, bound()], ['established', `${FIRST}:4500`]);
    });
  });

  describe('version 1', () => {
    const QUICK_MODE = 32;
    const say = (from: string, to: string, body: number, id = 7) =>
      rig.arrive(
        from,
        to,
        message({ ...PAIR, version: 1, exchange: QUICK_MODE, id, body: new Uint8Array(20).fill(body) }),
      );
    const first = (from: string, body: number) => say(`${from}:4500`, `${RELAY}:4500`, body);
    const second = (body: number) => say(`${SECOND}:4500`, rig.towards(), body);
    beforeEach(() => {
      const main = (from: string, to: string, responder: number) =>
        rig.arrive(from, to, message({ initiator: 1, responder, version: 1, exchange: 2 }));
      main(`${FIRST}:500`, `${RELAY}:500`, 0);
      main(`${SECOND}:500`, rig.towards(), 1001);
      first(FIRST, 1);
      second(2);
      assert.deepEqual([rig.only.state, bound()], ['established', `${FIRST}:4500`]);
    });

    it('binds a first elsewhere when the second speaks after a new message from there', () => {
      first(OTHER, 3);
      assert.equal(bound(), `${FIRST}:4500`);
      second(4);
      assert.deepEqual([bound(), rig.last], [`${OTHER}:4500`, `${RELAY}:4500 -> ${OTHER}:4500`]);
    });

    it('moves nobody for a message that was seen before, nor for a copy when the original came by then', () => {
      first(OTHER, 1);
      second(4);
      first(OTHER, 5);
      first(FIRST, 5);
      second(6);
      assert.equal(bound(), `${FIRST}:4500`);
    });

    it('moves nobody whom the first’s next message proves wrong before the second speaks', () => {
      first(OTHER, 5);
      first(FIRST, 6);
      second(7);
      assert.equal(bound(), `${FIRST}:4500`);
    });

    it('takes a move back when the message that made it comes from the place before, for a few seconds', () => {
      first(OTHER, 5);
      second(6);
      assert.equal(bound(), `${OTHER}:4500`);
      first(FIRST, 5);
      assert.equal(bound(), `${FIRST}:4500`);
      first(OTHER, 7);
      second(8);
      rig.steady += 6000;
      first(FIRST, 7);
      assert.equal(bound(), `${OTHER}:4500`);
    });
  });

  describe('rekeyed IKE SAs', () => {
    const NEW = { initiator: 7, responder: 8 };
    beforeEach(() => {
      rig.establish();
    });

    it('are found by where their first is bound, and known once the second has answered', () => {
      const ask = (from: string, id: number) =>
        rig.arrive(from, `${RELAY}:4500`, message({ ...NEW, exchange: INFORMATIONAL, id }));
      assert.equal(ask(`${OTHER}:4500`, 0), 'ike-unmatched');
      assert.equal(ask(`${FIRST}:4500`, 0), 'ike-forward');
      assert.equal(ask(`${OTHER}:4500`, 1), 'ike-unmatched');
      rig.arrive(
        `${SECOND}:4500`,
        rig.towards(),
        message({ ...NEW, exchange: INFORMATIONAL, id: 0, isResponse: true }),
      );
      assert.equal(ask(`${OTHER}:4500`, 1), 'ike-forward');
    });

    it('that the second uses first are known once the first has answered from where it is bound', () => {
      const own = rig.towards();
      const reply = (from: string) =>
        rig.arrive(
          from,
          `${RELAY}:4500`,
          message({ ...NEW, exchange: INFORMATIONAL, id: 0, isResponse: true }),
        );
      rig.arrive(`${SECOND}:4500`, own, message({ ...NEW, exchange: INFORMATIONAL, id: 0 }));
      assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
      assert.equal(reply(`${OTHER}:4500`), 'ike-unmatched');
      assert.equal(reply(`${FIRST}:4500`), 'ike-forward');
      assert.equal(rig.only.pairs.length, 2);
    });
  });

  it('learns SPIs of a connection in both directions, from nobody else', () => {
    rig.establish();
    const esp = Uint8Array.of(0xc0, 0, 0, 1, 0, 0, 0, 1, 9, 9);
    assert.equal(rig.arrive(`${OTHER}:4500`, `${RELAY}:4500`, esp, true), 'unknown-spi');
    assert.equal(rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp, true), 'forward');
    assert.equal(rig.last, `${rig.towards()} -> ${SECOND}:4500`);
    assert.equal(rig.arrive(`${OTHER}:4500`, rig.towards(), esp, true), 'peer-mismatch');
    assert.equal(rig.arrive(`${SECOND}:4500`, rig.towards(), esp, true), 'forward');
    assert.equal(rig.last, `${RELAY}:4500 -> ${FIRST}:4500`);
    assert.deepEqual(rig.learned, [`1 up ${0xc0000001}`, `1 down ${0xc0000001}`]);
    // From elsewhere, under an SPI that one connection has: to the second alone.
    rig.owner = rig.only;
    assert.equal(rig.arrive(`${OTHER}:4500`, `${RELAY}:4500`, esp, true), 'forward');
    assert.equal(bound(), `${FIRST}:4500`);
  });

  it('takes a new SPI for one of the connection that made an SA last, whatever others of that first have said since', () => {
    const before = rig.establish();
    rig.steady += 1000;
    const after = rig.establish(FIRST, 2);
    rig.steady += 1000;
    // Make-before-break reauthentication ends with a DELETE of the old IKE SA.
    const old = { initiator: 1, responder: 1001, exchange: INFORMATIONAL, id: 2 };
    rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, message(old));
    rig.arrive(`${SECOND}:4500`, rig.towards(before), message({ ...old, isResponse: true }));
    const esp = Uint8Array.of(0xc0, 0, 0, 1, 0, 0, 0, 1, 9, 9);
    rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, esp, true);
    assert.deepEqual(rig.learned, [`${after.id} up ${0xc0000001}`]);
    // The same holds for the SPIs of a rekeyed IKE SA.
    const rekeyed = { initiator: 7, responder: 8, exchange: INFORMATIONAL, id: 0 };
    rig.arrive(`${FIRST}:4500`, `${RELAY}:4500`, message(rekeyed));
    assert.equal(rig.last, `${rig.towards(after)} -> ${SECOND}:4500`);
  });

  it('drops what is no IKE message', () => {
    const good = message({});
    const broken = [
      good.subarray(0, 27),
      good.subarray(0, 40),
      message({ version: 3 }),
      message({ initiator: 0 }),
      new Uint8Array(28),
    ];
    for (const bytes of broken)
      assert.equal(rig.arrive(`${FIRST}:500`, `${RELAY}:500`, bytes), 'ike-malformed');
    assert.equal(rig.arrive(`${FIRST}:500`, '198.18.9.10:500', good), 'ike-no-service');
    assert.equal(
      rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({ responder: 5, exchange: 35 })),
      'ike-unmatched',
    );
    assert.equal(rig.relay.connections.size, 0);
  });

  describe('strangers', () => {
    const stranger = (i: number) => `10.${i >> 8}.${i & 255}.1:500`;

    it('have half-open exchanges up to the limits, in total and of one prefix, for a time', () => {
      rig = new Rig({ halfOpen: 100, halfOpenPerPrefix: 4, cookieThreshold: 0 });
      const ask = (from: string, initiator: number) =>
        rig.arrive(from, `${RELAY}:500`, message({ initiator }));
      for (let i = 1; i <= 4; i++) assert.equal(ask('198.18.1.9:500', i), 'ike-forward');
      assert.equal(ask('198.18.1.10:500', 5), 'ike-half-open');
      for (let i = 0; i < 96; i++) assert.equal(ask(stranger(i), 100 + i), 'ike-forward');
      assert.equal(ask(stranger(500), 999), 'ike-half-open');
      rig.steady += 61_000;
      rig.relay.sweep();
      assert.deepEqual([rig.relay.connections.size, rig.relay.halfOpen], [0, 0]);
      assert.equal(ask('198.18.1.10:500', 5), 'ike-forward');
    });

    it('are asked for a COOKIE beyond the threshold, and pass with it, unchanged', () => {
      rig = new Rig({ cookieThreshold: 3 });
      for (let i = 0; i < 3; i++) rig.arrive(stranger(i), `${RELAY}:500`, message({ initiator: i + 1 }));
      assert.equal(rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({ initiator: 50 })), 'ike-cookie');
      const asked = rig.sent.at(-1)!;
      assert.equal(rig.last, `${RELAY}:500 -> ${FIRST}:500`);
      const cookie = cookieOf(asked.payload)!;
      assert.equal(cookie.length, 24);
      const notify = Uint8Array.of(33, 0, 0, 8 + cookie.length, 0, 0, 0x40, 0x06, ...cookie, 1, 2, 3);
      const again = message({ initiator: 50, body: notify });
      again[16] = 41;
      assert.equal(rig.arrive(`${OTHER}:500`, `${RELAY}:500`, again), 'ike-cookie');
      assert.equal(rig.arrive(`${FIRST}:500`, `${RELAY}:500`, again), 'ike-forward');
      assert.deepEqual(rig.sent.at(-1)!.payload, again);
    });

    it('are asked for a COOKIE when their prefix has half of its exchanges, so that forgeries leave room in it', () => {
      rig = new Rig({ halfOpenPerPrefix: 4 });
      for (let i = 1; i <= 2; i++) rig.arrive('198.18.1.9:500', `${RELAY}:500`, message({ initiator: i }));
      assert.equal(rig.arrive(`${FIRST}:500`, `${RELAY}:500`, message({ initiator: 50 })), 'ike-cookie');
      assert.equal(rig.arrive(stranger(3), `${RELAY}:500`, message({ initiator: 51 })), 'ike-forward');
    });

    it('get no more bytes than they have sent', () => {
      rig = new Rig({ cookieThreshold: 1 });
      rig.arrive(stranger(1), `${RELAY}:500`, message({ initiator: 1 }));
      const sent = rig.sent.length;
      const short = message({ initiator: 2, body: new Uint8Array(31) });
      assert.equal(rig.arrive(stranger(2), `${RELAY}:500`, short), 'ike-half-open');
      assert.equal(rig.sent.length, sent);
      const long = message({ initiator: 2, body: new Uint8Array(32) });
      assert.equal(rig.arrive(stranger(2), `${RELAY}:500`, long), 'ike-cookie');
      assert.equal(rig.sent.at(-1)!.payload.length, long.length);
    });
  });

  it('suspects a second that leaves exchanges unanswered, tries it in a while, and trusts it when it answers', () => {
    const ask = (initiator: number) =>
      rig.arrive(`198.18.${initiator}.1:500`, `${RELAY}:500`, message({ initiator }));
    for (let i = 1; i <= 3; i++) ask(i);
    rig.steady += 7000;
    rig.relay.sweep();
    assert.equal(rig.second.state, 'suspect');
    assert.equal(rig.events.at(-1), 'second-suspect');
    // There is no other.
    assert.equal(ask(10), 'ike-forward');
    rig.steady += 16_000;
    assert.equal(ask(12), 'ike-forward');
    const tried = [...rig.relay.connections.values()].at(-1)!;
    rig.arrive(
      `${SECOND}:500`,
      rig.towards(tried),
      message({ initiator: 12, responder: 77, isResponse: true }),
    );
    assert.deepEqual([rig.second.state, rig.events.at(-1)], ['up', 'second-up']);
    rig.second.isDraining = true;
    assert.equal(ask(13), 'ike-no-second');
  });

  it('ends what carried nothing for long', () => {
    rig.establish();
    rig.steady += 3_601_000;
    for (let sweep = 0; sweep < 10; sweep++) rig.relay.sweep();
    assert.equal(rig.relay.connections.size, 0);
    assert.equal(fromFirst(2), 'ike-unmatched');
  });

  it('survives anything: a hundred thousand random and mutated messages move nobody', () => {
    const connection = rig.establish();
    const own = rig.towards();
    const before = bound();
    const random = (limit: number) => Math.floor(Math.random() * limit);
    for (let i = 0; i < 100_000; i++) {
      const bytes = message({
        ...PAIR,
        exchange: 34 + random(12),
        id: random(2) === 0 ? random(3) : random(2 ** 32),
        isResponse: random(2) === 0,
      });
      for (let flip = random(3); flip > 0; flip--) bytes[random(bytes.length)] = random(256);
      const to = random(3) === 0 ? own : `${RELAY}:${random(2) === 0 ? 500 : 4500}`;
      rig.arrive(
        `198.18.${100 + random(50)}.${random(256)}:${1 + random(65_535)}`,
        to,
        bytes.subarray(0, random(4) === 0 ? random(60) : 60),
        random(4) === 0,
      );
      rig.steady += 1;
    }
    assert.deepEqual([rig.relay.connections.get(connection.id), bound()], [connection, before]);
  });
});
