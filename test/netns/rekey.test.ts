/**
 * Rekeying by hand under load: the new SA is there before the old one goes, in the order receiver, relay, edge,
 * sender. The sender's kernel takes the newest SA as soon as it has it.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemon, EDGE_DOWN, EDGE_UP, RELAY_DOWN, RELAY_UP, type SaWords, tearDown } from './daemon.js';
import { kernelState } from './kernel.js';
import { NamespacePlace } from './place.js';
import { FIRST, type Guest, RELAY, SECOND, SPI_TO_FIRST, SPI_TO_SECOND, Topology } from './topology.js';
import { host, iperf } from './traffic.js';

const SECONDS = 30;
/** So much that a guest has time left for the commands of rekeying. */
const UDP = '-u -b 2M -l 1200 --pacing-timer 1000 --bidir';
const PINGS = 2700;
/** Longer than a packet is on its way, also on a busy machine. */
const SETTLE_MS = 500;

/** One direction: sender and receiver, and its SAs before and after. */
interface Direction {
  readonly sender: Guest;
  readonly receiver: Guest;
  readonly sentBy: string;
  readonly receivedBy: string;
  readonly old: { readonly spi: string; readonly relay: SaWords; readonly edge: SaWords };
  readonly new: { readonly spi: string; readonly relay: SaWords; readonly edge: SaWords };
}

const DIRECTIONS: Readonly<Record<'up' | 'down', Direction>> = {
  up: {
    sender: 'first',
    receiver: 'second',
    sentBy: `src ${FIRST} dst ${RELAY}`,
    receivedBy: `src ${RELAY} dst ${SECOND}`,
    old: { spi: SPI_TO_SECOND, relay: RELAY_UP, edge: EDGE_UP },
    new: {
      spi: '0x22220002',
      relay: { ...RELAY_UP, name: 'alice-2-up', spi: '0xaaaa0002', 'to-spi': '0x22220002' },
      edge: { ...EDGE_UP, name: 'alice-2-up', spi: '0x22220002', 'to-spi': '0xaaaa0002' },
    },
  },
  down: {
    sender: 'second',
    receiver: 'first',
    sentBy: `src ${SECOND} dst ${RELAY}`,
    receivedBy: `src ${RELAY} dst ${FIRST}`,
    old: { spi: SPI_TO_FIRST, relay: RELAY_DOWN, edge: EDGE_DOWN },
    new: {
      spi: '0x11110002',
      relay: { ...RELAY_DOWN, name: 'alice-2-down', spi: '0x11110002', 'to-spi': '0xbbbb0002' },
      edge: { ...EDGE_DOWN, name: 'alice-2-down', spi: '0xbbbb0002', 'to-spi': '0x11110002' },
    },
  },
};

describe('netns: rekeying by hand under load', function () {
  this.timeout(120_000);
  let topology: Topology;
  let relay: Daemon;
  let edge: Daemon;

  // For each try: the next could not begin with the half-done work of one before.
  beforeEach(async () => {
    topology = await Topology.up();
    await topology.ipsec();
    relay = await Daemon.start(new NamespacePlace(topology, 'relay'), { role: 'relay', sas: [] });
    edge = await Daemon.start(new NamespacePlace(topology, 'first-net'), { role: 'edge', sas: [] });
    for (const { old } of Object.values(DIRECTIONS)) {
      await relay.add(old.relay);
      await edge.add(old.edge);
    }
  });
  afterEach(() => tearDown(topology, edge, relay));

  /** Gives a guest's kernel one more SA. */
  const addState = (guest: Guest, addresses: string, spi: string, key: string) =>
    topology.library(
      `guest_exec ${guest} "ip xfrm state add ${addresses} proto esp spi ${spi} reqid 1 mode tunnel ` +
        `replay-window 32 $(sa_transform aes-gcm ${key})"`,
    );
  const deleteState = (guest: Guest, addresses: string, spi: string) =>
    topology.guest(guest, `ip xfrm state delete ${addresses} proto esp spi ${spi}`);

  /** Edge's and relay's counters of an SA. */
  async function carried(sa: Direction['old']): Promise<number[]> {
    const [first, second] = [await edge.sa(sa.edge['name']!), await relay.sa(sa.relay['name']!)];
    return [first.packets, second.packets];
  }

  /** The counters of an SA in sender's kernel, edge, relay and receiver's kernel. */
  async function counted({ sender, receiver }: Direction, sa: Direction['old']): Promise<number[]> {
    const [out, into] = await Promise.all([kernelState(topology, sender), kernelState(topology, receiver)]);
    return [out.sas.get(sa.spi)!.packets, ...(await carried(sa)), into.sas.get(sa.spi)!.packets];
  }

  /** @returns how many packets the old SA carried */
  async function rekey(direction: Direction): Promise<number> {
    const { sender, receiver, sentBy, receivedBy, old, new: next } = direction;
    const key = randomBytes(20).toString('hex');
    await addState(receiver, receivedBy, next.spi, key);
    await relay.add(next.relay);
    await edge.add(next.edge);
    await addState(sender, sentBy, next.spi, key);
    await sleep(SETTLE_MS);
    const [packets, ...others] = await counted(direction, old);
    assert.deepEqual(others, [packets, packets, packets], `packets of the old SA ${old.spi}`);
    assert.deepEqual(await carried(old), [packets, packets], `${old.spi} is still in use`);
    await deleteState(sender, sentBy, old.spi);
    await edge.cli('sa', 'delete', '--name', old.edge['name']!);
    await relay.cli('sa', 'delete', '--name', old.relay['name']!);
    await deleteState(receiver, receivedBy, old.spi);
    return packets!;
  }

  it('loses nothing in either direction', async function () {
    const [first, second] = [host(topology, 'first-host'), host(topology, 'second-host')];
    const traffic = iperf(first, second, SECONDS, UDP);
    const flood = first.run(`ping -q -i 0.01 -c ${PINGS} -W 2 -I ${first.address} ${second.address} || true`);
    for (const running of [traffic, flood]) running.catch(() => {});
    await sleep(1500);
    const onOld = [await rekey(DIRECTIONS.up), await rekey(DIRECTIONS.down)];
    const remaining = await Promise.race([traffic.then(() => 'over'), sleep(500, 'under way')]);
    assert.equal(remaining, 'under way', 'the traffic ended before both directions were rekeyed');
    const { packets, lost } = await traffic;
    assert.match(await flood, new RegExp(`${PINGS} packets transmitted, ${PINGS} received`));
    assert.equal(lost, 0, `${lost} of ${packets} datagrams were lost`);
    assert.ok(packets > SECONDS * 150, `${packets} datagrams`);

    for (const [i, direction] of Object.values(DIRECTIONS).entries()) {
      const [sent, ...others] = await counted(direction, direction.new);
      assert.deepEqual(others, [sent, sent, sent], `packets of the new SA ${direction.new.spi}`);
      assert.ok(sent! > 500 && onOld[i]! > 200, `${onOld[i]} packets on the old SA, ${sent} on the new`);
    }
    for (const guest of ['first', 'second'] as const) {
      const { sas, errors } = await kernelState(topology, guest);
      assert.deepEqual(errors, {}, `${guest}: /proc/net/xfrm_stat`);
      assert.deepEqual([...sas.keys()].sort(), ['0x11110002', '0x22220002']);
    }
    assert.deepEqual(Object.keys(await relay.verdicts()), ['forward']);
    const edgeVerdicts = Object.keys(await edge.verdicts()).filter((verdict) => verdict !== 'pass');
    assert.deepEqual(edgeVerdicts, ['forward']);
    this.test!.title += ` (${packets} datagrams and ${PINGS} pings; ${onOld.join(' and ')} on the old SAs)`;
  });
});
