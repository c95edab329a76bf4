/** The opposite SA undoes an SA's rewriting: every field that both legs can carry comes back. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NO_OPTIONS, type SaDefinition } from '../../src/table/definition.js';
import { KIND_AH, KIND_UDP } from '../../src/table/layout.js';
import { formatAddress } from '../../src/wire/address.js';
import { packetOf } from '../model/arbitrary.js';
import { hex, word16 } from '../model/bytes.js';
import { DONT_FRAGMENT, decode, encode, type Ip } from '../model/ip.js';
import { Rig } from '../model/rig.js';
import { udpChecksum } from '../model/upper.js';
import { FIRST, FIRST_PORT, PAIRS, type Pair } from '../model/world.js';

/** The SA that leads back to where a packet of `sa` came from. */
function opposite({ match, emit }: SaDefinition, source: string, { encapsulations }: Pair): SaDefinition {
  const isUdp = encapsulations[0] === 'udp';
  return {
    match: {
      kind: emit.kind,
      destination: emit.destination,
      spi: emit.spi,
      port: emit.kind === KIND_UDP ? emit.destinationPort || 4500 : 0,
      peer: undefined,
      peerPort: 0,
    },
    emit: {
      kind: match.kind,
      source: addressOf(source),
      destination: match.destination,
      spi: match.spi,
      sourcePort: isUdp ? FIRST_PORT : 0,
      destinationPort: isUdp ? 4500 : 0,
    },
    mode: 'edge',
    ...NO_OPTIONS,
  };
}

function addressOf(text: string): Uint8Array {
  const pair = PAIRS.find(({ down }) => formatAddress(down.emit.destination) === text);
  return pair!.down.emit.destination;
}

/** The packet after both ways; IDs that were chosen anew are taken from the packet that came. */
function survivor(sent: Ip, pair: Pair, came: Ip): Ip {
  const { families, encapsulations } = pair;
  const [there] = encapsulations;
  const ttl = sent.ttl - 2;
  const losesUdp = there === 'udp' && encapsulations[1] === 'esp';
  const body = checksumAfter(sent, pair, losesUdp);
  if (sent.family === 4) {
    assert.ok(came.family === 4);
    const isAtomic = (sent.flagsAndOffset & DONT_FRAGMENT) !== 0;
    if (families[1] === 4) {
      const keepsId = isAtomic || pair.up.match.kind === KIND_AH;
      const identification = keepsId ? sent.identification : came.identification;
      return { ...sent, ttl, identification, body };
    }
    // RFC 7915: no options, another ID, DF by the length.
    const flagsAndOffset = 20 + body.length > 1260 ? DONT_FRAGMENT : 0;
    return { ...sent, ttl, identification: came.identification, flagsAndOffset, options: [], body };
  }
  assert.ok(came.family === 6);
  if (families[1] === 6) return { ...sent, ttl, body };
  return { ...sent, ttl, flowLabel: came.flowLabel, extensions: [], body };
}

/** The UDP checksum: lost with the header, gained over IPv6, else as it was. */
function checksumAfter(sent: Ip, { up, families }: Pair, losesUdp: boolean): readonly number[] {
  if (up.match.kind !== KIND_UDP) return sent.body;
  const was = word16(sent.body, 6);
  const gains = losesUdp ? sent.family === 6 : was === 0 && families[1] === 6;
  const cleared = [...sent.body.slice(0, 6), 0, 0, ...sent.body.slice(8)];
  if (!gains) return losesUdp ? cleared : sent.body;
  const checksum = udpChecksum(sent.source, sent.destination, cleared);
  return cleared.with(6, checksum >> 8).with(7, checksum & 255);
}

describe('relay, there and back', () => {
  for (const pair of PAIRS) {
    it(`${pair.name}: all that both legs carry is the same again`, () => {
      const source = FIRST[pair.families[0]];
      const there = new Rig({ sas: [pair.up] });
      const back = new Rig({ sas: [opposite(pair.up, source, pair)] });
      fc.assert(
        fc.property(packetOf({ sas: [pair.up], longest: 1300 }), (generated) => {
          const sent = valid(generated, pair);
          const about = hex(encode(sent));
          const [forwarded] = there.run([encode(sent)]);
          assert.equal(forwarded!.verdict, 'forward', about);
          const [returned] = back.run([forwarded!.packet!]);
          assert.equal(returned!.verdict, 'forward', hex(forwarded!.packet!));
          const came = decode([...returned!.packet!]);
          assert.ok(typeof came === 'object', about);
          assert.equal(hex(returned!.packet!), hex(encode(survivor(sent, pair, came))), about);
        }),
        { numRuns: 200 },
      );
    });
  }

  /** A packet that the SA takes: of the first, and alive for two hops. */
  function valid(ip: Ip, pair: Pair): Ip {
    const ttl = Math.max(ip.ttl, 3);
    const source = FIRST[pair.families[0]];
    return { ...ip, source, ttl, body: validBody(ip, pair, source) };
  }

  function validBody({ family, body }: Ip, { up }: Pair, source: string): readonly number[] {
    const spiAt = up.match.kind === KIND_UDP ? 8 : up.match.kind === KIND_AH ? 4 : 0;
    const { spi } = up.match;
    const named = [
      ...body.slice(0, spiAt),
      spi >>> 24,
      (spi >>> 16) & 255,
      (spi >>> 8) & 255,
      spi & 255,
      ...body.slice(spiAt + 4),
    ];
    if (up.match.kind !== KIND_UDP) return named;
    const length = word16(named, 4);
    const segment = [FIRST_PORT >> 8, FIRST_PORT & 255, ...named.slice(2, length)];
    if (family === 4 || word16(segment, 6) !== 0) return segment;
    const checksum = udpChecksum(source, formatAddress(up.match.destination), segment);
    return segment.with(6, checksum >> 8).with(7, checksum & 255);
  }
});
