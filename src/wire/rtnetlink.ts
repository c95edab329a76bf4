/** Messages of the kernel's NETLINK_ROUTE about links, addresses, routes and rules (rtnetlink(7), linux/rtnetlink.h, linux/fib_rules.h). */
import { ADDRESS_BYTES, type Family, type Prefix } from './address.js';
import {
  Attributes,
  type AttributeValue,
  Fields,
  type NetlinkMessage,
  type NetlinkRequest,
  nativeNumber,
} from './netlink.js';

export const NETLINK_ROUTE = 0;

/** Groups whose members are told of changes. */
export const ROUTE_GROUPS = {
  link: 1,
  address4: 5,
  route4: 7,
  rule4: 8,
  address6: 9,
  route6: 11,
  rule6: 19,
  netconf4: 24,
  netconf6: 25,
} as const;

const RTM_GETLINK = 18;
const RTM_GETADDR = 22;
const RTM_DELQDISC = 37;
const RTM_GETTFILTER = 46;
const RTM_GETROUTE = 26;
export const RTM_NEWRULE = 32;
const RTM_GETRULE = 34;

export const AF_INET = 2;
export const AF_INET6 = 10;

export const TABLE_MAIN = 254;
export const TABLE_LOCAL = 255;
/** The router advertisements of RFC 4861 as the origin of a route. */
export const PROTOCOL_RA = 9;

const LINK_BYTES = 16;
const ADDRESS_MESSAGE_BYTES = 8;
const ROUTE_BYTES = 12;
const RULE_BYTES = 12;
const TC_BYTES = 20;
/** The qdisc that gives programs a place at a link, and its two places (linux/pkt_sched.h). */
const CLSACT_HANDLE = 0xffff0000;
const CLSACT_PARENT = 0xfffffff1;
const CLSACT_PLACES = [0xfffffff2, 0xfffffff3];

const IFF_UP = 1;
const ARPHRD_ETHER = 1;
const IFLA = { name: 3, mtu: 4, transmitQueue: 13, info: 18, alias: 20 } as const;
const IFLA_INFO = { kind: 1, data: 2 } as const;
const IFLA_TUN_QUEUES = 8;
const IFA = { address: 1, local: 2 } as const;
const RTA = {
  destination: 1,
  source: 2,
  inInterface: 3,
  outInterface: 4,
  gateway: 5,
  priority: 6,
  metrics: 8,
  table: 15,
} as const;
const RTAX_MTU = 2;
const RTM_F_FIB_MATCH = 0x2000;
const FRA = {
  destination: 1,
  source: 2,
  inInterface: 3,
  goto: 4,
  priority: 6,
  mark: 10,
  table: 15,
  mask: 16,
  protocol: 21,
  ipProtocol: 22,
  sourcePorts: 23,
  destinationPorts: 24,
} as const;
const FIB_RULE_INVERT = 2;
const FR_ACT_GOTO = 2;

export interface KernelLink {
  readonly index: number;
  readonly name: string;
  /** Its packets have Ethernet headers; not so of the loopback. */
  readonly isEthernet: boolean;
  readonly isUp: boolean;
  /** Bytes. */
  readonly mtu: number;
  /** Packets. */
  readonly transmitQueue: number;
  readonly alias: string | undefined;
  /** Such as `tun` or `veth`; undefined: a device of its own. */
  readonly kind: string | undefined;
  /** Of a TUN device with several queues: how many are open. */
  readonly queues: number | undefined;
}

export interface KernelAddress {
  /** Index of its link. */
  readonly link: number;
  /** {@link ADDRESS_BYTES} bytes: this host's own end, where the other end has another. */
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

export interface KernelRoute {
  readonly family: Family;
  readonly table: number;
  readonly protocol: number;
  readonly destination: Prefix;
  /** Index of the link it leads into; 0: none, or one of several. */
  readonly link: number;
  readonly gateway: Uint8Array | undefined;
  /** The lower is chosen. */
  readonly priority: number;
  /** The route's own, bytes. */
  readonly mtu: number | undefined;
}

/** A member that is undefined matches every packet. */
export interface KernelRule {
  readonly priority: number;
  readonly isInverted: boolean;
  readonly from: Prefix | undefined;
  readonly to: Prefix | undefined;
  readonly inInterface: string | undefined;
  readonly mark: number | undefined;
  readonly mask: number | undefined;
  readonly ipProtocol: number | undefined;
  /** The first and the last. */
  readonly sourcePorts: readonly [number, number] | undefined;
  readonly destinationPorts: readonly [number, number] | undefined;
  /** Where it leads: a table, or the priority of another rule. */
  readonly table: number | undefined;
  readonly goto: number | undefined;
}

/** Of an RTM_NEWLINK. */
export function parseLink({ body }: NetlinkMessage): KernelLink {
  const fields = new Fields(body);
  const attributes = new Attributes(body, LINK_BYTES);
  const info = attributes.nested(IFLA.info);
  return {
    index: fields.u32(4),
    isEthernet: fields.u16(2) === ARPHRD_ETHER,
    isUp: (fields.u32(8) & IFF_UP) !== 0,
    name: attributes.text(IFLA.name) ?? '',
    mtu: attributes.number(IFLA.mtu) ?? 0,
    transmitQueue: attributes.number(IFLA.transmitQueue) ?? 0,
    alias: attributes.text(IFLA.alias),
    kind: info?.text(IFLA_INFO.kind),
    queues: info?.nested(IFLA_INFO.data)?.number(IFLA_TUN_QUEUES),
  };
}

/** Of an RTM_NEWADDR; undefined: of another family than IPv4 and IPv6. */
export function parseAssigned({ body }: NetlinkMessage): KernelAddress | undefined {
  const fields = new Fields(body);
  const attributes = new Attributes(body, ADDRESS_MESSAGE_BYTES);
  const address = attributes.bytes(IFA.local) ?? attributes.bytes(IFA.address);
  if (familyNumber(fields.u8(0)) === undefined || address === undefined) return undefined;
  return { link: fields.u32(4), address: widen(address), prefixLength: fields.u8(1) };
}

/** Of an RTM_NEWROUTE; undefined: of another family than IPv4 and IPv6. */
export function parseRoute({ body }: NetlinkMessage): KernelRoute | undefined {
  const fields = new Fields(body);
  const family = familyNumber(fields.u8(0));
  if (family === undefined) return undefined;
  const attributes = new Attributes(body, ROUTE_BYTES);
  const gateway = attributes.bytes(RTA.gateway);
  return {
    family,
    table: attributes.number(RTA.table) ?? fields.u8(4),
    protocol: fields.u8(5),
    destination: prefixOf(family, attributes.bytes(RTA.destination), fields.u8(1)),
    link: attributes.number(RTA.outInterface) ?? 0,
    gateway: gateway && widen(gateway),
    priority: attributes.number(RTA.priority) ?? 0,
    mtu: attributes.nested(RTA.metrics)?.number(RTAX_MTU),
  };
}

/** Of an RTM_NEWRULE. @param family that was asked for */
export function parseRule({ body }: NetlinkMessage, family: Family): KernelRule {
  const fields = new Fields(body);
  const attributes = new Attributes(body, RULE_BYTES);
  const prefix = (type: number, length: number) => {
    const address = attributes.bytes(type);
    return address && prefixOf(family, address, length);
  };
  const isGoto = fields.u8(7) === FR_ACT_GOTO;
  return {
    priority: attributes.number(FRA.priority) ?? 0,
    isInverted: (fields.u32(8) & FIB_RULE_INVERT) !== 0,
    from: prefix(FRA.source, fields.u8(2)),
    to: prefix(FRA.destination, fields.u8(1)),
    inInterface: attributes.text(FRA.inInterface),
    mark: attributes.number(FRA.mark),
    mask: attributes.number(FRA.mask),
    ipProtocol: attributes.number(FRA.ipProtocol),
    sourcePorts: attributes.pair(FRA.sourcePorts),
    destinationPorts: attributes.pair(FRA.destinationPorts),
    table: isGoto ? undefined : (attributes.number(FRA.table) ?? fields.u8(4)),
    goto: isGoto ? attributes.number(FRA.goto) : undefined,
  };
}

/** For one link, or for all links. */
export function linkRequest(name?: string): NetlinkRequest {
  const attributes = name === undefined ? [] : [[IFLA.name, name] as const];
  return { type: RTM_GETLINK, fixed: new Uint8Array(LINK_BYTES), attributes };
}

/** For all addresses. */
export function addressRequest(): NetlinkRequest {
  return { type: RTM_GETADDR, fixed: new Uint8Array(ADDRESS_MESSAGE_BYTES), attributes: [] };
}

/** For all rules of a family. */
export function ruleRequest(family: Family): NetlinkRequest {
  return { type: RTM_GETRULE, fixed: headerOf(family, RULE_BYTES), attributes: [] };
}

/** For all routes of a table. */
export function tableRequest(family: Family, table: number): NetlinkRequest {
  return { type: RTM_GETROUTE, fixed: headerOf(family, ROUTE_BYTES), attributes: [[RTA.table, table]] };
}

/** For the filters at each place of a link's qdisc `clsact`. @param link its index */
export function filterRequests(link: number): NetlinkRequest[] {
  return CLSACT_PLACES.map((place) => ({
    type: RTM_GETTFILTER,
    fixed: tcHeader(link, 0, place),
    attributes: [],
  }));
}

/** Removes a link's qdisc `clsact`, with the filters there. @param link its index */
export function clsactRemoval(link: number): NetlinkRequest {
  return { type: RTM_DELQDISC, fixed: tcHeader(link, CLSACT_HANDLE, CLSACT_PARENT), attributes: [] };
}

function tcHeader(link: number, handle: number, parent: number): Uint8Array {
  const fixed = new Uint8Array(TC_BYTES);
  fixed.set(nativeNumber(link, 4), 4);
  fixed.set(nativeNumber(handle, 4), 8);
  fixed.set(nativeNumber(parent, 4), 12);
  return fixed;
}

/** The destination, and the other fields by which the kernel chooses a route. */
export interface RouteQuestion {
  readonly family: Family;
  /** {@link ADDRESS_BYTES} bytes. */
  readonly destination: Uint8Array;
  /** Both or neither: forwarded packets' source, and index of the link they come from. */
  readonly from?: { readonly source: Uint8Array; readonly link: number };
  /** The table's entry is asked for, with its prefix, and not the route to the one address that is made of it. */
  readonly isEntry?: true;
}

/** For the one route that packets take. */
export function routeRequest({ family, destination, from, isEntry }: RouteQuestion): NetlinkRequest {
  const fixed = headerOf(family, ROUTE_BYTES);
  const bits = family === 4 ? 32 : 128;
  fixed[1] = bits;
  if (isEntry) fixed.set(nativeNumber(RTM_F_FIB_MATCH, 4), 8);
  const attributes: [number, AttributeValue][] = [[RTA.destination, narrow(family, destination)]];
  if (from !== undefined) {
    fixed[2] = bits;
    attributes.push([RTA.source, narrow(family, from.source)], [RTA.inInterface, from.link]);
  }
  return { type: RTM_GETROUTE, fixed, attributes };
}

function headerOf(family: Family, bytes: number): Uint8Array {
  const fixed = new Uint8Array(bytes);
  fixed[0] = family === 4 ? AF_INET : AF_INET6;
  return fixed;
}

function familyNumber(number: number): Family | undefined {
  if (number === AF_INET) return 4;
  return number === AF_INET6 ? 6 : undefined;
}

/** @param address undefined: all bits are zero */
function prefixOf(family: Family, address: Uint8Array | undefined, length: number): Prefix {
  return { family, bytes: widen(address ?? new Uint8Array(family === 4 ? 4 : ADDRESS_BYTES)), length };
}

/** An address of the kernel's as ours: IPv4 in its IPv4-mapped form. */
function widen(address: Uint8Array): Uint8Array {
  if (address.length === ADDRESS_BYTES) return address.slice();
  const bytes = new Uint8Array(ADDRESS_BYTES).fill(0xff, 10, 12);
  bytes.set(address.subarray(0, 4), 12);
  return bytes;
}

function narrow(family: Family, address: Uint8Array): Uint8Array {
  return family === 4 ? address.subarray(12) : address;
}
