import assert from 'node:assert/strict';
import { refuseDefinition, type SaPolicy, sameDefinition } from '../../src/sad/definition.js';
import { KIND_AH, KIND_UDP } from '../../src/sad/layout.js';
import { parsePrefix } from '../../src/wire/address.js';
import { type DefinitionWords, define } from '../model/definition.js';

const RELAY: SaPolicy = { role: 'relay', addresses: ['198.18.9.9', '198.18.10.0/24'].map(parsePrefix) };
const EDGE: SaPolicy = { role: 'edge', addresses: ['198.18.9.9', '198.18.1.1'].map(parsePrefix) };

const NATIVE_ESP =
  'proto, encap: this version relays native ESP only; leave --proto, --encap and --to-encap out';
const unroutable = (word: string, address: string, what: string) =>
  `${word}: ${address} is ${what}; name the unicast address of the other end`;
const notOwned = (word: string, address: string) =>
  `${word}: ${address} is not a relay address; use one of [relay] addresses, or add it there`;
const notSteered = (address: string) =>
  `dst: ${address} is neither in [edge] relays nor in [edge] addresses; use one of those`;

const SPECIAL = [
  ['0.0.0.0', 'the unspecified address'],
  ['0.1.2.3', 'the unspecified address'],
  ['127.0.0.1', 'a loopback address'],
  ['127.255.255.254', 'a loopback address'],
  ['224.0.0.1', 'a multicast address'],
  ['239.255.255.255', 'a multicast address'],
  ['169.254.7.7', 'a link-local address'],
  ['255.255.255.255', 'the broadcast address'],
] as const;

const BOTH_ROLES: [DefinitionWords, string][] = [
  [{ kind: KIND_AH }, NATIVE_ESP],
  [{ kind: KIND_UDP }, NATIVE_ESP],
  [{ toKind: KIND_UDP }, NATIVE_ESP],
  [{ to: '2001:db8::2' }, '2001:db8::2 is IPv6: this version relays IPv4 only; give an IPv4 address'],
  [{ src: '2001:db8::1' }, '2001:db8::1 is IPv6: this version relays IPv4 only; give an IPv4 address'],
  [{ dst: '2001:db8::9' }, '2001:db8::9 is IPv6: this version relays IPv4 only; give an IPv4 address'],
  [{ toSrc: '2001:db8::9' }, '2001:db8::9 is IPv6: this version relays IPv4 only; give an IPv4 address'],
  [{ spi: 0 }, 'spi: SPI 0 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [{ spi: 255 }, 'spi: SPI 255 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [{ toSpi: 255 }, 'to-spi: SPI 255 is reserved (RFC 4303 §2.1); use 0x00000100-0xffffffff'],
  [
    { mode: 'preserve' },
    'mode: preserve keeps the SPI, but to-spi differs from spi; use mode edge or aware, or to-spi same',
  ],
  [
    { toSpi: 0xaaaa0001, mode: 'edge' },
    'mode: edge substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve',
  ],
  [
    { toSpi: 0xaaaa0001, mode: 'aware' },
    'mode: aware substitutes the SPI, but to-spi equals spi; give another to-spi, or use mode preserve',
  ],
  ...SPECIAL.flatMap(([address, what]): [DefinitionWords, string][] => [
    [{ to: address }, unroutable('to', address, what)],
    [{ src: address }, unroutable('src', address, what)],
  ]),
];

const RELAY_ONLY: [DefinitionWords, string][] = [
  [{ dst: '198.18.9.8' }, notOwned('dst', '198.18.9.8')],
  [{ dst: '198.18.11.0' }, notOwned('dst', '198.18.11.0')],
  [{ toSrc: '198.18.2.1' }, notOwned('to-src', '198.18.2.1')],
  [{ toSrc: undefined }, 'to-src: a relay sends from its own address; name a relay address'],
  [
    { to: '198.18.9.9' },
    'to: 198.18.9.9 is a relay address and a relay does not forward to itself; name the other end',
  ],
  [
    { to: '198.18.10.77' },
    'to: 198.18.10.77 is a relay address and a relay does not forward to itself; name the other end',
  ],
];

const EDGE_ONLY: [DefinitionWords, string][] = [
  [{ dst: '198.18.9.8', toSrc: undefined }, notSteered('198.18.9.8')],
];

const ACCEPTED: [string, SaPolicy, DefinitionWords][] = [
  ['a relay substitutes', RELAY, {}],
  ['a relay preserves', RELAY, { toSpi: 0xaaaa0001 }],
  ['mode aware', RELAY, { mode: 'aware' }],
  ['the lowest and the highest SPI', RELAY, { spi: 256, toSpi: 0xffffffff }],
  ['the first and the last address of a prefix', RELAY, { dst: '198.18.10.0', toSrc: '198.18.10.255' }],
  ['a required peer', RELAY, { src: '198.18.1.1' }],
  ['an edge keeps the source', EDGE, { toSrc: undefined, to: '198.18.9.9' }],
  ['an edge swaps back', EDGE, { toSrc: undefined, dst: '198.18.1.1', to: '198.18.1.1' }],
];

describe('sad/definition', () => {
  for (const [role, policy, refusals] of [
    ['a relay', RELAY, [...BOTH_ROLES, ...RELAY_ONLY]],
    ['an edge', EDGE, [...BOTH_ROLES, ...EDGE_ONLY]],
  ] as const) {
    for (const [words, sentence] of refusals) {
      it(`${role} says: ${sentence}`, () => assert.equal(refuseDefinition(define(words), policy), sentence));
    }
  }

  for (const [description, policy, words] of ACCEPTED) {
    it(`accepts: ${description}`, () => assert.equal(refuseDefinition(define(words), policy), undefined));
  }

  it('sees a difference in any single word', () => {
    const all = { src: '198.18.1.1', srcPort: 1, toPorts: [2, 3] } as const;
    assert.ok(sameDefinition(define(all), define(all)));
    const differences: DefinitionWords[] = [
      { kind: KIND_UDP },
      { toKind: KIND_UDP },
      { dst: '198.18.9.10' },
      { spi: 300 },
      { src: '198.18.1.2' },
      { src: undefined },
      { srcPort: 4 },
      { to: '198.18.2.3' },
      { toSrc: undefined },
      { toSrc: '198.18.9.10' },
      { toSpi: 300 },
      { toPorts: [9, 3] },
      { toPorts: [2, 9] },
      { mode: 'aware' },
    ];
    for (const difference of differences) {
      const other = define({ ...all, ...difference });
      assert.equal(sameDefinition(define(all), other), false, JSON.stringify(difference));
      assert.equal(sameDefinition(other, define(all)), false, JSON.stringify(difference));
    }
  });
});
