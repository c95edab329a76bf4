/** The fast path as this machine's kernel runs it, beside the workers, over one table. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { linkNamed } from '../../src/host/netlink.js';
import { native } from '../../src/native/index.js';
import { fastPathSettings } from '../../src/relay/fast-path/layout.js';
import { LatestSources } from '../../src/table/latest-source.js';
import {
  COUNTER_BYTES,
  COUNTER_LAST,
  COUNTER_PACKETS,
  COUNTER_STRIDE,
  KERNEL_CLOCK,
  KIND_AH,
  KIND_UDP,
  sourceWords,
} from '../../src/table/layout.js';
import { recomputeIpv4Checksum, setIpv4Identification } from '../../src/wire/ipv4.js';
import { hex } from '../model/bytes.js';
import { corpus } from '../model/corpus.js';
import { type DefinitionWords, define } from '../model/definition.js';
import { buildIpv6 } from '../model/ipv6.js';
import { LONGEST_MUTATION, Mutator } from '../model/mutation.js';
import { buildPacket, type PacketFields } from '../model/packet.js';
import { Rig } from '../model/rig.js';
import { AH, ah, ESP, esp, UDP, udp } from '../model/upper.js';
import { FIRST, RELAY, SECOND, WORLD } from '../model/world.js';
import { describeInNamespace } from '../native/in-namespace.js';

const PROGRAM = readFileSync(new URL('../../../native/build/bpf/fast-path.bpf.o', import.meta.url));
const ETHERNET_HEADER = 14;
const MUTATIONS = 60_000;
/** What the program returns: "not mine" (TC_ACT_UNSPEC), and what bpf_redirect makes of it. */
const PASSED = 0xffffffff;
const REDIRECTED = 7;
const NEXT_HOP = '02:00:00:00:00:fe';
const NETWORK = `
ip link set lo up
ip link add out type veth peer name far
ip link set far up
ip link set out mtu 65535 up
ip link set far mtu 65535
ip addr add 192.0.2.1/24 dev out
ip route add default via 192.0.2.254
ip neigh add 192.0.2.254 lladdr ${NEXT_HOP} dev out nud permanent
ip addr add 2001:db8:eeee::1/64 dev out nodad
ip -6 route add default via 2001:db8:eeee::fe
ip neigh add 2001:db8:eeee::fe lladdr ${NEXT_HOP} dev out nud permanent
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding`;

type Family = 4 | 6;
/** A form, its packet's protocol, body and further fields, and the words of its SA. */
type Case = readonly [string, number, readonly number[], PacketFields, DefinitionWords];

describeInNamespace('relay/fast-path', import.meta.url, ({ it, before, afterEach }) => {
  let link = 0;
  const programs: number[] = [];

  before(() => {
    writeFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', '0');
    writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '0');
    execFileSync('sh', ['-ec', NETWORK]);
    link = linkNamed('out')!.index;
  });
  afterEach(() => {
    for (const program of programs.splice(0)) native.close(program);
  });

  /** Loads the program over a rig's table. @returns what becomes of a packet; undefined: it goes on to the kernel as it came */
  function fastPath({ memory }: Rig): (packet: Uint8Array) => Uint8Array | undefined {
    const program = native.bpfLoadOver(
      PROGRAM,
      fastPathSettings(memory, link),
      new Uint8Array(memory.records.buffer),
    );
    programs.push(program);
    const { kernelState, kernelLinks } = memory;
    kernelLinks[link] = 1;
    kernelState[KERNEL_CLOCK] = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
    return (packet) => {
      const frame = new Uint8Array(ETHERNET_HEADER + packet.length);
      frame.set(packet, ETHERNET_HEADER);
      frame.set(packet[0]! >>> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00], 12);
      const action = native.bpfTestRun(program, frame);
      const after = frame.slice(ETHERNET_HEADER);
      if (action === PASSED) {
        assert.equal(hex(after), hex(packet));
        return undefined;
      }
      assert.equal(action, REDIRECTED);
      assert.equal(hex(frame.subarray(0, 6)), NEXT_HOP.replaceAll(':', ''));
      return after;
    };
  }

  /** Without the identification, which is the next one for either. */
  const plain = (packet: Uint8Array) => {
    const bytes = packet.slice();
    const view = new DataView(bytes.buffer);
    if (bytes[0]! >>> 4 === 4) {
      const sound = bytes.slice();
      recomputeIpv4Checksum(new DataView(sound.buffer), 0);
      assert.equal(hex(bytes), hex(sound), 'the header checksum is wrong');
      setIpv4Identification(view, 0, 0);
      recomputeIpv4Checksum(view, 0);
    }
    return hex(bytes);
  };

  const between = (family: Family) => [FIRST[family], RELAY[family]] as const;
  const build = (family: Family, protocol: number, body: readonly number[], more: PacketFields = {}) => {
    const [source, destination] = between(family);
    const packet = { source, destination, protocol, body, ...more };
    return family === 4 ? buildPacket(packet) : buildIpv6(packet);
  };

  it('does to mutations of the corpus what a worker does, or leaves them alone', () => {
    const rig = new Rig({ sas: WORLD });
    const run = fastPath(rig);
    const mutator = new Mutator(
      corpus('relay').map(({ bytes }) => bytes),
      20,
    );
    const buffer = new Uint8Array(LONGEST_MUTATION);
    const counts = { taken: 0, left: 0 };
    for (let i = 0; i < MUTATIONS; i++) {
      const packet = buffer.slice(0, mutator.next(buffer, 0));
      // The kernel runs no program on less.
      if (packet.length < (packet[0]! >>> 4 === 6 ? 40 : 20)) continue;
      const [outcome] = rig.run([packet.slice()]);
      const sent = run(packet);
      if (sent === undefined) {
        counts.left++;
        continue;
      }
      counts.taken++;
      assert.equal(outcome!.verdict, 'forward', hex(packet));
      assert.equal(plain(sent), plain(outcome!.packet!), hex(packet));
    }
    assert.ok(counts.taken > 1000 && counts.left > 1000, JSON.stringify(counts));
  });

  for (const family of [4, 6] as const) {
    const [first, relay, second] = [FIRST[family], RELAY[family], SECOND[family]];
    const udpBody = (checksum?: number) =>
      udp(esp(0x1000), {
        sourcePort: 4500,
        ...(checksum === undefined ? { between: between(family) } : { checksum }),
      });
    const cases: Case[] = [
      ['ESP', ESP, esp(0x1000), {}, {}],
      ['AH', AH, ah(0x1000), {}, { kind: KIND_AH }],
      ['UDP', UDP, udpBody(), {}, { kind: KIND_UDP, toPorts: [4500, 4501] as const }],
      ...(family === 4
        ? ([
            ['UDP without checksum', UDP, udpBody(0), {}, { kind: KIND_UDP, toPorts: [4500, 4501] as const }],
            ['ESP that may be fragmented', ESP, esp(0x1000), { flagsAndOffset: 0 }, {}],
          ] as Case[])
        : []),
    ];
    for (const [form, protocol, body, more, words] of cases) {
      it(`takes ${form} over IPv${family}, and counts it with its source`, () => {
        const rig = new Rig();
        const slot = rig.writer.insert(
          define({ dst: relay, spi: 0x1000, to: second, toSpi: 0x2000, toSrc: relay, ...words }),
        );
        const packet = build(family, protocol, body, more);
        // Of an IPv6 source a worker takes the first packet.
        const [outcome] = rig.run([packet.slice()]);
        const run = fastPath(rig);
        const sent = run(packet);
        assert.ok(sent, 'it was left to the workers');
        assert.equal(plain(sent), plain(outcome!.packet!));
        const { kernelCounters } = rig.memory;
        const at = (slot - 1) * COUNTER_STRIDE;
        const integers = new BigUint64Array(kernelCounters.buffer, kernelCounters.byteOffset);
        assert.equal(integers[at + COUNTER_PACKETS], 1n);
        assert.equal(integers[at + COUNTER_BYTES], BigInt(packet.length));
        assert.ok(Math.abs(kernelCounters[at + COUNTER_LAST]! - Date.now()) < 1000);
        if (family === 4) {
          assert.equal(sourceWords(kernelCounters)[at * 2 + 6]! >>> 0, 0xc6120101);
          assert.equal(sourceWords(kernelCounters)[at * 2 + 7], form.startsWith('UDP') ? 4500 : 0);
        } else {
          assert.ok(new LatestSources(rig.memory).read(slot));
        }
        // What follows holds at once: a longer packet than the way carries, another record, none.
        rig.writer.setEgressMtu(slot, packet.length - 1);
        assert.equal(run(packet), undefined);
        rig.writer.setEgressMtu(slot, packet.length);
        assert.ok(run(packet));
        rig.writer.remove(slot);
        assert.equal(run(packet), undefined);
      });
    }

    it(`takes the SA over IPv${family} whose required source it has, before one that requires none`, () => {
      const rig = new Rig();
      const words = {
        kind: KIND_UDP,
        dst: relay,
        spi: 0x1000,
        to: second,
        toSrc: relay,
        toPorts: [4500, 4500],
      } as const;
      rig.writer.insert(define({ ...words, toSpi: 0x3000 }));
      rig.writer.insert(define({ ...words, toSpi: 0x3001, src: first }));
      rig.writer.insert(define({ ...words, toSpi: 0x3002, srcPort: 4600 }));
      rig.writer.insert(define({ ...words, toSpi: 0x3003, src: first, srcPort: 4500 }));
      for (const [source, sourcePort, spi] of [
        [first, 4500, 0x3003],
        [first, 4600, 0x3001],
        [second, 4600, 0x3002],
        [second, 4700, 0x3000],
      ] as const) {
        const body = udp(esp(0x1000), { sourcePort, between: [source, relay] });
        const packet = build(family, UDP, body, { source });
        const [outcome] = rig.run([packet.slice()]);
        const sent = fastPath(rig)(packet);
        assert.ok(sent, `${source} ${sourcePort}`);
        assert.equal(new DataView(sent.buffer).getUint32(family === 4 ? 28 : 48), spi);
        assert.equal(plain(sent), plain(outcome!.packet!));
      }
    });
  }

  it('leaves alone what a worker has more to do with: fragments, the last hop, options, another form, no next hop', () => {
    const rig = new Rig();
    const words = { dst: RELAY[4], spi: 0x1000, to: SECOND[4], toSpi: 0x2000, toSrc: RELAY[4] };
    rig.writer.insert(define(words));
    rig.writer.insert(define({ ...words, spi: 0x1001, toKind: KIND_UDP, toPorts: [4500, 4500] }));
    rig.writer.insert(define({ ...words, spi: 0x1002, to: SECOND[6], toSrc: RELAY[6] }));
    rig.writer.insert(define({ ...words, spi: 0x1003, to: '192.0.2.77' }));
    const run = fastPath(rig);
    assert.ok(run(build(4, ESP, esp(0x1000))));
    for (const [what, packet] of Object.entries({
      'a first fragment': build(4, ESP, esp(0x1000), { flagsAndOffset: 0x2000 }),
      'a later fragment': build(4, ESP, esp(0x1000), { flagsAndOffset: 10 }),
      'the last hop': build(4, ESP, esp(0x1000), { ttl: 1 }),
      options: build(4, ESP, esp(0x1000), { options: [1, 1, 1, 0] }),
      'another encapsulation': build(4, ESP, esp(0x1001)),
      'another family': build(4, ESP, esp(0x1002)),
      'a next hop that is not known': build(4, ESP, esp(0x1003)),
      'an unknown SPI': build(4, ESP, esp(0x1004)),
    })) {
      assert.equal(run(packet), undefined, what);
    }
    const damaged = build(4, ESP, esp(0x1000));
    damaged[10]! ^= 1;
    assert.equal(run(damaged), undefined, 'a wrong checksum');
    assert.equal(run(build(4, ESP, esp(0x1000)).subarray(0, 30)), undefined, 'cut');
  });
});
