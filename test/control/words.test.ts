import assert from 'node:assert/strict';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { messages } from '../../src/control/message.js';
import { parseSa, SA_WORDS } from '../../src/control/sa-words.js';
import {
  canonicalAddress,
  familyOf,
  formatEmitPort,
  formatEncapsulation,
  formatMode,
  formatProtocol,
  formatSpi,
  parseEmitEncapsulation,
  parseEncapsulation,
  parseFlag,
  parseLifetime,
  parseMode,
  parseName,
  parseProtocol,
  parseSpi,
  WordError,
} from '../../src/control/words.js';

/** Asserts that `parse` refuses each text with a message that matches. */
function refuses(parse: (text: string) => unknown, cases: Record<string, RegExp>): void {
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof WordError && message.test(error.message),
      `${JSON.stringify(text)} should be refused with ${message}`,
    );
  }
}

describe('words', () => {
  it('SPI: hexadecimal and decimal, back and forth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (spi) => {
        assert.match(formatSpi(spi), /^0x[0-9a-f]{8}$/);
        assert.equal(parseSpi(formatSpi(spi)), spi);
        assert.equal(parseSpi(String(spi)), spi);
        assert.equal(parseSpi(`0x${spi.toString(16).toUpperCase()}`), spi);
      }),
    );
  });

  it('SPI: what is wrong and what would be right', () => {
    refuses(parseSpi, {
      aaaa0001: /lacks its 0x: write 0xaaaa0001$/,
      AAAA0001: /write 0xaaaa0001$/,
      '00001000': /write 0x00001000$/,
      '4294967296': /not an SPI/,
      '0x100000000': /not an SPI/,
      '0x': /not an SPI/,
      '': /not an SPI/,
      '-1': /not an SPI/,
      '1e3': /write 0x1e3$/,
      ' 256': /not an SPI/,
      '256.5': /not an SPI/,
    });
  });

  it('never accepts an SPI that Number reads otherwise, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcxX.-+ _'), maxLength: 12 }), (text) => {
        let spi: number;
        try {
          spi = parseSpi(text);
        } catch (error) {
          assert.ok(error instanceof WordError);
          return;
        }
        assert.equal(spi, Number(text));
        assert.ok(Number.isInteger(spi) && spi >= 0 && spi <= 0xffffffff);
      }),
      { numRuns: 5000 },
    );
  });

  it('address: IPv4 as it is, IPv6 as ipaddr.js writes it by RFC 5952', () => {
    fc.assert(fc.property(fc.ipV4(), (text) => assert.equal(canonicalAddress(text), text)));
    // Zero groups are common, so that the rules about :: are met.
    const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = groups.map((value) => value.toString(16).toUpperCase().padStart(4, '0')).join(':');
        const address = ipaddr.IPv6.parse(text);
        if (address.isIPv4MappedAddress()) return;
        assert.equal(canonicalAddress(text), address.toRFC5952String());
        assert.equal(canonicalAddress(canonicalAddress(text)), canonicalAddress(text));
      }),
      { numRuns: 2000 },
    );
    assert.equal(canonicalAddress('2001:DB8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
    assert.equal(canonicalAddress('::'), '::');
    assert.equal(canonicalAddress('64:ff9b::198.18.9.9'), '64:ff9b::c612:909');
  });

  it('address: what is wrong and what would be right', () => {
    refuses(canonicalAddress, {
      '198.18.9': /four decimal numbers/,
      '198.18.9.09': /without leading zeros/,
      '198.18.9.256': /four decimal numbers/,
      '3323070729': /four decimal numbers/,
      '0xc6120909': /write an address such as/,
      '198.18.9.9/24': /write 198\.18\.9\.9 alone/,
      '[2001:db8::1]': /write 2001:db8::1 alone/,
      '[2001:db8::1]:4500': /write 2001:db8::1 alone/,
      'fe80::1%eth0': /without %eth0/,
      '::ffff:198.18.9.9': /IPv4-mapped: write 198\.18\.9\.9$/,
      '::FFFF:c612:0909': /write 198\.18\.9\.9$/,
      'relay.example': /names are not looked up/,
      '': /not an IP address/,
      '2001:db8:::1': /not an IP address/,
    });
  });

  it('encapsulation', () => {
    assert.deepEqual(parseEncapsulation('udp:any'), { peerPort: 0, port: 4500 });
    assert.deepEqual(parseEncapsulation('udp:4500'), { peerPort: 4500, port: 4500 });
    assert.deepEqual(parseEncapsulation('udp:any:4600'), { peerPort: 0, port: 4600 });
    for (const word of ['udp:any', 'udp:1', 'udp:any:4600', 'udp:1:65535']) {
      assert.equal(formatEncapsulation(parseEncapsulation(word)), word);
    }
    refuses(parseEncapsulation, {
      udp: /write udp:PEERPORT or udp:any, and the relay's own port/,
      'udp:any:any': /not a UDP port|no UDP port|port/,
      'tcp:1': /udp:any/,
      'udp:0': /1 to 65535/,
      'udp:65536': /1 to 65535/,
      'udp:1:2:3': /udp:any/,
      'udp:': /UDP port/,
    });
    assert.deepEqual(parseEmitEncapsulation('none'), { none: true, sourcePort: 0, destinationPort: 0 });
    assert.deepEqual(parseEmitEncapsulation('udp:4500:1024'), {
      none: false,
      sourcePort: 4500,
      destinationPort: 1024,
    });
    assert.deepEqual(parseEmitEncapsulation('udp:same:4501'), {
      none: false,
      sourcePort: 0,
      destinationPort: 4501,
    });
    for (const port of ['1', '4500', '65535', 'same']) {
      assert.equal(formatEmitPort(parseEmitEncapsulation(`udp:9:${port}`).destinationPort), port);
    }
    refuses(parseEmitEncapsulation, {
      'udp:4500': /udp:SPORT:DPORT/,
      'udp:4500:any': /UDP port/,
      'udp:4500:0': /1 to 65535/,
      'udp:70000:4500': /1 to 65535/,
      'udp:1:2:3': /udp:SPORT/,
      esp: /none for native/,
    });
  });

  it('flags, and the family of an address', () => {
    assert.deepEqual([parseFlag('true'), parseFlag('false')], [true, false]);
    refuses(parseFlag, { yes: /"yes" is not a truth value: write true or false$/, '': /true or false/ });
    assert.deepEqual([familyOf('198.18.9.9'), familyOf('2001:db8::9'), familyOf('::')], [4, 6, 6]);
  });

  it('protocol, mode, lifetime, name', () => {
    for (const word of ['esp', 'ah'] as const) assert.equal(formatProtocol(parseProtocol(word)), word);
    for (const word of ['preserve', 'edge', 'aware']) assert.equal(formatMode(parseMode(word)), word);
    refuses(parseProtocol, { ESP: /write esp or ah$/, constructor: /not a protocol/ });
    refuses(parseMode, { default: /write preserve, edge or aware$/, toString: /not a mode/ });
    assert.equal(parseLifetime('3600'), 3600);
    assert.equal(parseLifetime('4294967295'), 4294967295);
    refuses(parseLifetime, { '0': /seconds/, '1h': /seconds/, '4294967296': /seconds/, '-5': /seconds/ });
    assert.equal(parseName('alice-up@site_1/2+x:y.z'), 'alice-up@site_1/2+x:y.z');
    refuses(parseName, {
      '': /1 to 64/,
      'a b': /1 to 64/,
      'a\u001b[31m': /\\u001b/,
      ['x'.repeat(65)]: /1 to 64/,
    });
  });
});

describe('words of an SA', () => {
  const parse = (words: Record<string, string>) => parseSa(new Map(Object.entries(words)));

  it('puts every word into its field', () => {
    const { SpiChoice } = messages.SaRequest;
    const words = {
      dst: '198.18.9.9',
      spi: '0xaaaa0001',
      to: '2001:DB8::2',
      'to-spi': '0x22220001',
      src: '198.18.1.2',
      proto: 'esp',
      encap: 'udp:any',
      'to-src': '2001:db8::9',
      'to-encap': 'none',
      mode: 'edge',
      hairpin: 'true',
      name: 'alice-up',
      lifetime: '60',
      'soft-lifetime': '50',
      idle: '20',
    };
    assert.deepEqual(Object.keys(words).sort(), Object.keys(SA_WORDS).sort());
    assert.deepEqual(parse(words), {
      dst: '198.18.9.9',
      spi: 0xaaaa0001,
      spiAuto: false,
      to: '2001:db8::2',
      toSpi: 0x22220001,
      toSpiChoice: SpiChoice.VALUE,
      src: '198.18.1.2',
      protocol: messages.Protocol.ESP,
      encap: { peerPort: 0, port: 4500 },
      toSrc: '2001:db8::9',
      toEncap: { none: true, sourcePort: 0, destinationPort: 0 },
      mode: messages.Mode.EDGE,
      hairpin: true,
      name: 'alice-up',
      lifetime: 60,
      softLifetime: 50,
      idle: 20,
    });
    assert.deepEqual(parse({ dst: '198.18.9.9', spi: 'auto', 'to-spi': 'auto' }), {
      dst: '198.18.9.9',
      spi: 0,
      spiAuto: true,
      toSpi: 0,
      toSpiChoice: SpiChoice.AUTO,
    });
    assert.equal(parse({ dst: '198.18.9.9', spi: '256', 'to-spi': 'same' }).toSpiChoice, SpiChoice.SAME);
  });

  it('names the word that is wrong, missing or unknown', () => {
    assert.throws(() => parse({ dst: '198.18.9.9' }), /^Error: spi SPI\|auto is missing/);
    assert.throws(() => parse({ dst: 'x', spi: '256' }), /^Error: dst: "x" is not an IP address/);
    assert.throws(() => parse({ dts: '198.18.9.9' }), /dts is no property of an SA \(did you mean dst\?\)/);
    assert.throws(() => parse({ hasOwnProperty: 'x' }), /no property of an SA/);
    const shown = () => parseSa(new Map([['spi', 'zz']]), (word) => `--${word}`);
    assert.throws(shown, /^Error: --spi: "zz" is not an SPI/);
  });
});
