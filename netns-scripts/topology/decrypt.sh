#!/usr/bin/env bash
# decrypt.sh CAPTURE-FILE [TSHARK-OPTION…]: shows a capture with its ESP decrypted by the keys that ipsec.sh wrote.
# Example: decrypt.sh run/ipr/captures/leg-one.pcap -V
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
(($#)) || die "usage: decrypt.sh CAPTURE-FILE [TSHARK-OPTION…]"
keys_file=$TOPOLOGY_DIRECTORY/esp_sa
[[ -r $keys_file ]] || die "there are no keys in $keys_file: ipsec.sh writes them"

options=(-o esp.enable_encryption_decode:TRUE -o esp.enable_authentication_check:TRUE)
while IFS= read -r line; do options+=(-o "uat:esp_sa:$line"); done <"$keys_file"
exec tshark -n "${options[@]}" -r "$@"
