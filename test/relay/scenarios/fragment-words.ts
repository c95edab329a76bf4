/** The words of the scenarios about fragments: a packet cut in four, as it arrives and as it leaves. */
import { cut } from '../../model/egress.js';
import type { Ip, Ipv4, Ipv6 } from '../../model/ip.js';
import { ANY_ID, ANY_ID6 } from '../scenario.js';
import { arrives, between, counting, type Leg, leaves, type Words } from '../scenario-packets.js';

export const PAYLOAD = counting(200);
export const ID = 0x4711;

/** The packet in fragments, as they arrive. */
export const received = (leg: Leg, places: readonly number[], words: Words = {}, id = ID): Ip[] =>
  cut(arrives(leg, { payload: PAYLOAD, flagsAndOffset: 0, ...words }), places, id);
/** The packet in fragments, as they leave. */
export const sent = (leg: Leg, places: readonly number[], words: Words = {}): Ip[] =>
  cut(
    leaves(leg, { payload: PAYLOAD, flagsAndOffset: 0, ...words }),
    places,
    leg.endsWith('4') ? ANY_ID : ANY_ID6,
  );

/** Where the fragments are cut, and where those that leave are: behind a header that is 8 bytes shorter. */
export const PLACES = [64, 128, 192];
export const shifted = (places: readonly number[]) => places.map((place) => place - 8);

/** Over IPv6 fragments keep their identification; a new header has a new one. */
export const kept6 = (leg: Leg, places: readonly number[], words: Words = {}) =>
  cut(leaves(leg, { payload: PAYLOAD, ...words }), places, ID);

export const [P0, P1, P2, P3] = received('esp4', PLACES) as [Ipv4, Ipv4, Ipv4, Ipv4];
export const [S0, S1, S2, S3] = sent('esp4', PLACES) as [Ipv4, Ipv4, Ipv4, Ipv4];
export const SAS = [between('esp4', 'esp4')];

export const first6 = (extensions: Ipv6['extensions'], body: readonly number[], protocol = 50): Ip => ({
  ...(arrives('esp6') as Ipv6),
  extensions,
  protocol,
  body,
});
