/**
 * The whole data plane beside two strangers: tshark reads what it sends, and a model in Python with scapy, written
 * from the specification alone, predicts the packets that it must send. The files stay in run/oracle/ for people to look at.
 * ORACLE_SEED=anything makes another corpus.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERDICTS } from '../../src/relay/verdict.js';
import { disagreements, disagreementsOfBatches } from './agree.js';
import { BREAKAGES } from './broken.js';
import { Choices, complaintAbout } from './compare.js';
import { generateCorpus, type Prediction, predict, type Scene } from './corpus.js';
import { complaintsAbout, dissectAll, type Frame } from './judge.js';
import { type Played, play, playInBatches } from './play.js';
import type { Dissected } from './tshark.js';

const DIRECTORY = 'run/oracle';
/** Fewest packets in the corpus. */
const LEAST_PACKETS = 2000;
/** Complaints shown of each test. */
const SHOWN = 12;
/** Every how many sent packets one is broken, in each way. */
const BREAK_EVERY = 23;

/** Verdicts that no packet of the corpus has: tests of rates, of the table's bounds and of attachments have them. */
const NOT_HERE = [
  ...VERDICTS.filter((verdict) => verdict.startsWith('ike-')),
  'fragment-limit',
  'rate-limit',
  'punt-full',
  'send-failed',
];

describe('oracle', function () {
  this.timeout(300_000);
  let scenes: readonly Scene[];
  let predictions: readonly Prediction[];
  let played: readonly Played[];
  let frames: readonly Frame[];
  /** tshark's word on each packet received, by scene, and on each sent. */
  let received: readonly (readonly Dissected[])[];
  let sent: readonly Dissected[];

  before(() => {
    mkdirSync(DIRECTORY, { recursive: true });
    const corpus = generateCorpus(process.env['ORACLE_SEED']);
    scenes = corpus.scenes;
    predictions = predict(corpus.text);
    played = scenes.map(play);
    frames = scenes.flatMap((scene, s) =>
      played[s]!.packets.flatMap(({ verdict, sent }, cause) =>
        sent.map((bytes) => ({ scene, cause, verdict, bytes })),
      ),
    );
    const packets = scenes.map((scene) =>
      scene.packets.map(({ hex }) => Uint8Array.from(Buffer.from(hex, 'hex'))),
    );
    const dissected = dissectAll(join(DIRECTORY, 'received.pcap'), packets.flat());
    let from = 0;
    received = packets.map(({ length }) => {
      from += length;
      return dissected.slice(from - length, from);
    });
    sent = dissectAll(
      join(DIRECTORY, 'sent.pcap'),
      frames.map(({ bytes }) => bytes),
    );
    writeFileSync(join(DIRECTORY, 'corpus.json'), corpus.text);
    writeFileSync(join(DIRECTORY, 'predictions.json'), JSON.stringify(predictions));
  });

  it('has thousands of packets, and every verdict among them', () => {
    const all = scenes.flatMap((scene, s) =>
      scene.packets.map(({ form }, i) => ({ form, verdict: predictions[s]!.packets[i]!.verdict })),
    );
    const verdicts = tally(predictions.flatMap(({ counted }) => Object.entries(counted)));
    const forms = tally(all.map(({ form }) => [form, 1]));
    console.log(`      ${all.length} packets received in ${scenes.length} scenes, ${frames.length} sent`);
    console.log(`      by verdict: ${words(verdicts)}`);
    console.log(`      by form: ${words(forms)}`);
    assert.ok(all.length >= LEAST_PACKETS);
    assert.deepEqual([...verdicts.keys()].sort(), expectedVerdicts());
  });

  it('the model predicts every verdict, and every byte that is sent', () => {
    const complaints = scenes.flatMap((scene, s) => disagreements(scene, predictions[s]!, played[s]!));
    writeFileSync(join(DIRECTORY, 'disagreements.txt'), complaints.join('\n'));
    assert.equal(complaints.length, 0, summary(complaints));
  });

  it('the model predicts the same of packets that share a batch', () => {
    const together = scenes.filter((scene) => scene.together);
    const complaints = together.flatMap((scene) =>
      disagreementsOfBatches(scene, predictions[scenes.indexOf(scene)]!, playInBatches(scene)),
    );
    assert.ok(together.length > 50);
    assert.equal(complaints.length, 0, summary(complaints));
  });

  it('the model predicts the counters, those of packets that waited too', () => {
    const complaints = scenes.flatMap((scene, s) => {
      const [want, have] = [predictions[s]!.counted, played[s]!.counted].map((counted) =>
        words(new Map(Object.entries(counted))),
      );
      return want === have ? [] : [`${scene.name}:\n  counted  ${have}\n  expected ${want}`];
    });
    assert.equal(complaints.length, 0, summary(complaints));
  });

  it('tshark finds no wrong checksum, no malformed packet, and no address or SPI but those of the SAs', () => {
    const complaints = frames.flatMap((frame, i) =>
      complaintsAbout(frame, sent[i]!, causeOf(frame)).map(
        (complaint) => `${place(frame)}, frame ${i + 1} of sent.pcap: ${complaint}`,
      ),
    );
    assert.equal(complaints.length, 0, summary(complaints));
  });

  for (const [name, breakage] of Object.entries(BREAKAGES)) {
    it(`both notice ${name} in copies of what is sent`, () => {
      const broken = frames
        .filter(
          ({ verdict }, i) => verdict === 'forward' && isWholeAndRight(sent[i]!) && i % BREAK_EVERY === 0,
        )
        .flatMap((frame) => {
          const bytes = breakage(frame.bytes, frame.scene);
          return bytes === undefined ? [] : [{ ...frame, bytes }];
        });
      assert.ok(broken.length > 20, `${broken.length} copies`);
      const dissected = dissectAll(
        join(DIRECTORY, 'broken.pcap'),
        broken.map(({ bytes }) => bytes),
      );
      const missed = broken.filter(
        (frame, i) => complaintsAbout(frame, dissected[i]!, causeOf(frame)).length === 0,
      );
      assert.equal(missed.length, 0, `tshark missed ${summary(missed.map(place))}`);
      const passed = broken.filter((frame) =>
        expectedOf(frame).some(
          (expected) => complaintAbout(frame.bytes, expected, new Choices()) === undefined,
        ),
      );
      assert.equal(passed.length, 0, `the model missed ${summary(passed.map(place))}`);
      console.log(`      ${broken.length} copies`);
    });
  }

  function causeOf({ scene, cause }: Frame): Dissected {
    return received[scenes.indexOf(scene)]![cause]!;
  }

  function expectedOf({ scene, cause }: Frame) {
    return predictions[scenes.indexOf(scene)]!.packets[cause]!.sent;
  }
});

/** Whose SPI and checksum tshark has seen. */
function isWholeAndRight({ complaints, isFragment, spis }: Dissected): boolean {
  return complaints.length === 0 && !isFragment && spis.length === 1;
}

function expectedVerdicts(): string[] {
  return VERDICTS.filter((verdict) => !NOT_HERE.includes(verdict)).sort();
}

function place({ scene, cause }: Frame): string {
  return `${scene.name}, packet ${cause}, ${scene.packets[cause]!.form}`;
}

function tally(entries: readonly (readonly [string, number])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [key, count] of entries) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}

function words(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => `${count} ${key}`)
    .join(', ');
}

function summary(complaints: readonly string[]): string {
  return `${complaints.length}:\n${complaints.slice(0, SHOWN).join('\n')}`;
}
