/** A NAT at first's router, as at home: packets to the relay have the router's own address and other ports. */
import type { Topology } from './topology.js';

/** Flushes the kernel's table of connections (ctnetlink: a deletion that names none). */
const FORGET_FLOWS = `
import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
s.send(struct.pack('=IHHIIBBH', 20, 1 << 8 | 2, 5, 1, 0, socket.AF_INET, 0, 0))
error = struct.unpack_from('=i', s.recv(4096), 16)[0]
assert error == 0, error
`;

/** New flows get the next hundred ports from `port` on. */
export async function masquerade(topology: Topology, port: number): Promise<void> {
  await topology.exec(
    'first-net',
    'sh',
    '-c',
    `nft delete table ip nat 2>/dev/null; nft 'table ip nat { chain out { type nat hook postrouting priority 100; oifname "to-relay" meta l4proto udp masquerade to :${port}-${port + 99}; }; }'`,
  );
}

/** The NAT forgets its mappings. */
export async function forgetFlows(topology: Topology): Promise<void> {
  await topology.exec('first-net', 'python3', '-c', FORGET_FLOWS);
}

export async function endMasquerade(topology: Topology): Promise<void> {
  await topology.exec('first-net', 'nft', 'delete', 'table', 'ip', 'nat');
}
