#!/usr/bin/env bash
# up.sh: raises the topology and leaves it up. down.sh removes it; with.sh raises it for the time of one command.
# Settings come from the environment (lib.sh lists them): NETNS_PREFIX=ipr- NETNS_MTU=1500 IPSEC_RELAY_RUN=<checkout>/run
# VERBOSE=1 shows each command and where it runs, QUIET=1 leaves out the drawing.
#
#   namespace                                                  namespace
#   first-host                                               second-host
#   eth0 10.1.0.2                                          10.2.0.2 eth0
#        fd00:1::2                                         fd00:2::2
#        |                                                          |
#   eth1 10.1.0.1                                          10.2.0.1 eth1
#        fd00:1::1                                         fd00:2::1
#   [guest first]  a real Linux 6.1 kernel, IPsec each  [guest second]
#   eth0 198.18.1.1                                      198.18.2.2 eth0
#        2001:db8:1::1                                2001:db8:2::2
#        |                                                          |
#   to-guest 198.18.1.254                        198.18.2.254 to-guest
#       2001:db8:1::fe                               2001:db8:2::fe
#   namespace              namespace                        namespace
#   first-net               relay                          second-net
#   to-relay ------ to-first | to-second ---------------- to-relay
#   198.18.10.1  198.18.10.2 | 198.18.20.2             198.18.20.1
#   2001:db8:10::1       ::2 | 2001:db8:20::2                  ::1
#                            |
#        relay addresses 198.18.9.9 and 2001:db8:9::9: both neighbours
#        route 198.18.9.0/24 and 2001:db8:9::/64 here; no interface has
#        them, the relay daemon's device takes them
#
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings

draw() { sed -n '/^#   namespace/,/^#$/{s/^#//;p}' "$0"; }

for name in "${NAMESPACES[@]}"; do
  ns_exists "$name" && die "a topology with the prefix '$NETNS_PREFIX' is up: netns-scripts/topology/down.sh removes it, NETNS_PREFIX=other- makes another"
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
ns_address first-net to-guest "$FIRST_ROUTER/24" "$FIRST_ROUTER6/64"
ns_address first-net to-relay "$LEG_ONE_NET_SIDE/24" "$LEG_ONE_NET_SIDE6/64"
ns_address relay to-first "$LEG_ONE_RELAY_SIDE/24" "$LEG_ONE_RELAY_SIDE6/64"
ns_address relay to-second "$LEG_TWO_RELAY_SIDE/24" "$LEG_TWO_RELAY_SIDE6/64"
ns_address second-net to-relay "$LEG_TWO_NET_SIDE/24" "$LEG_TWO_NET_SIDE6/64"
ns_address second-net to-guest "$SECOND_ROUTER/24" "$SECOND_ROUTER6/64"

# The outer networks know each other and the relay's addresses; no host routes the inner networks: only IPsec carries them.
for name in first-net relay second-net; do ns_forward "$name"; done
ns_route first-net RELAY_POOL LEG_ONE_RELAY_SIDE
ns_route first-net SECOND_OUTER_NET LEG_ONE_RELAY_SIDE
ns_route second-net RELAY_POOL LEG_TWO_RELAY_SIDE
ns_route second-net FIRST_OUTER_NET LEG_TWO_RELAY_SIDE
ns_route relay FIRST_OUTER_NET LEG_ONE_NET_SIDE
ns_route relay SECOND_OUTER_NET LEG_TWO_NET_SIDE

# guest_network_commands FAMILY LENGTH NAME OTHER: for a guest's own shell; NAME and OTHER begin the names of its
# and the other one's addresses in lib.sh.
guest_network_commands() {
  local family=$1 length=$2 router
  router=$(address "${3}_ROUTER" "$family")
  local nodad=''
  if [[ $family == 6 ]]; then nodad=nodad; fi
  echo "ip address add $(address "${3}_ADDRESS" "$family")/$length dev eth0 $nodad
ip address add $(address "${3}_INNER" "$family")/$length dev eth1 $nodad
ip -$family route add default via $router
ip -$family route add $(address "${4}_INNER_NET" "$family") via $router src $(address "${3}_INNER" "$family")"
}

# guest_network GUEST NAME OTHER
guest_network() {
  local ipv6=''
  if has_ipv6; then ipv6=$(guest_network_commands 6 64 "$2" "$3"); fi
  guest_wait_ready "$1"
  guest_exec "$1" "set -e
ip link set eth0 mtu $NETNS_MTU up
ip link set eth1 mtu $NETNS_MTU up
$(guest_network_commands 4 24 "$2" "$3")
$ipv6
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
}
guest_network first FIRST SECOND
guest_network second SECOND FIRST

# A guest opens its devices in one namespace only. Now that they are open, the served host takes its end as its own eth0.
# host_network END NAME
host_network() {
  in_ns "$1-net" ip link set to-host netns "$NETNS_PREFIX$1-host" name eth0
  in_ns "$1-host" ip link set eth0 mtu "$NETNS_MTU" up
  ns_address "$1-host" eth0 "$(address "${2}_HOST" 4)/24" "$(address "${2}_HOST" 6)/64"
  in_ns "$1-host" ip route add default via "$(address "${2}_INNER" 4)"
  ! has_ipv6 || in_ns "$1-host" ip route add default via "$(address "${2}_INNER" 6)"
}
host_network first FIRST
host_network second SECOND

trap - EXIT
if [[ ${QUIET:-0} != 1 ]]; then
  draw
  echo "Up, namespaces begin with '$NETNS_PREFIX'. Next:"
  echo "  netns-scripts/topology/ipsec.sh direct                             # SAs without a relay in the path"
  echo "  netns-scripts/topology/guest.sh first ping -c 3 -I $FIRST_INNER $SECOND_INNER"
  echo "  netns-scripts/topology/ipsec.sh relay                              # SAs towards the relay's address"
  echo "  ip netns exec ${NETNS_PREFIX}relay bin/ipsec-relayd --config relay.toml"
  echo "  netns-scripts/topology/down.sh"
fi
