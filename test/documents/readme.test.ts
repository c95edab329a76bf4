/** README.md's configurations are valid, its walk-through uses the files of the demo, and its tables have today's columns. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Style } from '../../src/cli/layout.js';
import { renderConnections, renderSeconds, renderServices } from '../../src/cli/render-connection.js';
import { parseConfig } from '../../src/config/config.js';
import { exchangeNotes } from '../../src/config/exchange.js';
import { messages } from '../../src/control/message.js';
import { checkSas } from '../../src/daemon/daemon.js';

const CHECKOUT = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');
/** Files that the commands write, in order. */
const files = [...page.matchAll(/^cat >(\S+) <<'END'\n([\s\S]*?)^END$/gm)].map(([, path, text]) => ({
  path: path!,
  text: text!,
}));

describe('documents: README.md', () => {
  it('has valid configurations, in which nothing is left without use', () => {
    const configurations = files.filter(({ path }) => path.endsWith('.toml'));
    assert.ok(configurations.length >= 4, `${configurations.length} configurations`);
    for (const { path, text } of configurations) {
      const config = parseConfig(text, path);
      assert.equal(checkSas(config), undefined, path);
      if (config.role === 'relay') assert.deepEqual(exchangeNotes(config.exchange), [], path);
    }
  });

  it('walks through the very files that make demo runs', () => {
    const demo = (name: string) => readFileSync(join(CHECKOUT, 'netns-scripts/demo/vpn', name), 'utf8');
    const written = (name: string) => files.find(({ path }) => path.endsWith(`/${name}`))!.text;
    const untilControl = (text: string) => text.slice(0, text.indexOf('[control]'));
    for (const name of ['gateway.conf', 'laptop.conf']) assert.equal(written(name), demo(name), name);
    assert.equal(untilControl(written('relay.toml')), untilControl(demo('relay.toml')));
  });

  it('has tables with the columns that the commands print', () => {
    const style: Style = { width: 200, tableWidth: 200, colour: false, now: 0 };
    const connection = (fields: object) => new messages.Connection({ id: 1, sas: [], ...fields }) as never;
    const headings = [
      renderConnections([connection({ service: 'vpn', second: 'gw1' })], style),
      renderConnections([connection({ name: 'alice' })], style),
      renderSeconds([new messages.Second({ name: 'gw1' }) as never], style),
      renderServices([new messages.Service({ name: 'vpn' }) as never], style),
    ].map((text) => text.split('\n', 1)[0]!.split(/ +/).join(' '));
    const shown = page.split('\n').filter((line) => /^ *(ID|NAME) +[A-Z]/.test(line));
    assert.ok(shown.length >= 4, `${shown.length} tables`);
    for (const line of shown)
      assert.ok(
        headings.includes(line.trim().split(/ +/).join(' ')),
        `${line} is none of ${headings.join('; ')}`,
      );
  });
});
