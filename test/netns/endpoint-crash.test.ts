/** kill -9 and restart: no sequence number is used twice under a key, and nothing that came is taken again. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyBytes } from '../../src/endpoint/algorithm.js';
import { SEQUENCE_BLOCK } from '../../src/endpoint/sa.js';
import { eventually } from './command.js';
import { EndpointProcess, endEndpoint } from './endpoint-process.js';
import { hostState } from './host-state.js';
import { Topology } from './topology.js';

const LOCAL = '192.0.2.1';
const PEER = '192.0.2.2';
const INNER = '10.1.0.77';
const REMOTE = '10.2.0.1';
const SPI = 0xaaaa0001;
const SPI_IN = 0xbbbb0001;
const ALGORITHM = 'aes-256-gcm';
const ESP_OFFSET = 20;

/** Sends IPv4 packets as they are, from a file of hexadecimal lines. */
const SEND = `import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for line in open(sys.argv[1]):
    p = bytes.fromhex(line)
    s.sendto(p, (socket.inet_ntoa(p[16:20]), 0))`;

/** Two endpoints, one in the namespace `relay` and one in `second-net`, on one wire. */
describe('netns: the endpoint after kill -9', function () {
  this.timeout(240_000);
  let topology: Topology;
  let endpoint: EndpointProcess;
  let other: EndpointProcess;

  const sas = (local: string, peer: string, own: string, theirs: string, spiOut: number, spiIn: number) => {
    const common = {
      local,
      peer,
      algorithm: ALGORITHM,
      'local-net': [`${own}/32`],
      'remote-net': [`${theirs}/32`],
    };
    const names = spiOut === SPI ? (['up', 'down'] as const) : (['down', 'up'] as const);
    return [
      { name: names[0], direction: 'out', spi: spiOut, ...common },
      { name: names[1], direction: 'in', spi: spiIn, ...common },
    ];
  };

  before(async () => {
    topology = await Topology.alone();
    await topology.library('ns_up second-net; ns_link relay wire second-net wire');
    await topology.exec('relay', 'ip', 'address', 'add', `${LOCAL}/24`, 'dev', 'wire');
    await topology.exec('second-net', 'ip', 'address', 'add', `${PEER}/24`, 'dev', 'wire');
    const key = () => randomBytes(keyBytes(ALGORITHM)).toString('hex');
    const keys = { up: key(), down: key() };
    endpoint = new EndpointProcess(topology, {
      namespace: 'relay',
      sas: sas(LOCAL, PEER, INNER, REMOTE, SPI, SPI_IN),
      keys,
      more: `addresses = ["${INNER}/32"]`,
    });
    other = new EndpointProcess(topology, {
      namespace: 'second-net',
      sas: sas(PEER, LOCAL, REMOTE, INNER, SPI_IN, SPI),
      keys,
      more: `addresses = ["${REMOTE}/32"]`,
    });
    await other.start();
  });
  after(async () => {
    if (other?.running) await other.stop();
    await endEndpoint(endpoint, topology);
  });

  /** Sends so many echo requests, and waits until the answers have come. */
  async function ping(count: number): Promise<void> {
    const decrypted = async () => (await endpoint.verdicts())['decrypt'] ?? 0;
    const before = await decrypted();
    await topology.outcome('relay', ['ping', '-q', '-c', String(count), '-i', '0.01', REMOTE]);
    await eventually(`${count} echoes`, async () => (await decrypted()) === before + count);
  }

  it('never uses a number or a nonce again, and takes nothing again that came before', async () => {
    const clean = await hostState(topology, 'relay');
    const capture = await topology.capture('relay', 'wire', 'esp');
    const runs = 4;
    for (let run = 0; run < runs; run++) {
      await endpoint.start();
      await ping(50);
      if (run < runs - 1) await endpoint.kill();
      else await endpoint.stop();
    }
    await endpoint.start();
    await ping(10);
    const recording = await capture.stop();
    const packets = recording.map((packet) => packet.subarray(ESP_OFFSET));
    const numbers = (spi: number) =>
      packets.filter((packet) => packet.readUInt32BE(0) === spi).map((packet) => packet.readUInt32BE(4));
    const up = numbers(SPI);
    assert.equal(up.length, runs * 50 + 10);
    assert.equal(new Set(up).size, up.length, 'a sequence number came twice');
    assert.deepEqual(
      up,
      [...up].sort((a, b) => a - b),
      'numbers only grow',
    );
    const ivs = packets
      .filter((packet) => packet.readUInt32BE(0) === SPI)
      .map((packet) => packet.toString('hex', 8, 16));
    assert.equal(new Set(ivs).size, ivs.length, 'a nonce came twice');
    // Each crash loses the numbers that were set aside; an orderly stop loses none.
    assert.equal(up[50], SEQUENCE_BLOCK + 1);
    assert.equal(up[150], 3 * SEQUENCE_BLOCK + 1);
    assert.equal(up[200], 3 * SEQUENCE_BLOCK + 51, 'after an orderly stop');

    // Every packet that came in any run, once more.
    const before = await endpoint.verdicts();
    const recorded = recording.filter((packet) => packet.readUInt32BE(ESP_OFFSET) === SPI_IN);
    const file = join(topology.directory, 'replays');
    writeFileSync(file, recorded.map((packet) => `${packet.toString('hex')}\n`).join(''));
    await topology.exec('second-net', '/usr/bin/python3', '-c', SEND, file);
    await eventually(
      'all replays refused',
      async () => ((await endpoint.verdicts())['replay'] ?? 0) === recorded.length,
      async () => JSON.stringify(await endpoint.verdicts()),
    );
    assert.equal((await endpoint.verdicts())['decrypt'], before['decrypt']);
    await ping(5);
    await endpoint.kill();

    // And after one more crash, before anything new has come.
    await endpoint.start();
    await topology.exec('second-net', '/usr/bin/python3', '-c', SEND, file);
    await eventually(
      'all replays refused after the crash',
      async () => ((await endpoint.verdicts())['replay'] ?? 0) === recorded.length,
      async () => JSON.stringify(await endpoint.verdicts()),
    );
    await ping(5);
    const { verdicts } = await endpoint.stop();
    assert.equal(verdicts['decrypt']!.packets, 5);
    assert.equal(await hostState(topology, 'relay'), clean, 'the host is as it was');
  });

  it('refuses and counts what is tampered with in any region, and an SPI that nobody knows', async () => {
    await endpoint.start();
    const capture = await topology.capture('relay', 'wire', 'esp');
    await ping(5);
    const [template = assert.fail()] = (await capture.stop()).filter(
      (packet) => packet.readUInt32BE(ESP_OFFSET) === SPI_IN,
    );
    // With a number that has not come yet, so that only the ICV tells.
    const ahead = (change: (packet: Buffer) => void): Buffer => {
      const packet = Buffer.from(template);
      packet.writeUInt32BE(packet.readUInt32BE(ESP_OFFSET + 4) + 100, ESP_OFFSET + 4);
      change(packet);
      return packet;
    };
    const tampered = Array.from({ length: template.length - ESP_OFFSET - 8 }, (_, i) =>
      ahead((packet) => {
        packet[ESP_OFFSET + 8 + i]! ^= 1;
      }),
    );
    const strange = ahead((packet) => packet.writeUInt32BE(0x12345678, ESP_OFFSET));
    const file = join(topology.directory, 'tampered');
    writeFileSync(file, [...tampered, strange].map((packet) => `${packet.toString('hex')}\n`).join(''));
    await topology.exec('second-net', '/usr/bin/python3', '-c', SEND, file);
    await eventually(
      'all refused',
      async () => {
        const verdicts = await endpoint.verdicts();
        return verdicts['integrity'] === tampered.length && verdicts['unknown-spi'] === 1;
      },
      async () => JSON.stringify(await endpoint.verdicts()),
    );
    await ping(5);
    const { verdicts } = await endpoint.stop();
    assert.equal(verdicts['decrypt']!.packets, 10);
  });
});
