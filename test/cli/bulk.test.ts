import assert from 'node:assert/strict';
import { addSaFile, parseSaFile } from '../../src/cli/bulk.js';
import type { AddedSaReply } from '../../src/control/client.js';
import { Refusal, type SaRequest } from '../../src/control/handler.js';

const LINE = '--dst 198.18.9.9 --spi 0x100 --to 198.18.2.2';

describe('file of SAs', () => {
  it('holds one SA a line, comments and blank lines', () => {
    const text = `# first\n\n${LINE} --name a # trailing\r\n  sa add --dst=198.18.9.9\t--spi=auto --to 198.18.2.3\n`;
    const { requests, lines } = parseSaFile('f', text);
    assert.deepEqual(lines, [3, 4]);
    assert.deepEqual(
      requests.map(({ name, to, spiAuto }) => [name, to, spiAuto]),
      [
        ['a', '198.18.2.2', false],
        [undefined, '198.18.2.3', true],
      ],
    );
    assert.deepEqual(parseSaFile('f', '').requests, []);
  });

  it('takes flags, which have no value', () => {
    const text = `--hairpin ${LINE}\n${LINE} --hairpin\n--dst 198.18.9.9 --hairpin --spi 256\n${LINE}`;
    const { requests } = parseSaFile('f', text);
    assert.deepEqual(
      requests.map(({ hairpin, spi }) => [hairpin, spi]),
      [
        [true, 256],
        [true, 256],
        [true, 256],
        [undefined, 256],
      ],
    );
  });

  const mistakes: [string, RegExp][] = [
    [`${LINE} --hairpin=true`, /f:1: --hairpin takes no value/],
    [`${LINE} --hairpin true`, /f:1: "true" stands where an option such as --dst should/],
    [`${LINE} --hairpin --hairpin`, /f:1: --hairpin is given twice/],
    [`${LINE}\n--dst 198.18.9.9`, /^Error: f:2: --spi SPI\|auto is missing/],
    [`${LINE} --nmae x`, /^Error: f:1: --nmae is no property of an SA \(did you mean --name\?\)/],
    [`${LINE} --name`, /f:1: --name lacks its value/],
    ['--dst --spi 5', /f:1: --dst lacks its value/],
    [`${LINE} --spi 0x200`, /f:1: --spi is given twice/],
    ['198.18.9.9', /f:1: "198\.18\.9\.9" stands where an option such as --dst should/],
    ['--dst 198.18.9.9 --spi aaaa0001', /f:1: --spi: SPI "aaaa0001" lacks its 0x: write 0xaaaa0001/],
  ];
  for (const [text, message] of mistakes) {
    it(`with the mistake ${message.source}`, () => assert.throws(() => parseSaFile('f', text), message));
  }

  /** Accepts requests until the one that holds the SA counted from 0. */
  class Daemon {
    sizes: number[] = [];
    underWay = 0;
    mostUnderWay = 0;
    readonly bad: number;
    constructor(bad: number) {
      this.bad = bad;
    }
    async addSas(requests: SaRequest[]): Promise<AddedSaReply[]> {
      const start = this.sizes.reduce((sum, size) => sum + size, 0);
      this.sizes.push(requests.length);
      this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.underWay--;
      const position = this.bad - start + 1;
      if (position > 0 && position <= requests.length) throw new Refusal('it is taken', 'refused', position);
      return requests.map((_, i) => ({ id: start + i + 1 }) as AddedSaReply);
    }
  }

  const file = parseSaFile('f', `# header\n${`${LINE}\n`.repeat(30_000)}`);

  it('goes in requests of 4096, a few at a time, and comes back in order', async () => {
    const daemon = new Daemon(Number.NaN);
    const added = await addSaFile(daemon, file, false);
    assert.deepEqual(daemon.sizes, [...Array(7).fill(4096), 30_000 - 7 * 4096]);
    assert.deepEqual(
      added.map(({ id }) => id),
      Array.from({ length: 30_000 }, (_, i) => i + 1),
    );
    assert.equal(daemon.mostUnderWay, 4);
  });

  it('that is refused in the middle names the line and what was added', async () => {
    const daemon = new Daemon(5000);
    await assert.rejects(addSaFile(daemon, file, false), (error) => {
      assert.ok(error instanceof Refusal);
      const added = (daemon.sizes.length - 1) * 4096;
      assert.equal(
        error.message,
        `f:5002: it is taken (${added.toLocaleString('en-US')} SAs of the file were added, the rest not)`,
      );
      return true;
    });
    assert.ok(daemon.sizes.length <= 6);
  });

  it('that is refused at once says that nothing was added', async () => {
    const short = parseSaFile('f', LINE);
    await assert.rejects(
      addSaFile(new Daemon(0), short, false),
      /f:1: it is taken \(no SA of the file was added\)/,
    );
  });
});
