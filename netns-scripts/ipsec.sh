#!/usr/bin/env bash
# ipsec.sh: gives both guests' kernels one SA in each direction and the policies that use them (ESP, IPv4).
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
#   --algorithm A         aes-gcm (RFC 4106, 128-bit key, 128-bit ICV; default) or aes-cbc-hmac-sha256 (128-bit ICV)
#   --mode M              tunnel (default): 10.1.0.0/24 ↔ 10.2.0.0/24. transport: each guest ↔ its peer's address; through
#                         a relay only ICMP passes it, because TCP's and UDP's checksums cover the substituted addresses
#   --to-second SPI       and the three other SPIs of the table
#   --no-edge             first's kernel uses the wire's SPIs itself. The negative control: the relay's substitution then
#                         breaks every ICV, and both kernels must refuse every packet
#   --key-to-second HEX   keys in hexadecimal, random by default: 20 bytes for aes-gcm (key, salt), 48 for
#   --key-to-first HEX    aes-cbc-hmac-sha256 (AES key of 16 bytes, HMAC key of 32)
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

algorithm=aes-gcm mode=tunnel
to_second=0x22220001 to_second_wire=0xaaaa0001 to_first=0x11110001 to_first_wire=0xbbbb0001
key_to_second='' key_to_first='' edge=1
while (($#)); do
  if [[ $1 == --no-edge ]]; then
    edge=0
    shift
    continue
  fi
  (($# >= 2)) || die "the option $1 needs a value"
  case $1 in
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

peer_of_first=$RELAY_ADDRESS peer_of_second=$RELAY_ADDRESS
if [[ $path == direct ]]; then peer_of_first=$SECOND_ADDRESS peer_of_second=$FIRST_ADDRESS; fi
first_out=$to_second first_in=$to_first
if [[ $edge == 0 ]]; then first_out=$to_second_wire first_in=$to_first_wire; fi
# selectors LOCAL PEER INNER-NET INNER-NET-OF-THE-OTHER: what the policies protect
selectors() { if [[ $mode == tunnel ]]; then echo "$3 $4"; else echo "$1 $2"; fi; }
read -r local_net peer_net < <(selectors "$FIRST_ADDRESS" "$peer_of_first" "$FIRST_INNER_NET" "$SECOND_INNER_NET")
sa_install first "$mode" "$algorithm" "$FIRST_ADDRESS" "$peer_of_first" "$local_net" "$peer_net" \
  "$first_out" "$key_to_second" "$first_in" "$key_to_first"
read -r local_net peer_net < <(selectors "$SECOND_ADDRESS" "$peer_of_second" "$SECOND_INNER_NET" "$FIRST_INNER_NET")
sa_install second "$mode" "$algorithm" "$SECOND_ADDRESS" "$peer_of_second" "$local_net" "$peer_net" \
  "$to_first" "$key_to_first" "$to_second" "$key_to_second"

rm -f "$keys_file"
umask 077
if [[ $path == direct ]]; then
  sa_wireshark_key "$FIRST_ADDRESS" "$SECOND_ADDRESS" "$to_second" "$algorithm" "$key_to_second"
  sa_wireshark_key "$SECOND_ADDRESS" "$FIRST_ADDRESS" "$to_first" "$algorithm" "$key_to_first"
else
  for spi in "$to_second" "$to_second_wire"; do
    sa_wireshark_key "$FIRST_ADDRESS" "$RELAY_ADDRESS" "$spi" "$algorithm" "$key_to_second"
  done
  sa_wireshark_key "$RELAY_ADDRESS" "$SECOND_ADDRESS" "$to_second" "$algorithm" "$key_to_second"
  sa_wireshark_key "$SECOND_ADDRESS" "$RELAY_ADDRESS" "$to_first" "$algorithm" "$key_to_first"
  for spi in "$to_first_wire" "$to_first"; do
    sa_wireshark_key "$RELAY_ADDRESS" "$FIRST_ADDRESS" "$spi" "$algorithm" "$key_to_first"
  done
fi >"$keys_file"
echo "$algorithm, $mode mode, $path; Wireshark's keys: $keys_file"
