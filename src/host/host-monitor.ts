/** Tells when something on the host has changed that a plan may need. */
import type { Logger } from '../observe/log.js';
import { NETLINK_NETFILTER, NFTABLES_GROUP, tableOf } from '../wire/nftables.js';
import { NETLINK_ROUTE, ROUTE_GROUPS } from '../wire/rtnetlink.js';
import { NETLINK_XFRM, XFRM_POLICY_GROUP } from '../wire/xfrm.js';
import { NetlinkMonitor } from './netlink.js';
import { OWN_TABLES } from './steering.js';

/** The errors of a kernel that was built without such a family. */
const MISSING = ['EPROTONOSUPPORT', 'EINVAL'];

export interface HostListener {
  /** Links, addresses, routes, rules or forwarding. */
  onRoutes(): void;
  /** A table of ours, or an IPsec policy. */
  onOthers(): void;
}

export class HostMonitor {
  readonly #monitors: NetlinkMonitor[] = [];

  constructor(listener: HostListener, log: Logger) {
    const { onRoutes, onOthers } = listener;
    this.#monitors.push(new NetlinkMonitor(NETLINK_ROUTE, Object.values(ROUTE_GROUPS), onRoutes, log));
    this.#follow(() => new NetlinkMonitor(NETLINK_XFRM, [XFRM_POLICY_GROUP], onOthers, log));
    // Other programs may change tables of their own all the time.
    this.#follow(
      () =>
        new NetlinkMonitor(
          NETLINK_NETFILTER,
          [NFTABLES_GROUP],
          (messages) => {
            if (messages === 'lost' || messages.some((message) => tableOf(message)?.startsWith(OWN_TABLES))) {
              onOthers();
            }
          },
          log,
        ),
    );
  }

  stop(): void {
    for (const monitor of this.#monitors) monitor.stop();
  }

  #follow(open: () => NetlinkMonitor): void {
    try {
      this.#monitors.push(open());
    } catch (error) {
      if (!MISSING.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}
