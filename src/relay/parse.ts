/** The verdicts on packets whose IP headers are damaged. */
import {
  IP_BAD_CHECKSUM,
  IP_BAD_EXTENSION,
  IP_BAD_FRAGMENT,
  IP_BAD_HEADER,
  IP_BAD_VERSION,
  IP_INTACT,
  IP_TRUNCATED,
} from '../wire/ip-damage.js';
import { type Packet, parseIp } from '../wire/packet.js';
import {
  BAD_CHECKSUM,
  BAD_EXTENSION,
  BAD_FRAGMENT,
  BAD_HEADER,
  BAD_VERSION,
  FORWARD,
  TRUNCATED,
} from './verdict.js';

const VERDICT = new Uint8Array(7);
VERDICT[IP_INTACT] = FORWARD;
VERDICT[IP_TRUNCATED] = TRUNCATED;
VERDICT[IP_BAD_VERSION] = BAD_VERSION;
VERDICT[IP_BAD_HEADER] = BAD_HEADER;
VERDICT[IP_BAD_CHECKSUM] = BAD_CHECKSUM;
VERDICT[IP_BAD_EXTENSION] = BAD_EXTENSION;
VERDICT[IP_BAD_FRAGMENT] = BAD_FRAGMENT;

/** {@link parseIp}, with a verdict as its result. @returns `FORWARD`, or the verdict that the packet deserves */
export function parsePacket(view: DataView, start: number, length: number, packet: Packet): number {
  return VERDICT[parseIp(view, start, length, packet)]!;
}
