/** Questions to the kernel's NETLINK_NETFILTER about tables of nft(8) (linux/netfilter/nf_tables.h, nfnetlink.h). */
import { Attributes, type NetlinkMessage } from './netlink.js';

export const NETLINK_NETFILTER = 12;
/** The group whose members are told of changes of tables. */
export const NFTABLES_GROUP = 7;

const SUBSYSTEM = 10 << 8;
const GET_CHAIN = SUBSYSTEM | 4;
const GET_RULE = SUBSYSTEM | 7;
/** struct nfgenmsg: family, version 0, and two bytes that are not used. */
const HEADER_BYTES = 4;
/** Tables of all families. */
const FAMILY_INET = 1;
/** The same in messages about tables, chains, rules and sets. */
const TABLE_NAME = 1;
const RULE_CHAIN = 2;
const CHAIN = { name: 3, hook: 4 } as const;

const header = () => Uint8Array.of(FAMILY_INET, 0, 0, 0);

/** For one chain of a table. */
export function chainRequest(table: string, chain: string) {
  const attributes = [[TABLE_NAME, table] as const, [CHAIN.name, chain] as const];
  return { type: GET_CHAIN, fixed: header(), attributes };
}

/** For all rules of a table. */
export function ruleListRequest(table: string) {
  return { type: GET_RULE, fixed: header(), attributes: [[TABLE_NAME, table] as const] };
}

/** Whether packets come to a chain by themselves. */
export function isHooked({ body }: NetlinkMessage): boolean {
  return new Attributes(body, HEADER_BYTES).bytes(CHAIN.hook) !== undefined;
}

/** Which table a message is about. */
export function tableOf({ body }: NetlinkMessage): string | undefined {
  return new Attributes(body, HEADER_BYTES).text(TABLE_NAME);
}

/** Which chain a rule belongs to. */
export function chainOf({ body }: NetlinkMessage): string | undefined {
  return new Attributes(body, HEADER_BYTES).text(RULE_CHAIN);
}
