# Part of ../lib.sh: network namespaces and the links between them.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in the other files of lib.sh

# netns NAME: the full name of one of NAMESPACES.
netns() { echo "$NETNS_PREFIX$1"; }

# in_ns NAME COMMAND…: runs a command in a namespace.
in_ns() {
  local name=$1
  shift
  echo_command "$NETNS_PREFIX$name" "$@"
  if [[ $1 == ip ]]; then # ip enters a namespace by itself, faster
    ip -n "$NETNS_PREFIX$name" "${@:2}"
  else
    ip netns exec "$NETNS_PREFIX$name" "$@"
  fi
}

# ns_exists NAME
ns_exists() { [[ -e /run/netns/$NETNS_PREFIX$1 ]]; }

# ns_up NAME: makes a namespace with its loopback up.
ns_up() {
  echo_command host ip netns add "$NETNS_PREFIX$1"
  ip netns add "$NETNS_PREFIX$1" || die "the kernel refuses the namespace $NETNS_PREFIX$1 (see the line above)"
  in_ns "$1" ip link set lo up
}

# ns_down NAME: ends every process in a namespace and removes it; nothing to do when it does not exist.
ns_down() {
  local name=$1
  ns_exists "$name" || return 0
  local attempt signal=TERM processes
  for attempt in {1..40}; do
    mapfile -t processes < <(ip netns pids "$NETNS_PREFIX$name" 2>/dev/null)
    ((${#processes[@]})) || break
    ((attempt >= 20)) && signal=KILL
    kill -s "$signal" "${processes[@]}" 2>/dev/null
    pause 0.05
  done
  echo_command host ip netns del "$NETNS_PREFIX$name"
  ip netns del "$NETNS_PREFIX$name"
}

# ns_link NAME DEVICE PEER-NAME PEER-DEVICE: a veth pair between two namespaces, both ends up.
ns_link() {
  in_ns "$1" ip link add "$2" mtu "$NETNS_MTU" type veth peer name "$4" mtu "$NETNS_MTU" netns "$NETNS_PREFIX$3"
  in_ns "$1" ip link set "$2" up
  in_ns "$3" ip link set "$4" up
}

# ns_tap NAME DEVICE: a tap device for a guest to open, up.
ns_tap() {
  in_ns "$1" ip tuntap add dev "$2" mode tap
  in_ns "$1" ip link set "$2" mtu "$NETNS_MTU" up
}

# ns_address NAME DEVICE IPV4/LENGTH IPV6/LENGTH: gives a device its addresses. No other host is on its link, so IPv6
# need not look for duplicates.
ns_address() {
  in_ns "$1" ip address add "$3" dev "$2"
  ! has_ipv6 || in_ns "$1" ip address add "$4" dev "$2" nodad
}

# ns_route NAME PREFIX VARIABLE: a route to a prefix and its IPv6 counterpart, via an address and its counterpart. Prefix
# and router are given by the names of their variables in lib.sh.
ns_route() {
  local family
  for family in 4 6; do
    [[ $family == 4 ]] || has_ipv6 || continue
    in_ns "$1" ip route add "$(address "$2" "$family")" via "$(address "$3" "$family")"
  done
}

# ns_forward NAME: lets a namespace route.
ns_forward() {
  in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# link_mtu LINK MTU: sets the MTU of a link of the topology that is up. leg-one and leg-two are the relay's own
# links, both ends. first and second are the routers' links to the guests: the router's end alone, as a guest
# cannot know of the links that are elsewhere on the path.
link_mtu() {
  case $1 in
    leg-one)
      in_ns relay ip link set to-first mtu "$2"
      in_ns first-net ip link set to-relay mtu "$2"
      ;;
    leg-two)
      in_ns relay ip link set to-second mtu "$2"
      in_ns second-net ip link set to-relay mtu "$2"
      ;;
    first | second) in_ns "$1-net" ip link set to-guest mtu "$2" ;;
    *) die "there is no link '$1': use leg-one, leg-two, first or second" ;;
  esac
}
