/** What decides which SAs are acceptable, beside the rules of src/sad/acceptance.ts. */
import type { Prefix } from '../wire/address.js';

/** What the role of this program allows. */
export interface SaPolicy {
  readonly role: 'relay' | 'edge';
  /** Relay role: the relay's own addresses. Edge role: the addresses packets are steered for, of both ends. */
  readonly addresses: readonly Prefix[];
  /** Edge role: those of the addresses that belong to relays. */
  readonly relays?: readonly Prefix[];
  /** Edge role: second computers, whose packets are steered as far as they are AH. */
  readonly seconds?: readonly Prefix[];
  /** Shared address: packets are led into the relay by their port, which is 4500 then. */
  readonly onlyNatTraversal?: boolean;
}
