/** Tells when the kernel's links, addresses, routes, rules or forwarding have changed. */
import type { Logger } from '../observe/log.js';
import { NETLINK_ROUTE, ROUTE_GROUPS } from '../wire/rtnetlink.js';
import { NetlinkMonitor } from './netlink.js';

export function monitorRoutes(onChange: () => void, log: Logger): NetlinkMonitor {
  return new NetlinkMonitor(NETLINK_ROUTE, Object.values(ROUTE_GROUPS), onChange, log);
}
