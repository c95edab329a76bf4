#!/usr/bin/env bash
# site.sh GUEST NAME ADDRESS [ADDRESS6] [INNER]: makes one more IPsec peer in a guest (first or second): the network
# namespace NAME with a stack of its own, whose eth0 is on the guest's outer link.
#   ADDRESS   in the guest's outer network, for example 198.18.2.3 of second
#   ADDRESS6  the same for IPv6, for example 2001:db8:2::3; - for none
#   INNER     the address that the peer serves, on a device without a wire, for example 10.2.3.1
# site.sh GUEST NAME run COMMAND…: runs a shell command there.
# charon.sh GUEST/NAME starts strongSwan in it. It goes with the guest.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings
(($# >= 3)) || die "usage: site.sh GUEST NAME ADDRESS [ADDRESS6] [INNER] | GUEST NAME run COMMAND… (GUEST: ${GUESTS[*]})"
guest=$1 name=$2
shift 2
[[ $name =~ ^[a-z0-9]{1,8}$ ]] || die "a site's name is 1 to 8 small letters and digits; this one is '$name'"
if [[ $1 == run ]]; then
  shift
  exec "$SCRIPTS/guest.sh" "$guest" "ip netns exec $name sh -c '${*//\'/\'\\\'\'}'"
fi

address=$1 address6=${2:--} inner=${3:-}
commands="set -e
ip netns add $name
ip link add macvlan-$name link eth0 mtu $NETNS_MTU type macvlan mode bridge
ip link set macvlan-$name netns $name name eth0
ip -n $name link set lo up
ip -n $name link set eth0 up
ip -n $name address add $address/24 dev eth0
ip -n $name route add default via $(address "${guest^^}_ROUTER" 4)"
[[ $address6 == - ]] || commands+="
ip -n $name address add $address6/64 dev eth0 nodad
ip -n $name route add default via $(address "${guest^^}_ROUTER" 6)"
[[ -z $inner ]] || commands+="
ip -n $name link add lan type dummy
ip -n $name link set lan up
ip -n $name address add $inner/24 dev lan"
guest_exec "$guest" "$commands" || die "the guest $guest refused the site $name (see the line above)"
