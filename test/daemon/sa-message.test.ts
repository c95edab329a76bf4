import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Refusal, type SaRequest } from '../../src/control/handler.js';
import { messages } from '../../src/control/message.js';
import { definitionOf, saMessage, specificationOf, storedSa } from '../../src/daemon/sa-message.js';
import { decodeSa, encodeSa } from '../../src/daemon/sa-store.js';
import { refuseDefinition } from '../../src/sad/acceptance.js';
import { SaDatabase } from '../../src/sad/database.js';
import { NO_LIFETIMES } from '../../src/sad/lifetimes.js';
import type { SaPolicy } from '../../src/sad/policy.js';
import { NO_OPTIONS } from '../../src/table/definition.js';
import { KIND_AH, KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define, plain } from '../model/definition.js';

const { Protocol, Mode } = messages;
const { VALUE } = messages.SaRequest.SpiChoice;

const relay = (...addresses: string[]): SaPolicy => ({
  role: 'relay',
  addresses: addresses.map(parsePrefix),
});
const BOTH = relay('198.18.9.9', '2001:db8:9::9');
const EDGE: SaPolicy = {
  role: 'edge',
  addresses: ['198.18.9.9', '198.18.1.1'].map(parsePrefix),
  relays: ['198.18.9.9'].map(parsePrefix),
  seconds: ['198.18.2.2'].map(parsePrefix),
};

const request = (more: SaRequest = {}): SaRequest => ({
  dst: '198.18.9.9',
  spi: 0xaaaa0001,
  to: '198.18.2.2',
  toSpi: 0x22220001,
  toSpiChoice: VALUE,
  ...more,
});

/** The default emission of the request, in words. */
function emitted(more: SaRequest, policy: SaPolicy) {
  const { emit, match } = specificationOf(request(more), policy).definition;
  const { emit: text } = plain({ ...NO_OPTIONS, match, emit, mode: 'edge' });
  return [emit.kind, text.source, emit.sourcePort, emit.destinationPort];
}

const refused = (more: SaRequest, policy: SaPolicy, sentence: string) =>
  assert.throws(() => specificationOf(request(more), policy), new Refusal(sentence));

describe('daemon/sa-message', () => {
  it('refuses values of enums that it does not know', () => {
    const unknown = (more: Record<string, number>, sentence: string) => {
      const bytes = messages.SaRequest.encode(request(more as SaRequest)).finish();
      const arrived = messages.SaRequest.decode(bytes);
      assert.throws(() => specificationOf(arrived, BOTH), new Refusal(sentence, 'usage'));
    };
    unknown({ protocol: 77 }, 'protocol: 77 is unknown to this daemon; use one of 0 (ESP), 1 (AH)');
    unknown(
      { mode: -1 },
      'mode: -1 is unknown to this daemon; use one of 0 (DEFAULT), 1 (PRESERVE), 2 (EDGE), 3 (AWARE)',
    );
    unknown(
      { toSpiChoice: 3 },
      'to-spi choice: 3 is unknown to this daemon; use one of 0 (SAME), 1 (AUTO), 2 (VALUE)',
    );
  });

  it('leaves as it arrived by default: the encapsulation, a relay from and to port 4500', () => {
    assert.deepEqual(emitted({}, BOTH), [KIND_ESP, '198.18.9.9', 0, 0]);
    assert.deepEqual(emitted({ protocol: Protocol.AH }, BOTH), [KIND_AH, '198.18.9.9', 0, 0]);
    assert.deepEqual(emitted({ encap: { peerPort: 1024 } }, BOTH), [KIND_UDP, '198.18.9.9', 4500, 4500]);
    assert.deepEqual(emitted({ encap: {}, toEncap: { none: true } }, BOTH), [KIND_ESP, '198.18.9.9', 0, 0]);
    assert.deepEqual(emitted({ protocol: Protocol.AH, toEncap: { none: true } }, BOTH), [
      KIND_AH,
      '198.18.9.9',
      0,
      0,
    ]);
    assert.deepEqual(emitted({ toEncap: { sourcePort: 4500, destinationPort: 7 } }, BOTH), [
      KIND_UDP,
      '198.18.9.9',
      4500,
      7,
    ]);
  });

  it("an edge keeps the packet's own source and ports by default", () => {
    assert.deepEqual(emitted({}, EDGE), [KIND_ESP, undefined, 0, 0]);
    assert.deepEqual(emitted({ encap: { peerPort: 4500 } }, EDGE), [KIND_UDP, undefined, 0, 0]);
    const { definition } = specificationOf(request({ to: '' }), EDGE);
    assert.deepEqual(definition.emit.destination, definition.match.destination);
  });

  it('a relay leaves from dst, or from its only single address of the other family', () => {
    const to = '2001:db8:2::2';
    assert.deepEqual(emitted({ to }, BOTH), [KIND_ESP, '2001:db8:9::9', 0, 0]);
    assert.deepEqual(emitted({ to }, relay('198.18.9.9', '2001:db8:9::9', '2001:db8:10::/64')), [
      KIND_ESP,
      '2001:db8:9::9',
      0,
      0,
    ]);
    assert.deepEqual(emitted({ to, toSrc: '2001:db8:9::8' }, relay('2001:db8:9::8', '2001:db8:9::9')), [
      KIND_ESP,
      '2001:db8:9::8',
      0,
      0,
    ]);
    assert.deepEqual(emitted({ dst: '2001:db8:9::9' }, relay('2001:db8:9::9', '198.18.9.8')), [
      KIND_ESP,
      '198.18.9.8',
      0,
      0,
    ]);
    refused(
      { to },
      relay('198.18.9.9', '2001:db8:9::8', '2001:db8:9::9'),
      'to-src: the packets leave over IPv6, and the relay has several addresses to send from; name one of 2001:db8:9::8, 2001:db8:9::9',
    );
    refused(
      { to },
      relay('198.18.9.9', '2001:db8:10::/64'),
      'to-src: the packets leave over IPv6, and the relay has several addresses to send from; name one of 2001:db8:10::/64',
    );
    refused(
      { dst: '2001:db8:9::9' },
      relay('2001:db8:9::9'),
      'to-src: the packets leave over IPv4, and the relay has no IPv4 address to send from; add one to [relay] addresses',
    );
  });

  it('says at once that AH has no encapsulation', () => {
    const why =
      'AH cannot be carried in UDP, because its ICV covers the IP header (RFC 4302 §3.3.3, RFC 3948 §1); leave it out, or use proto esp';
    const ah = { protocol: Protocol.AH };
    refused({ ...ah, encap: { peerPort: 0 } }, BOTH, `encap: ${why}`);
    refused({ ...ah, encap: { peerPort: 0 }, toEncap: { none: true } }, BOTH, `encap: ${why}`);
    refused({ ...ah, toEncap: { sourcePort: 4500, destinationPort: 4500 } }, BOTH, `to-encap: ${why}`);
  });

  it('lets what a client of its own makes of the ports reach the check', () => {
    const check = (more: SaRequest) => {
      const { definition } = specificationOf(request(more), BOTH);
      return refuseDefinition({ ...definition, mode: 'edge' }, BOTH);
    };
    assert.match(check({ toEncap: { none: true, sourcePort: 1 } })!, /^to-encap: ports 1:0 are given/);
    assert.match(check({ encap: {}, toEncap: {} })!, /^to-encap: only an edge keeps the UDP port/);
    assert.match(check({ encap: { peerPort: 70_000 } })!, /^encap: 70000 is no UDP port/);
  });

  const anyDefinition: fc.Arbitrary<DefinitionWords> = fc
    .record({
      kinds: fc.constantFrom(
        ...([
          [KIND_ESP, KIND_ESP],
          [KIND_ESP, KIND_UDP],
          [KIND_UDP, KIND_ESP],
          [KIND_UDP, KIND_UDP],
          [KIND_AH, KIND_AH],
        ] as const),
      ),
      dst: fc.constantFrom('198.18.9.9', '2001:db8:9::9'),
      to: fc.constantFrom('198.18.2.2', '2001:db8:2::2'),
      src: fc.constantFrom(undefined, '198.18.1.1', '2001:db8:1::1'),
      toSrc: fc.constantFrom(undefined, '198.18.9.9', '2001:db8:9::9'),
      spi: fc.integer({ min: 256, max: 0xffffffff }),
      toSpi: fc.integer({ min: 256, max: 0xffffffff }),
      mode: fc.constantFrom('preserve', 'edge', 'aware'),
      hairpin: fc.boolean(),
      port: fc.nat({ max: 65_535 }),
      ports: fc.tuple(fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 })),
    })
    .map(({ kinds: [kind, toKind], port, ports, ...words }) => ({
      ...words,
      kind,
      toKind,
      srcPort: kind === KIND_UDP ? port : 0,
      toPorts: toKind === KIND_UDP ? ports : [0, 0],
    }));

  it('stores every definition and gives it back', () => {
    const entry = {
      id: 7,
      name: 'x',
      slot: 1,
      origin: 'runtime',
      addedMs: 1,
      lifetimes: NO_LIFETIMES,
      expiresMs: 0,
      softExpiresMs: 0,
    } as const;
    fc.assert(
      fc.property(anyDefinition, (words) => {
        const definition = define(words);
        const restored = definitionOf(decodeSa(7, encodeSa(storedSa(entry, definition))));
        assert.deepEqual(plain(restored), plain(definition));
      }),
      { numRuns: 500 },
    );
  });

  it('tells the client every word of an SA', () => {
    const database = new SaDatabase(16, 1, BOTH, 1);
    const { entry } = database.add(
      specificationOf(
        request({
          src: '198.18.1.1',
          encap: { peerPort: 1024 },
          to: '2001:db8:2::2',
          hairpin: false,
          mode: Mode.AWARE,
        }),
        BOTH,
      ),
      'runtime',
      1,
    );
    const { protocol, dst, src, encap, to, toSrc, toEncap, mode, hairpin } = saMessage(database, entry);
    assert.deepEqual(
      { protocol, dst, src, encap, to, toSrc, toEncap, mode, hairpin },
      {
        protocol: Protocol.ESP,
        dst: '198.18.9.9',
        src: '198.18.1.1',
        encap: { peerPort: 1024, port: 4500 },
        to: '2001:db8:2::2',
        toSrc: '2001:db8:9::9',
        toEncap: { none: false, sourcePort: 4500, destinationPort: 4500 },
        mode: Mode.AWARE,
        hairpin: false,
      },
    );
    const ah = database.add(
      specificationOf(
        request({ protocol: Protocol.AH, to: '198.18.9.9', toSpiChoice: 0, toSpi: 0, hairpin: true }),
        BOTH,
      ),
      'runtime',
      1,
    ).entry;
    const message = saMessage(database, ah);
    assert.deepEqual(
      [message.protocol, message.mode, message.hairpin, message.encap, message.toEncap],
      [Protocol.AH, Mode.EDGE, true, undefined, undefined],
    );
  });
});
