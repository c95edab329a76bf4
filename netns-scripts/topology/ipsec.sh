#!/usr/bin/env bash
# ipsec.sh: gives both guests' kernels one SA in each direction and the policies that use them.
#
#   ipsec.sh relay  [OPTION…]   the peer of each kernel is the relay's address
#   ipsec.sh direct [OPTION…]   the peers are each other's real addresses; the relay's namespace only routes
#   ipsec.sh remove             no SAs, no policies
#
# Which SPI is where, with a relay that substitutes it and an edge on the first side (option that changes it):
#
#                     first's kernel   wire first-relay   wire relay-second, second's kernel
#   first → second    0x22220001       0xaaaa0001         0x22220001       --to-second, --to-second-wire
#   second → first    0x11110001       0xbbbb0001         0x11110001       --to-first,  --to-first-wire
#
# Both kernels of a direction compute and verify the ICV over one SPI, the one the receiver chose. On the first leg the
# wire carries another: the edge swaps 0x22220001 for 0xaaaa0001 on the way out and the relay swaps it back; the relay
# swaps 0x11110001 for 0xbbbb0001 on the way to first and the edge swaps it back. With `direct` the wire SPIs are unused.
#
# Options
#   --leg-one LEG         how first's kernel sends and receives: 4 (default) or 6, the family of the outer header; with
#   --leg-two LEG         /udp behind it ESP-in-UDP (RFC 3948), with /udp:PORT from another port than 4500. The same for
#                         second's kernel. With direct, both ends of the one leg: use the same
#   --algorithm A         aes-gcm (RFC 4106, 128-bit key, 128-bit ICV; default) or aes-cbc-hmac-sha256 (128-bit ICV)
#   --ah                  AH with HMAC-SHA-256 in place of ESP. First's kernel computes as if it were the relay: its SAs
#                         are between the relay's address, which it then owns, and second's; the edge swaps the addresses
#   --mode M              tunnel (default): the inner networks of both families. transport: each guest ↔ its peer's address;
#                         through a relay only IPv4's ICMP passes it, because all others' checksums cover the addresses
#   --to-second SPI       and the three other SPIs of the table
#   --no-edge             first's kernel uses the wire's SPIs itself. The negative control: the relay's substitution then
#                         breaks every ICV, and both kernels must refuse every packet
#   --key-to-second HEX   keys in hexadecimal, random by default: 20 bytes for aes-gcm (key, salt), 48 for
#   --key-to-first HEX    aes-cbc-hmac-sha256 (AES key of 16 bytes, HMAC key of 32), 32 for AH
#
# Writes a line of Wireshark's esp_sa table for each SA on each wire to <run>/<topology>/esp_sa (decrypt.sh uses it;
# a person copies it into Wireshark's configuration directory), and prints where. The file holds the keys: mode 0600.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings

path=${1:-}
[[ $path == relay || $path == direct || $path == remove ]] || die "usage: ipsec.sh relay|direct|remove [OPTION…]; the head of $0 explains them"
shift
keys_file=$TOPOLOGY_DIRECTORY/esp_sa
if [[ $path == remove ]]; then
  for guest in "${GUESTS[@]}"; do guest_exec "$guest" 'ip xfrm state flush; ip xfrm policy flush'; done
  rm -f "$keys_file"
  exit 0
fi

protocol=esp algorithm=aes-gcm mode=tunnel leg_one=4 leg_two=4
to_second=0x22220001 to_second_wire=0xaaaa0001 to_first=0x11110001 to_first_wire=0xbbbb0001
key_to_second='' key_to_first='' edge=1
while (($#)); do
  words=1
  case $1 in
    --no-edge) edge=0 ;;
    --ah) protocol=ah algorithm=hmac-sha256 ;;
    *) words=2 ;;
  esac
  if ((words == 1)); then
    shift
    continue
  fi
  (($# >= 2)) || die "the option $1 needs a value"
  case $1 in
    --leg-one) leg_one=$2 ;;
    --leg-two) leg_two=$2 ;;
    --algorithm) algorithm=$2 ;;
    --mode) mode=$2 ;;
    --to-second) to_second=$2 ;;
    --to-second-wire) to_second_wire=$2 ;;
    --to-first) to_first=$2 ;;
    --to-first-wire) to_first_wire=$2 ;;
    --key-to-second) key_to_second=${2#0x} ;;
    --key-to-first) key_to_first=${2#0x} ;;
    *) die "unknown option '$1'; the head of $0 lists the options" ;;
  esac
  shift 2
done

# parse_leg LEG: sets family (4 or 6) and port (empty when native).
parse_leg() {
  [[ $1 =~ ^([46])(/udp(:([0-9]{1,5}))?)?$ ]] || die "a leg is written 4, 6, 4/udp, 6/udp or 4/udp:PORT; this one is '$1'"
  family=${BASH_REMATCH[1]} port=''
  [[ -z ${BASH_REMATCH[2]} ]] || port=${BASH_REMATCH[4]:-4500}
}
parse_leg "$leg_one"
family_one=$family port_one=$port
parse_leg "$leg_two"
family_two=$family port_two=$port
[[ $path == relay || $leg_one == "$leg_two" ]] || die "with direct there is one leg: use the same for --leg-one and --leg-two"
[[ $protocol == esp || $leg_one == "$leg_two" && -z $port_one ]] ||
  die "AH crosses no families and is not encapsulated in UDP: its ICV covers the addresses (RFC 4302 §3.3.3.1)"
[[ $mode == tunnel || $mode == transport ]] || die "unknown mode '$mode': use tunnel or transport"
for spi in "$to_second" "$to_second_wire" "$to_first" "$to_first_wire"; do
  [[ $spi =~ ^0x[0-9a-fA-F]{3,8}$ ]] && ((spi >= 256)) && continue
  die "the SPI '$spi' is not between 0x100 and 0xffffffff, written with 0x"
done
key_bytes=$(sa_key_bytes "$algorithm")
random_key() { od -An -v -tx1 -N "$key_bytes" /dev/urandom | tr -d ' \n'; }
: "${key_to_second:=$(random_key)}" "${key_to_first:=$(random_key)}"
for key in "$key_to_second" "$key_to_first"; do
  [[ $key =~ ^[0-9a-fA-F]+$ ]] && ((${#key} == 2 * key_bytes)) && continue
  die "a key for $algorithm is $key_bytes bytes, $((2 * key_bytes)) hexadecimal digits; this one has ${#key} characters"
done

first=$(address FIRST_ADDRESS "$family_one") second=$(address SECOND_ADDRESS "$family_two")
relay_one=$(address RELAY_ADDRESS "$family_one") relay_two=$(address RELAY_ADDRESS "$family_two")
peer_of_first=$relay_one peer_of_second=$relay_two local_of_first=$first
if [[ $path == direct ]]; then
  peer_of_first=$second peer_of_second=$first
elif [[ $protocol == ah ]]; then
  local_of_first=$relay_one peer_of_first=$second
fi
first_out=$to_second first_in=$to_first
if [[ $edge == 0 ]]; then first_out=$to_second_wire first_in=$to_first_wire; fi

# kernel_state LOCAL PEER PORT SPI-OUT KEY-OUT SPI-IN KEY-IN OWN OTHER: lines for ip(8) that replace all SAs and policies of
# a kernel by one SA in each direction and its policies. The peer's port is 4500. OWN and OTHER begin the names of the
# inner networks in lib.sh.
kernel_state() {
  local local=$1 peer=$2 port=$3 inner out=() in=()
  if [[ -n $port ]]; then out=("$port" 4500) in=(4500 "$port"); fi
  echo 'xfrm state flush
xfrm policy flush'
  sa_add "$local" "$peer" "$protocol" "$4" "$mode" "$(sa_transform "$algorithm" "$5")" "${out[@]}"
  sa_add "$peer" "$local" "$protocol" "$6" "$mode" "$(sa_transform "$algorithm" "$7")" "${in[@]}"
  if [[ $mode == transport ]]; then
    sa_policies "$local" "$peer" "$protocol" "$mode" "$local" "$peer"
    return
  fi
  for inner in 4 6; do
    [[ $inner == 4 ]] || has_ipv6 || continue
    sa_policies "$local" "$peer" "$protocol" "$mode" "$(address "${8}_INNER_NET" "$inner")" "$(address "${9}_INNER_NET" "$inner")"
  done
}

# The address that first's AH computes with is first's own for as long as it does.
address_of_ah() {
  echo 'address flush dev lo scope global'
  [[ $local_of_first == "$first" ]] || echo "address add $local_of_first dev lo"
}

# install GUEST FAMILY PORT LINES: one process for all lines, because processes are slow in a guest. First the kernel forgets
# the path MTUs that it has learned: it would not find the one for an address that has become its own (AH over IPv6).
install() {
  local commands="set -e
ip -$2 route flush cache
ip -batch - <<'LINES'
$4
LINES"
  [[ -z $3 ]] || commands+="
perl '$SCRIPTS/udp-encap.pl' $3"
  guest_exec "$1" "$commands" || die "the guest $1 refused its SAs (see the line above)"
}
for_first=$(
  address_of_ah
  kernel_state "$local_of_first" "$peer_of_first" "$port_one" "$first_out" "$key_to_second" "$first_in" "$key_to_first" FIRST SECOND
)
for_second=$(kernel_state "$second" "$peer_of_second" "$port_two" "$to_first" "$key_to_first" "$to_second" "$key_to_second" SECOND FIRST)
install first "$family_one" "$port_one" "$for_first" &
installing=$!
install second "$family_two" "$port_two" "$for_second"
wait "$installing"

rm -f "$keys_file"
umask 077
if [[ $protocol == ah ]]; then
  : # nothing is encrypted
elif [[ $path == direct ]]; then
  sa_wireshark_key "$first" "$second" "$to_second" "$algorithm" "$key_to_second"
  sa_wireshark_key "$second" "$first" "$to_first" "$algorithm" "$key_to_first"
else
  for spi in "$to_second" "$to_second_wire"; do
    sa_wireshark_key "$first" "$relay_one" "$spi" "$algorithm" "$key_to_second"
  done
  sa_wireshark_key "$relay_two" "$second" "$to_second" "$algorithm" "$key_to_second"
  sa_wireshark_key "$second" "$relay_two" "$to_first" "$algorithm" "$key_to_first"
  for spi in "$to_first_wire" "$to_first"; do
    sa_wireshark_key "$relay_one" "$first" "$spi" "$algorithm" "$key_to_first"
  done
fi >"$keys_file"
echo "$algorithm, $mode mode, $path, legs $leg_one and $leg_two; Wireshark's keys: $keys_file"
