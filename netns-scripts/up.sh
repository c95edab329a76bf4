#!/usr/bin/env bash
# up.sh: raises the topology and leaves it up. down.sh removes it; with.sh raises it for the time of one command.
# Settings come from the environment (lib.sh lists them): NETNS_PREFIX=ipr- NETNS_MTU=1500 IPSEC_RELAY_RUN=<checkout>/run
# VERBOSE=1 shows each command and where it runs, QUIET=1 leaves out the drawing.
#
#   namespace                                                  namespace
#   first-host                                               second-host
#   eth0 10.1.0.2                                          10.2.0.2 eth0
#        |                                                          |
#   eth1 10.1.0.1                                          10.2.0.1 eth1
#   [guest first]  a real Linux 6.1 kernel, IPsec each  [guest second]
#   eth0 198.18.1.1                                      198.18.2.2 eth0
#        |                                                          |
#   to-guest 198.18.1.254                        198.18.2.254 to-guest
#   namespace              namespace                        namespace
#   first-net               relay                          second-net
#   to-relay ------ to-first | to-second ---------------- to-relay
#   198.18.10.1  198.18.10.2 | 198.18.20.2             198.18.20.1
#                            |
#        relay address 198.18.9.9: both neighbours route 198.18.9.0/24
#        here; no interface has it, the relay daemon's device takes it
#
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings

draw() { sed -n '/^#   namespace/,/^#$/{s/^#//;p}' "$0"; }

for name in "${NAMESPACES[@]}"; do
  ns_exists "$name" && die "a topology with the prefix '$NETNS_PREFIX' is up: netns-scripts/down.sh removes it, NETNS_PREFIX=other- makes another"
done
trap '"$SCRIPTS/down.sh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$TOPOLOGY_DIRECTORY"
mkdir -p "$TOPOLOGY_DIRECTORY"

# The guests boot while the rest is built: eth0 is their way out, eth1 the net they serve.
for end in first second; do
  ns_up "$end-net"
  ns_tap "$end-net" to-guest
  ns_tap "$end-net" to-host
  guest_start "$end" "$end-net" to-guest to-host
  ns_up "$end-host"
done
ns_up relay

ns_link first-net to-relay relay to-first
ns_link second-net to-relay relay to-second
in_ns first-net ip address add "$FIRST_ROUTER/24" dev to-guest
in_ns first-net ip address add "$LEG_ONE_NET_SIDE/24" dev to-relay
in_ns relay ip address add "$LEG_ONE_RELAY_SIDE/24" dev to-first
in_ns relay ip address add "$LEG_TWO_RELAY_SIDE/24" dev to-second
in_ns second-net ip address add "$LEG_TWO_NET_SIDE/24" dev to-relay
in_ns second-net ip address add "$SECOND_ROUTER/24" dev to-guest

# The outer networks know each other and the relay's addresses; nobody routes the inner networks: only ESP carries them.
for name in first-net relay second-net; do ns_forward "$name"; done
in_ns first-net ip route add "$RELAY_POOL" via "$LEG_ONE_RELAY_SIDE"
in_ns first-net ip route add "$SECOND_OUTER_NET" via "$LEG_ONE_RELAY_SIDE"
in_ns second-net ip route add "$RELAY_POOL" via "$LEG_TWO_RELAY_SIDE"
in_ns second-net ip route add "$FIRST_OUTER_NET" via "$LEG_TWO_RELAY_SIDE"
in_ns relay ip route add "$FIRST_OUTER_NET" via "$LEG_ONE_NET_SIDE"
in_ns relay ip route add "$SECOND_OUTER_NET" via "$LEG_TWO_NET_SIDE"

# guest_network END ADDRESS ROUTER INNER INNER-NET-OF-THE-OTHER
guest_network() {
  guest_wait_ready "$1"
  guest_exec "$1" "set -e
ip link set eth0 mtu $NETNS_MTU up
ip link set eth1 mtu $NETNS_MTU up
ip address add $2/24 dev eth0
ip address add $4/24 dev eth1
ip route add default via $3
ip route add $5 via $3 src $4
echo 1 >/proc/sys/net/ipv4/ip_forward"
}
guest_network first "$FIRST_ADDRESS" "$FIRST_ROUTER" "$FIRST_INNER" "$SECOND_INNER_NET"
guest_network second "$SECOND_ADDRESS" "$SECOND_ROUTER" "$SECOND_INNER" "$FIRST_INNER_NET"

# A guest opens its devices in one namespace only. Now that they are open, the served host takes its end as its own eth0.
# host_network END ADDRESS ROUTER
host_network() {
  in_ns "$1-net" ip link set to-host netns "$NETNS_PREFIX$1-host" name eth0
  in_ns "$1-host" ip link set eth0 mtu "$NETNS_MTU" up
  in_ns "$1-host" ip address add "$2/24" dev eth0
  in_ns "$1-host" ip route add default via "$3"
}
host_network first "$FIRST_HOST" "$FIRST_INNER"
host_network second "$SECOND_HOST" "$SECOND_INNER"

trap - EXIT
if [[ ${QUIET:-0} != 1 ]]; then
  draw
  echo "Up, namespaces begin with '$NETNS_PREFIX'. Next:"
  echo "  netns-scripts/ipsec.sh direct                             # SAs without a relay in the path"
  echo "  netns-scripts/guest.sh first ping -c 3 -I $FIRST_INNER $SECOND_INNER"
  echo "  netns-scripts/ipsec.sh relay                              # SAs towards the relay's address"
  echo "  ip netns exec ${NETNS_PREFIX}relay bin/ipsec-relayd --config relay.toml"
  echo "  netns-scripts/down.sh"
fi
