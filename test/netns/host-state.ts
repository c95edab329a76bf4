/**
 * The state that a daemon may change in its namespace, as text to compare. Without IPv6's link-local addresses, which the
 * kernel takes a while to assign.
 */
import type { Namespace, Topology } from './topology.js';

const COMMANDS = `
ip -o link | sed 's/ qlen.*//'
ip -4 route show table all; ip -6 route show table all | grep -v fe80:
ip -4 rule; ip -6 rule
ip xfrm policy
cd /proc/sys/net/ipv4
grep -H . ip_forward conf/*/forwarding conf/*/rp_filter conf/*/accept_local
`;

export function hostState(topology: Topology, namespace: Namespace): Promise<string> {
  return topology.exec(namespace, 'sh', '-c', COMMANDS);
}
