/** The circumstances that decide, beside the rules of src/sad/acceptance.ts, which SAs are acceptable. */
import type { Prefix } from '../wire/address.js';
import type { PortRange } from '../wire/protocol.js';

/** The role of this program, and its addresses. */
export interface SaPolicy {
  readonly role: 'relay' | 'edge';
  /** Relay role: the relay's own addresses. Edge role: the addresses packets are steered for, of both ends. */
  readonly addresses: readonly Prefix[];
  /** Edge role: those of the addresses that belong to relays. */
  readonly relays?: readonly Prefix[];
  /** Edge role: second computers, whose packets are steered as far as they are AH. */
  readonly seconds?: readonly Prefix[];
  /** Shared address: ESP-in-UDP is led into the relay by its port, which is in one of these ranges. */
  readonly ports?: readonly PortRange[];
}
