// tables.mjs KIND DIRECTORY: prints a table of demo.sh's story from what demo.sh recorded in DIRECTORY.
//   sas        the SAs of both kernels and what edge and relay hold (*.xfrm: ip -s xfrm state; *.json: sa list)
//   packets    one packet of each direction in three places (packets.tsv: tshark's fields, in the order of PACKET_FIELDS);
//              exits with 1 unless only what should be substituted differs
//   counters   packets counted by each of the four, and the kernels' failures (*.xfrm_stat: /proc/net/xfrm_stat);
//              exits with 1 unless every failure counter is zero
//   throughput both runs (iperf3-*.json: iperf3 -J)
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [kind, directory] = process.argv.slice(2);
const read = (name) => readFileSync(join(directory, name), 'utf8');
const lines = (text) => text.split('\n').filter((line) => line !== '');

const colours = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const paint = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint('1');
const dim = paint('2');
const changed = paint('1;33');
const same = paint('32');
const wrong = paint('1;31');
const count = (number) => number.toLocaleString('en-US');

/** The SAs of `ip -s xfrm state`: { source, destination, spi, key, packets, failures }. */
function kernelSas(name) {
  return read(`${name}.xfrm`)
    .split(/^(?=src )/m)
    .map((block) => {
      const field = (pattern) => block.match(pattern).slice(1);
      const [source, destination] = field(/^src (\S+) dst (\S+)/);
      const [spi] = field(/spi (0x[0-9a-f]{8})/);
      const [key] = field(/aead \S+ 0x([0-9a-f]+)/);
      const [packets] = field(/(\d+)\(packets\)\n\s*add/);
      const failures = field(/replay-window (\d+) replay (\d+) failed (\d+)/).map(Number);
      return { source, destination, spi, key, packets: Number(packets), failures };
    });
}

/** The SAs that edge or relay holds. */
const heldSas = (name) => JSON.parse(read(`${name}.json`)).sas;
/** The SAs of both directions in the order in which a packet meets their holders. */
function journeys() {
  const [first, second, edge, relay] = [
    kernelSas('first'),
    kernelSas('second'),
    heldSas('edge'),
    heldSas('relay'),
  ];
  const kernel = (holder, sas, spi) => ({ holder, kernel: sas.find((sa) => sa.spi === spi) });
  const substituting = (holder, sas, name) => ({ holder, sa: sas.find((sa) => sa.name === name) });
  const up = [substituting('edge', edge, 'alice-up'), substituting('relay', relay, 'alice-up')];
  const down = [substituting('relay', relay, 'alice-down'), substituting('edge', edge, 'alice-down')];
  return [
    [
      'first to second',
      kernel("first's kernel", first, up[0].sa.spi),
      ...up,
      kernel("second's kernel", second, up[1].sa.to_spi),
    ],
    [
      'second to first',
      kernel("second's kernel", second, down[0].sa.spi),
      ...down,
      kernel("first's kernel", first, down[1].sa.to_spi),
    ],
  ];
}

function sas() {
  const row = (holder, from, to, spi, toSpi, key) =>
    `  ${holder.padEnd(15)} ${from.padStart(10)} > ${to.padEnd(11)} ${spi.padEnd(10)} ${toSpi.padEnd(13)} ${key}`;
  for (const [title, ...steps] of journeys()) {
    console.log(
      `  ${bold(title.padEnd(15))} ${dim('    source > destination SPI                      key')}`,
    );
    for (const { holder, kernel, sa } of steps) {
      if (kernel)
        console.log(
          row(holder, kernel.source, kernel.destination, kernel.spi, '', `${kernel.key.slice(0, 6)}..`),
        );
      else console.log(row(holder, sa.to_src ?? 'same', sa.to, sa.spi, changed(`-> ${sa.to_spi}`), 'none'));
    }
    console.log();
  }
}

const PACKET_FIELDS = [
  'place',
  'source',
  'destination',
  'ttl',
  'spi',
  'sequence',
  'iv',
  'data',
  'icv',
  'icvGood',
  'icmpType',
];
const PLACES = {
  'first-wire': ["first's wire", 'at the kernel'],
  'leg-one': ['leg one', 'edge - relay'],
  'leg-two': ['leg two', 'relay - second'],
};

function packets() {
  const all = lines(read('packets.tsv')).map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(PACKET_FIELDS.map((name, index) => [name, values[index]]));
  });
  const up = trace(all, '8', ['first-wire', 'leg-one', 'leg-two']);
  const down = trace(all, '0', ['leg-two', 'leg-one', 'first-wire']);
  packetTable('first to second, an echo request', up);
  packetTable('second to first, its reply', down);
  const asExpected = [up, down].every((places) => {
    const [one, two, three] = places;
    return (
      new Set(places.map((packet) => `${packet.sequence} ${payload(packet)}`)).size === 1 &&
      one.spi === three.spi &&
      two.spi !== one.spi &&
      one.destination !== three.destination &&
      one.icvGood === '1' &&
      two.icvGood !== '1' &&
      three.icvGood === '1'
    );
  });
  if (!asExpected) process.exitCode = 1;
}

/** The first packet of an ICMP type, in each of three places; its sequence number and IV tell it. */
function trace(all, icmpType, places) {
  const start = all.find((packet) => packet.place === places[0] && packet.icmpType === icmpType);
  return places.map((place) => {
    const found = all.find(
      (packet) => packet.place === place && packet.sequence === start?.sequence && packet.iv === start.iv,
    );
    if (found === undefined) throw new Error(`no packet of ICMP type ${icmpType} was recorded on ${place}`);
    return found;
  });
}

/** All that follows the sequence number: IV, ciphertext, ICV. */
const payload = ({ iv, data, icv }) => Buffer.from(iv + data + icv, 'hex');
const digest = (packet) => createHash('sha256').update(payload(packet)).digest('hex').slice(0, 12);

function packetTable(title, places) {
  const cell = (text, colour = (same) => same) => colour(text.padEnd(18));
  const row = (name, cells) => console.log(`    ${name.padEnd(16)}${cells.join('').trimEnd()}`);
  /** Marks the fields that differ from the place before. */
  const substituted = (field) =>
    places.map((packet, index) => {
      const differs = index > 0 && packet[field] !== places[index - 1][field];
      return cell(differs ? `${packet[field]} *` : packet[field], differs ? changed : undefined);
    });
  console.log(`  ${bold(title)}`);
  row(
    '',
    places.map((packet) => cell(PLACES[packet.place][0], bold)),
  );
  row(
    '',
    places.map((packet) => cell(PLACES[packet.place][1], dim)),
  );
  for (const field of ['source', 'destination']) row(field, substituted(field));
  row('SPI', substituted('spi'));
  row(
    'sequence number',
    places.map((packet) => cell(packet.sequence, same)),
  );
  row(
    'payload',
    places.map((packet) => cell(`${payload(packet).length} bytes`, same)),
  );
  row(
    '  its SHA-256',
    places.map((packet) => cell(`${digest(packet)}..`, same)),
  );
  row(
    'TTL',
    places.map((packet) => cell(packet.ttl)),
  );
  row(
    'ICV, by tshark',
    places.map((packet) => (packet.icvGood === '1' ? cell('correct', same) : cell('incorrect', changed))),
  );
  console.log();
}

function counters() {
  console.log(
    `  ${bold('packets counted'.padEnd(20))}${dim("first's kernel      edge     relay  second's kernel")}`,
  );
  for (const [title, ...steps] of journeys()) {
    const inOrder = title.startsWith('first') ? steps : steps.toReversed();
    const [first, edge, relay, second] = inOrder.map(({ kernel, sa }) => count((kernel ?? sa).packets));
    console.log(
      `  ${title.padEnd(20)}${first.padStart(14)}${edge.padStart(10)}${relay.padStart(10)}${second.padStart(17)}`,
    );
  }
  console.log();
  let failures = 0;
  for (const name of ['first', 'second']) {
    const values = lines(read(`${name}.xfrm_stat`)).map((line) => line.split(/\s+/));
    const bad = values.filter(([, value]) => value !== '0').map(([counter, value]) => `${counter} ${value}`);
    for (const sa of kernelSas(name)) {
      for (const [index, reason] of ['outside the replay window', 'replayed', 'wrong ICV'].entries()) {
        if (sa.failures[index]) bad.push(`${reason} ${sa.failures[index]} (${sa.spi})`);
      }
    }
    failures += bad.length;
    const verdict = bad.length ? wrong(bad.join(', ')) : same('all zero');
    console.log(
      `  failures of ${`${name}'s kernel`.padEnd(16)} ${values.length} counters and those of both SAs: ${verdict}`,
    );
  }
  if (failures) process.exitCode = 1;
}

function throughput() {
  const rate = (name) => JSON.parse(read(`iperf3-${name}.json`)).end.sum_received.bits_per_second;
  const [direct, relayed] = [rate('direct'), rate('relayed')];
  const row = (name, bits, note) => {
    const bar = '#'.repeat(Math.max(1, Math.round((30 * bits) / Math.max(direct, relayed))));
    console.log(
      `  ${name.padEnd(10)}${(bits / 1e6).toFixed(0).padStart(6)} Mbit/s  ${same(bar.padEnd(30))}  ${note}`,
    );
  };
  row('direct', direct, '');
  row('relayed', relayed, bold(`${(relayed / direct).toFixed(2)} of direct`));
}

const tables = { sas, packets, counters, throughput };
tables[kind]();
