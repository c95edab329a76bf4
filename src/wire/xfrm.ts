/** Questions to the kernel's NETLINK_XFRM about IPsec policies (linux/xfrm.h). */
import type { Prefix } from './address.js';
import { nativeNumber } from './netlink.js';
import { AF_INET, AF_INET6 } from './rtnetlink.js';

export const NETLINK_XFRM = 6;
/** The group whose members are told of changes of policies. */
export const XFRM_POLICY_GROUP = 4;

export const XFRM_MSG_GETPOLICY = 0x15;

/** struct xfrm_userpolicy_id: a selector of 56 bytes, an index, a direction. */
const POLICY_ID_BYTES = 64;
const AT = {
  destination: 0,
  source: 16,
  destinationPort: 32,
  sourcePort: 36,
  family: 40,
  destinationLength: 42,
  sourceLength: 43,
  protocol: 44,
  direction: 60,
} as const;
const DIRECTION_OUT = 1;

/** The packets that leave this host which a policy is for. */
export interface PolicySelector {
  readonly source: Prefix;
  readonly destination: Prefix;
  readonly protocol: number;
  /** undefined: any. */
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
}

/** The fixed part of a question for the policy with this selector. */
export function policyId(selector: PolicySelector): Uint8Array {
  const bytes = new Uint8Array(POLICY_ID_BYTES);
  const { source, destination, protocol, sourcePort, destinationPort } = selector;
  const isIpv4 = destination.family === 4;
  const own = ({ bytes: address }: Prefix) => (isIpv4 ? address.subarray(12) : address);
  bytes.set(own(destination), AT.destination);
  bytes.set(own(source), AT.source);
  setPort(bytes, AT.destinationPort, destinationPort);
  setPort(bytes, AT.sourcePort, sourcePort);
  bytes.set(nativeNumber(isIpv4 ? AF_INET : AF_INET6, 2), AT.family);
  bytes[AT.destinationLength] = destination.length;
  bytes[AT.sourceLength] = source.length;
  bytes[AT.protocol] = protocol;
  bytes[AT.direction] = DIRECTION_OUT;
  return bytes;
}

/** A port and its mask, both in network byte order. */
function setPort(bytes: Uint8Array, at: number, port: number | undefined): void {
  if (port === undefined) return;
  bytes[at] = port >> 8;
  bytes[at + 1] = port & 0xff;
  bytes.fill(0xff, at + 2, at + 4);
}
