import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import pino from 'pino';
import { limitedLog, OncePerInterval } from '../../src/observe/log.js';

describe('observe/log', () => {
  it('writes one JSON document a line on standard output, and the last one too', () => {
    const module = new URL('../../src/observe/log.js', import.meta.url).href;
    const script = `import(process.argv[1]).then(({ createLog }) => {
      const log = createLog('info');
      log.debug('no');
      for (let i = 0; i < 1000; i++) log.info({ i }, 'line');
      log.error({ error: new Error('oops') }, 'failed');
      process.exit(3);
    })`;
    let output = '';
    try {
      execFileSync(process.execPath, ['-e', script, module], { encoding: 'utf8' });
    } catch (error) {
      output = (error as { stdout: string }).stdout;
    }
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 1001);
    assert.deepEqual({ ...lines[7], time: '' }, { level: 'info', time: '', i: 7, msg: 'line' });
    assert.ok(Math.abs(Date.parse(lines[7].time) - Date.now()) < 60_000);
    assert.equal(lines.at(-1).error.message, 'oops');
  });

  it('lets one line per reason and interval through, and counts the others', () => {
    let now = 0;
    const limiter = new OncePerInterval(1000, () => now);
    const written: string[] = [];
    const run = (reason: string) =>
      limiter.run(reason, (suppressed) => written.push(`${now} ${reason} ${suppressed}`));
    for (now = 0; now < 2500; now += 100) {
      run('unknown-spi');
      if (now % 1000 === 900) run('truncated');
    }
    assert.deepEqual(written, [
      '0 unknown-spi 0',
      '900 truncated 0',
      '1000 unknown-spi 9',
      '1900 truncated 0',
      '2000 unknown-spi 9',
    ]);
  });

  it('says how many lines of what clients do were left out', () => {
    let now = 0;
    const lines: Record<string, unknown>[] = [];
    const target = pino(
      { base: null, timestamp: false },
      { write: (line) => void lines.push(JSON.parse(line)) },
    );
    const log = limitedLog(target, new OncePerInterval(1000, () => now));
    for (now = 0; now < 1500; now += 100) log.warn({ uid: now }, 'refused');
    log.error({ error: 1 }, 'failed');
    assert.deepEqual(
      lines.map(({ msg, uid, suppressed }) => [msg, uid, suppressed]),
      [
        ['refused', 0, undefined],
        ['refused', 1000, 9],
        ['failed', undefined, undefined],
      ],
    );
  });
});
