/** The manual page is complete, and its examples work. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/config/config.js';
import { SA_WORDS } from '../../src/control/sa-words.js';
import { checkSas } from '../../src/daemon/daemon.js';

const PAGE = new URL('../../../src/daemon/ipsec-relayd.8', import.meta.url);
const source = readFileSync(PAGE, 'utf8').replaceAll('\\-', '-');
const configuration = source.slice(
  source.indexOf('.SH CONFIGURATION'),
  source.indexOf('.SH WHAT IS CHANGED'),
);

/** Keys that the file may have, as the refusal of an unknown one names them: one letter off each. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '[relay]': [
    'addresses',
    'attachment',
    'interface',
    'workers',
    'max-sas',
    'lookup',
    'mtu',
    'keepalive',
    'udp6-zero-checksum',
    'shared-address',
    'spi-filter',
  ],
  '[edge]': [
    'relays',
    'addresses',
    'seconds',
    'interface',
    'workers',
    'max-sas',
    'lookup',
    'mtu',
    'udp6-zero-checksum',
  ],
  '[[second]]': ['name', 'addresses', 'weight'],
  '[[service]]': ['name', 'addresses', 'seconds', 'from', 'towards', 'balance'],
  '[exchange]': [
    'half-open',
    'half-open-per-prefix',
    'half-open-timeout',
    'cookie-threshold',
    'stranger-rate',
    'idle',
    'connections',
    'learn-spis',
    'ports',
  ],
  '[fragments]': ['memory', 'timeout', 'datagrams', 'rate'],
  '[icmp]': ['rate', 'translate-rate'],
};

describe('ipsec-relayd(8)', () => {
  it('is a manual page without a mistake', () => {
    const { error, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', PAGE.pathname], {
      encoding: 'utf8',
    });
    assert.equal(error, undefined);
    assert.equal(stderr, '');
  });

  for (const [heading, keys] of Object.entries(KEYS)) {
    it(`has every key of ${heading}`, () => {
      const from = configuration.indexOf(`.SS ${heading}`);
      const text = configuration.slice(from, configuration.indexOf('.SS ', from + 4));
      for (const key of keys) {
        assert.match(text, new RegExp(`^\\.BR .*(?<![\\w-])${key}(?![\\w-])`, 'm'), key);
        const section = `${heading}\n${key}x = 1`;
        const file =
          heading === '[relay]' || heading === '[edge]'
            ? section
            : `[relay]\naddresses = ["198.18.9.9"]\n${section}`;
        assert.throws(
          () => parseConfig(file, 'f'),
          new RegExp(`${key}x: unknown key; the nearest known key is "${key}"`),
        );
      }
    });
  }

  it('has every word of an SA', () => {
    const text = configuration.slice(configuration.indexOf('.SS [[sa]]'));
    for (const word of Object.keys(SA_WORDS)) assert.match(text, new RegExp(`(?<![\\w-])${word}(?![\\w-])`));
  });

  it('gives examples that are valid', () => {
    const examples = [...source.matchAll(/^\.nf\n(\[(?:relay|edge)\]\n.*?)^\.fi/gms)].map(
      ([, text]) => text!,
    );
    for (const text of examples) assert.equal(checkSas(parseConfig(text, 'example.toml')), undefined, text);
    assert.equal(examples.length, 6);
  });
});
