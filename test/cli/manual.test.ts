/** The manual page is complete, and its examples work. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connectionJson, saJson, statusJson } from '../../src/cli/json.js';
import type { ConnectionReply, SaReply, StatusReply } from '../../src/control/client.js';
import { messages } from '../../src/control/message.js';
import { parseSa, SA_WORDS } from '../../src/control/sa-words.js';
import { specificationOf } from '../../src/daemon/sa-message.js';
import { ORIGINATED } from '../../src/relay/counters.js';
import { VERDICTS } from '../../src/relay/verdict.js';
import { SaDatabase } from '../../src/sad/database.js';
import type { SaPolicy } from '../../src/sad/policy.js';
import { parsePrefix } from '../../src/wire/address.js';

const PAGE = new URL('../../../src/cli/ipsec-relay.8', import.meta.url);
const source = readFileSync(PAGE, 'utf8').replaceAll('\\-', '-').replaceAll('\\e\n', '\\\n');

function section(name: string): string {
  const [, text] = new RegExp(`^\\.SH ${name}\n(.*?)(?=^\\.SH)`, 'ms').exec(source)!;
  return text!;
}

describe('ipsec-relay(8)', () => {
  it('is a manual page without a mistake', () => {
    const { error, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', PAGE.pathname], {
      encoding: 'utf8',
    });
    assert.equal(error, undefined);
    assert.equal(stderr, '');
  });

  it('lists every verdict in its order, and what is originated', () => {
    const entries = [...section('VERDICTS').matchAll(/^\.TP.*\n\.B (\S+)\n(\S.*)$/gm)].map(
      ([, word]) => word,
    );
    assert.deepEqual(entries, [...VERDICTS, ...ORIGINATED]);
  });

  it('has every word of an SA', () => {
    for (const [word, { value }] of Object.entries(SA_WORDS)) {
      assert.match(
        section('COMMANDS'),
        new RegExp(`^\\.B\\S* "?--${word}${value === undefined ? '$' : '\\b'}`, 'm'),
      );
    }
  });

  it('has every key of the JSON', () => {
    const text = section('JSON');
    const keys = [
      ...Object.keys(saJson(new messages.Sa({ addedMs: 1 }) as SaReply)),
      ...Object.keys(
        connectionJson(new messages.Connection({ firstLeg: {}, secondLeg: {} }) as ConnectionReply),
      ),
      ...Object.keys(statusJson(new messages.Status({ startedMs: 1 }) as StatusReply)),
    ];
    for (const key of keys) assert.match(text, new RegExp(`\\b${key}\\b`));
  });

  it('gives examples that a relay accepts, all together', () => {
    const policy: SaPolicy = { role: 'relay', addresses: ['198.18.9.9', '2001:db8:9::9'].map(parsePrefix) };
    const database = new SaDatabase(64, 1, policy, 1);
    const examples = [...section('EXAMPLES').matchAll(/^ipsec-relay sa add ((?:.*\\\n)*.*)$/gm)];
    for (const [, text] of examples) {
      const words = text!
        .replaceAll('\\\n', ' ')
        .trim()
        .split(/ (?=--)/);
      const request = parseSa(
        new Map(words.map((word) => [word.split(' ')[0]!.slice(2), word.split(' ')[1] ?? 'true'])),
      );
      database.add(specificationOf(request, policy), 'runtime', 1);
    }
    assert.equal(examples.length, 8);
    assert.equal(database.size, 8);
  });
});
