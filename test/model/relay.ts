/**
 * The whole data plane the slow, obvious way: parses into plain fields, finds the SA by filtering a list,
 * builds every header anew and sums every checksum in full. Without limits of memory, time and rate.
 */
import type { Verdict } from '../../src/relay/verdict.js';
import type { SaDefinition } from '../../src/table/definition.js';
import { KIND_ESP, KIND_UDP } from '../../src/table/layout.js';
import { familyOf, formatAddress } from '../../src/wire/address.js';
import { word16 } from './bytes.js';
import { classify, findSa, type Settings, type Shown, withoutSurplus } from './classify.js';
import { decideEgress, FLOOR, fragment, reassemble } from './egress.js';
import {
  echoReply,
  emitted,
  hasIcmpHeader,
  isEchoRequest,
  isError,
  isIcmp,
  isRightIcmp,
  mayAnswer,
  type OwnError,
  type Quote,
  quotedBytes,
  readQuote,
  shownByQuote,
} from './icmp.js';
import { type End, type Meaning, requote, toldMtu, translateMeaning } from './icmp-translation.js';
import { decode, type Ip, type Place, placeOf } from './ip.js';
import { isPossible, Reassembly } from './reassembly.js';
import { type First, reheader, rewrite, type Sent, settleDontFragment } from './rewrite.js';
import type { SadModel } from './sad.js';
import { ICMP, ICMPV6 } from './upper.js';

/** MTU hint of an SA about whose way out nothing is known. */
export const MTU_UNKNOWN = 65535;

export interface ModelOptions extends Partial<Settings> {
  readonly sad: SadModel;
  readonly kernelHops?: number;
  /** Longest packet that each SA may emit, bytes; unknown for those that are missing. */
  readonly mtus?: ReadonlyMap<SaDefinition, number>;
  /** Shared-address mode, relay role: packets that are not about an SA are sent on. */
  readonly passesOthers?: boolean;
}

/** An ICMP error in translation. */
export interface Translation {
  /** Its header; the body is to be made of the rest. */
  readonly outer: Sent;
  readonly meaning: Meaning;
  readonly quote: Quote;
}

/** The outcome of a received packet. */
export interface Fate {
  readonly verdict: Verdict;
  /** The packet that leaves in its place, in pieces if it is fragmented. */
  readonly sent: readonly Sent[];
  readonly error?: OwnError;
  readonly translation?: Translation;
  /** `sent` was put together out of fragments, so that it does not leave in the place of one. */
  readonly isAssembled?: true;
  /** `sent` is a datagram of its own, not a piece of one that was received in pieces. */
  readonly isWhole?: boolean;
}

/** A packet in the middle of its way: its SA, and of a later fragment the fields of its first one. */
interface Decided {
  readonly sa: SaDefinition;
  readonly first: First;
}

type Decision = Verdict | Decided | 'collect';

export class RelayModel {
  readonly #sad: SadModel;
  readonly #settings: Settings;
  readonly #passes: boolean;
  readonly #kernelHops: number;
  readonly #mtus: Map<SaDefinition, number>;
  readonly #reassembly = new Reassembly<Decision>();
  /** Where the latest packet of an SA came from. */
  readonly #latest = new Map<SaDefinition, End>();

  constructor(options: ModelOptions) {
    const { role = 'relay', udp6ZeroChecksum = false } = options;
    this.#sad = options.sad;
    this.#settings = { role, udp6ZeroChecksum, hasPort: (port) => options.sad.hasPort(port) };
    this.#passes = role === 'edge' || (options.passesOthers ?? false);
    this.#kernelHops = options.kernelHops ?? 0;
    this.#mtus = new Map(options.mtus);
  }

  /**
   * @param arrival number of the packet
   * @returns its outcome, and those of packets that waited for it, by their numbers; none while it waits itself
   */
  receive(arrival: number, bytes: ArrayLike<number>): ReadonlyMap<number, Fate> {
    const ip = decode(Array.from(bytes));
    if (typeof ip === 'string') return new Map([[arrival, drop(ip)]]);
    const place = placeOf(ip);
    if (place === undefined) return new Map([[arrival, this.#whole(ip)]]);
    return isPossible(place)
      ? this.#fragment(arrival, ip, place)
      : new Map([[arrival, drop('bad-fragment')]]);
  }

  mtuOf(sa: SaDefinition): number {
    return this.#mtus.get(sa) ?? MTU_UNKNOWN;
  }

  #whole(ip: Ip, isReassembled = false): Fate {
    if (isIcmp(ip)) return this.#icmp(ip);
    const shown = classify(ip, false, this.#settings);
    if (typeof shown === 'string') return this.#settle(ip, shown);
    const sa = findSa(this.#sad, ip, shown);
    if (typeof sa === 'string') return this.#settle(ip, sa);
    return this.#forward(ip, { sa, first: { shown, protocol: ip.protocol, dropped: 0 } }, isReassembled);
  }

  #fragment(arrival: number, ip: Ip, place: Place): ReadonlyMap<number, Fate> {
    const datagram = this.#reassembly.datagramOf(ip, place);
    const alone = (fate: Fate) => new Map([[arrival, fate]]);
    if (datagram.isBroken || datagram.isDuplicate(place)) return alone(drop('fragment-overlap'));
    const added = { arrival, ip, place };
    if (datagram.contradicts(place)) {
      datagram.isBroken = true;
      return new Map([...datagram.waiting, added].map((one) => [one.arrival, drop('fragment-overlap')]));
    }
    datagram.fragments.push(added);
    datagram.waiting.push(added);
    if (place.offset === 0) datagram.decision = this.#decide(ip);
    const { decision } = datagram;
    if (datagram.isComplete) this.#reassembly.forget(ip, place);
    if (decision === undefined || (decision === 'collect' && !datagram.isComplete)) return new Map();
    const released = datagram.waiting;
    datagram.waiting = [];
    if (decision === 'collect') {
      const fate = this.#whole(reassemble(released.map((one) => one.ip)), true);
      const others = { verdict: fate.verdict, sent: [] };
      return new Map(
        released.map((one) => [one.arrival, { ...(one === added ? fate : others), isAssembled: true }]),
      );
    }
    return new Map(
      released.map((one) => [
        one.arrival,
        typeof decision === 'string' ? this.#settle(one.ip, decision) : this.#forward(one.ip, decision),
      ]),
    );
  }

  /** The first fragment's decision for its datagram. */
  #decide(ip: Ip): Decision {
    const shown = isIcmp(ip) ? 'not-ipsec' : classify(ip, true, this.#settings);
    if (typeof shown === 'string') return shown;
    const sa = findSa(this.#sad, ip, shown);
    if (typeof sa === 'string') return sa;
    const first = { shown, protocol: ip.protocol, dropped: 0 };
    const chain = this.#rewriteAll(ip, sa, first, false);
    if (chain === undefined) return 'hairpin';
    const { emit } = chain.sas.at(-1)!;
    const emits6 = familyOf(emit.destination) === 6;
    const gainsUdp = shown.kind === KIND_ESP && emit.kind === KIND_UDP;
    const gainsChecksum =
      shown.kind === KIND_UDP &&
      emit.kind === KIND_UDP &&
      emits6 &&
      word16(ip.body, 6) === 0 &&
      !this.#settings.udp6ZeroChecksum;
    if (gainsUdp || gainsChecksum) return 'collect';
    // Headers behind the fragment header are counted in the offsets and do not become IPv4.
    const dropped = ip.family === 6 && !emits6 ? placeOf(ip)!.length - ip.body.length : 0;
    return { sa, first: { ...first, dropped } };
  }

  /** Steps 6 to 8. */
  #forward(received: Ip, { sa, first }: Decided, isReassembled = false): Fate {
    const isLater = (placeOf(received)?.offset ?? 0) > 0;
    const ttl = this.#changedTtl(received);
    const isWhole = placeOf(received) === undefined;
    const ip = isWhole ? withoutSurplus(received, first.shown) : received;
    const chain = this.#rewriteAll({ ...ip, ttl }, sa, first, isLater);
    if (chain === undefined) return drop('hairpin');
    if (ttl < 1) return complain(received, 'ttl-expired', 0);
    const { sent, sas } = chain;
    const mtu = this.mtuOf(sas.at(-1)!);
    const egress = decideEgress(ip, sent, sas, mtu);
    if (typeof egress === 'object' && !isReassembled) return complain(received, 'too-big', egress.refuse);
    this.#latest.set(sa, { address: ip.source, port: first.shown.sourcePort });
    return { verdict: 'forward', sent: egress === 'send' ? [sent] : fragment(sent, mtu), isWhole };
  }

  /** By the SA and, where it emits to a relay address, by the SA there. @returns undefined: no such SA */
  #rewriteAll(ip: Ip, sa: SaDefinition, first: First, isLater: boolean) {
    const sent = settleDontFragment(ip, rewrite(ip, first, isLater, sa, this.#settings));
    if (!sa.hairpin) return { sent, sas: [sa] };
    // The second half of a hairpin is for packets that the first half emits, and for none from elsewhere.
    if (!this.#sad.owns(sa.emit.destination)) return undefined;
    const { emit } = sa;
    const destinationPort = emit.kind === KIND_UDP ? emit.destinationPort || first.shown.destinationPort : 0;
    const shown: Shown = {
      kind: emit.kind,
      spi: emit.spi,
      sourcePort: emit.kind === KIND_UDP ? emit.sourcePort || first.shown.sourcePort : 0,
      destinationPort,
      port: destinationPort,
    };
    const second = findSa(this.#sad, sent.ip, shown);
    if (typeof second === 'string' || !second.hairpin || this.#sad.owns(second.emit.destination))
      return undefined;
    const again = rewrite(sent.ip, { ...first, shown, dropped: 0 }, isLater, second, this.#settings);
    const { ip: last, free } = settleDontFragment(sent.ip, again);
    return { sent: { ip: last, free: new Set([...sent.free, ...free]) }, sas: [sa, second] };
  }

  #icmp(ip: Ip): Fate {
    if (!hasIcmpHeader(ip)) return this.#settle(ip, 'bad-icmp');
    if (isError(ip)) return this.#translate(ip);
    if (!isRightIcmp(ip)) return this.#settle(ip, 'bad-icmp');
    if (!isEchoRequest(ip) || this.#passes || !mayAnswer(ip)) return this.#settle(ip, 'not-ipsec');
    return { verdict: 'echo', sent: [{ ip: echoReply(ip), free: new Set(['ttl', 'checksum']) }] };
  }

  #translate(ip: Ip): Fate {
    const ttl = this.#changedTtl(ip);
    if (ttl < 1) return drop('ttl-expired');
    const quote = readQuote(quotedBytes(ip));
    const shown = quote && shownByQuote(quote);
    if (quote === undefined || shown === undefined || quote.ip.source !== ip.destination) {
      return this.#settle(ip, 'icmp-unmatched');
    }
    const sa = [...this.#sad.entries.values()].find((one) => emitted(one, quote, shown));
    if (sa !== undefined && !isRightIcmp(ip)) return this.#settle(ip, 'bad-icmp');
    const end = sa && this.#endOf(sa, quote, shown);
    const mtu = toldMtu(ip, quote);
    const meaning = sa && translateMeaning(ip, mtu, sa);
    if (sa === undefined || end === undefined || meaning === undefined)
      return this.#settle(ip, 'icmp-unmatched');
    if (mtu !== undefined) {
      const floor = FLOOR[familyOf(sa.emit.destination)];
      this.#mtus.set(sa, Math.min(this.mtuOf(sa), Math.max(mtu, floor)));
    }
    const keeps = sa.emit.source === undefined;
    const from = keeps ? ip.source : formatAddress(sa.match.destination);
    const to = keeps ? ip.destination : end.address;
    const protocol = familyOf(sa.match.destination) === 4 ? ICMP : ICMPV6;
    const outer = reheader({ ...ip, ttl, protocol }, from, to);
    return {
      verdict: 'icmp-forward',
      sent: [],
      translation: { outer, meaning, quote: requote(quote, shown, sa, end) },
    };
  }

  /** The sender of the quoted packet. @returns undefined if it is not known */
  #endOf(sa: SaDefinition, quote: Quote, shown: Shown): End | undefined {
    const { match, emit } = sa;
    const latest = this.#latest.get(sa);
    const required = match.peer && formatAddress(match.peer);
    const address = emit.source === undefined ? quote.ip.source : (required ?? latest?.address);
    const isKept = emit.kind === KIND_UDP && emit.sourcePort === 0;
    const port = isKept ? shown.sourcePort : match.peerPort || latest?.port;
    // No host is there, and the SA's latest packet should not have come from there.
    if (address === '0.0.0.0' || address === '::') return undefined;
    if (address === undefined || (match.kind === KIND_UDP && port === undefined)) return undefined;
    return { address, port: port ?? 0 };
  }

  /** A packet that is not forwarded by an SA. */
  #settle(ip: Ip, verdict: Verdict): Fate {
    if (!this.#passes || !PASSED.includes(verdict)) return drop(verdict);
    const ttl = this.#changedTtl(ip);
    if (ttl < 1) return complain(ip, 'ttl-expired', 0);
    return { verdict: 'pass', sent: [{ ip: { ...ip, ttl }, free: new Set() }] };
  }

  /** The kernel's own decrements and this change add up to one hop. */
  #changedTtl({ ttl }: Ip): number {
    return Math.min(ttl - 1 + this.#kernelHops, 255);
  }
}

/** Packets that an edge leaves alone. */
const PASSED: readonly Verdict[] = [
  'not-ipsec',
  'ike',
  'keepalive',
  'unknown-spi',
  'spi-reserved',
  'bad-icmp',
  'icmp-unmatched',
];

function drop(verdict: Verdict): Fate {
  return { verdict, sent: [] };
}

function complain(about: Ip, why: OwnError['why'], mtu: number): Fate {
  return { verdict: why, sent: [], ...(mayAnswer(about) && { error: { about, why, mtu } }) };
}
