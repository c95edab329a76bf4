# The shared library of netns-scripts/, sourced by bash scripts: settings and the address plan here, then
# namespaces, guests, captures, and kernel SAs, each in its file of lib/.
# shellcheck shell=bash disable=SC2034 # the scripts use the variables that look unused here
#
# Settings, all from the environment:
#   NETNS_PREFIX     begins the name of every namespace; two topologies with different prefixes live side by side (ipr-)
#   NETNS_MTU        MTU of every device, 576 to 1500 bytes, the most a guest's device can do (1500); below 1280 there
#                    is no IPv6. mtu.sh changes one link of a topology that is up
#   IPSEC_RELAY_RUN  directory for everything made at run time (<checkout>/run)
#   GUEST_MEMORY     memory of one guest, in UML's notation (256M)
#   GUEST_TIMEOUT    seconds that guest_exec waits for a command before it gives up and kills it (120)
#   CAPTURE_OPTIONS  further words for tcpdump, such as -B 65536 -s 2048 for many packets at once (none)
#   VERBOSE          1: echo each command with the namespace or guest it runs in

: "${NETNS_PREFIX:=ipr-}" "${NETNS_MTU:=1500}" "${GUEST_MEMORY:=256M}" "${GUEST_TIMEOUT:=120}" "${VERBOSE:=0}"
: "${CAPTURE_OPTIONS:=}"
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
CHECKOUT=$(dirname "$(dirname "$SCRIPTS")")
RUN_DIRECTORY=$(realpath -m "${IPSEC_RELAY_RUN:-$CHECKOUT/run}")
TOPOLOGY_DIRECTORY=$RUN_DIRECTORY/${NETNS_PREFIX%-}

# Every namespace of the topology. down.sh removes exactly these, so a prefix that begins like another one is safe.
NAMESPACES=(first-net first-host relay second-net second-host)
GUESTS=(first second)

# The address plan. up.sh draws it. The name of an IPv6 address ends in 6.
FIRST_ADDRESS=198.18.1.1 FIRST_ROUTER=198.18.1.254 FIRST_OUTER_NET=198.18.1.0/24
FIRST_ADDRESS6=2001:db8:1::1 FIRST_ROUTER6=2001:db8:1::fe FIRST_OUTER_NET6=2001:db8:1::/64
SECOND_ADDRESS=198.18.2.2 SECOND_ROUTER=198.18.2.254 SECOND_OUTER_NET=198.18.2.0/24
SECOND_ADDRESS6=2001:db8:2::2 SECOND_ROUTER6=2001:db8:2::fe SECOND_OUTER_NET6=2001:db8:2::/64
FIRST_INNER=10.1.0.1 FIRST_HOST=10.1.0.2 FIRST_INNER_NET=10.1.0.0/24
FIRST_INNER6=fd00:1::1 FIRST_HOST6=fd00:1::2 FIRST_INNER_NET6=fd00:1::/64
SECOND_INNER=10.2.0.1 SECOND_HOST=10.2.0.2 SECOND_INNER_NET=10.2.0.0/24
SECOND_INNER6=fd00:2::1 SECOND_HOST6=fd00:2::2 SECOND_INNER_NET6=fd00:2::/64
RELAY_ADDRESS=198.18.9.9 RELAY_POOL=198.18.9.0/24
RELAY_ADDRESS6=2001:db8:9::9 RELAY_POOL6=2001:db8:9::/64
LEG_ONE_NET_SIDE=198.18.10.1 LEG_ONE_RELAY_SIDE=198.18.10.2
LEG_ONE_NET_SIDE6=2001:db8:10::1 LEG_ONE_RELAY_SIDE6=2001:db8:10::2
LEG_TWO_NET_SIDE=198.18.20.1 LEG_TWO_RELAY_SIDE=198.18.20.2
LEG_TWO_NET_SIDE6=2001:db8:20::1 LEG_TWO_RELAY_SIDE6=2001:db8:20::2

# address NAME FAMILY: an address of the plan by the name of its variable and 4 or 6.
address() {
  local name=$1
  if [[ $2 == 6 ]]; then name+=6; fi
  echo "${!name}"
}

# has_ipv6: whether the topology has IPv6, which asks for links of 1280 bytes (RFC 8200 §5).
has_ipv6() { ((NETNS_MTU >= 1280)); }

# die SENTENCE: prints the fault and ends the script.
die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# echo_command WHERE COMMAND…: in verbose mode, shows a command and where it runs.
echo_command() {
  [[ $VERBOSE == 1 ]] || return 0
  local where=$1 colour='' plain=''
  shift
  if [[ -t 2 ]]; then colour=$'\e[1;33m' plain=$'\e[0m'; fi
  echo "${colour}[$where]$plain $*" >&2
}

require_root_and_settings() {
  [[ $EUID == 0 ]] || die "network namespaces need root: run it with sudo"
  [[ $NETNS_PREFIX =~ ^[a-z0-9-]{1,16}$ && $NETNS_PREFIX =~ [a-z0-9] ]] ||
    die "NETNS_PREFIX is '$NETNS_PREFIX': use 1 to 16 small letters, digits and dashes, for example 'ipr-'"
  if ! [[ $NETNS_MTU =~ ^[0-9]{3,4}$ ]] || ((NETNS_MTU < 576 || NETNS_MTU > 1500)); then
    die "NETNS_MTU is '$NETNS_MTU': use a number from 576 to 1500"
  fi
  [[ $RUN_DIRECTORY =~ ^[A-Za-z0-9/._+-]+$ ]] ||
    die "IPSEC_RELAY_RUN is '$RUN_DIRECTORY': use a path of letters, digits and / . _ + -"
  # UML's management socket lies below it, and the path of a Unix socket ends at 107 bytes.
  ((${#TOPOLOGY_DIRECTORY} <= 80)) ||
    die "the run directory $TOPOLOGY_DIRECTORY is longer than 80 bytes: set IPSEC_RELAY_RUN to a shorter path"
}

# pause SECONDS: sleeps without starting a process. The first one changes $! as every process substitution does.
pause() {
  [[ -n ${PAUSE_FD:-} ]] || exec {PAUSE_FD}<> <(:)
  read -r -t "$1" -u "$PAUSE_FD" || true
}

# shellcheck source=lib/namespaces.sh
. "$SCRIPTS/lib/namespaces.sh"
# shellcheck source=lib/guests.sh
. "$SCRIPTS/lib/guests.sh"
# shellcheck source=lib/captures.sh
. "$SCRIPTS/lib/captures.sh"
# shellcheck source=lib/sas.sh
. "$SCRIPTS/lib/sas.sh"
