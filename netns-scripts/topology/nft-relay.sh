#!/usr/bin/env bash
# nft-relay.sh: the work of the relay and the edge, done by nftables in the kernel: the peer that the benchmark measures the
# relay against, and the proof that a topology forwards substituted SPIs. It substitutes only: no checks, no counters.
#
#   nft-relay.sh relay  NAMESPACE RELAY-ADDRESS   SAs on standard input, a line each: PEER SPI TO-ADDRESS TO-SPI
#   nft-relay.sh edge   NAMESPACE                 substitutions on standard input:    SOURCE DESTINATION SPI TO-SPI
#   nft-relay.sh remove NAMESPACE
#   nft-relay.sh example                          relay and edge for the SPIs of ipsec.sh, in the topology's namespaces
#
# NAMESPACE is a full name, as `ip netns` prints it. Native ESP: the relay over IPv4 or IPv6, as RELAY-ADDRESS is; the edge over IPv4.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
require_root_and_settings

table=ipsec_relay_peer
load() { ip netns exec "$1" nft -f - || die "nftables refused the rules for $1 (see the lines above)"; }

# The packet is read by its first fields until they are substituted, so the order of the statements matters.
relay_rules() { # RELAY-ADDRESS < SAs
  local ip=ip
  [[ $1 != *:* ]] || ip=ip6
  awk -v relay="$1" -v table="$table" -v ip="$ip" '
    { address = address separator $1 " . " $2 " : " $3; spi = spi separator $1 " . " $2 " : " $4; separator = ",\n" }
    END {
      key = ip " saddr . esp spi"
      print "table " ip " " table " {"
      print "map to_addr {\ntypeof " key " : " ip " daddr\nelements = {\n" address "\n}\n}"
      print "map to_spi {\ntypeof " key " : esp spi\nelements = {\n" spi "\n}\n}"
      print "chain prerouting {\ntype filter hook prerouting priority raw"
      print ip " daddr " relay " " ip " daddr set " key " map @to_addr esp spi set " key " map @to_spi " ip " saddr set " relay " notrack accept"
      print "}\n}"
    }'
}

edge_rules() { # < substitutions
  awk -v table="$table" '
    { elements = elements separator $1 " . " $2 " . " $3 " : " $4; separator = ",\n" }
    END {
      print "table ip " table " {"
      print "map to_spi {\ntypeof ip saddr . ip daddr . esp spi : esp spi\nelements = {\n" elements "\n}\n}"
      print "chain prerouting {\ntype filter hook prerouting priority raw"
      print "esp spi set ip saddr . ip daddr . esp spi map @to_spi notrack accept"
      print "}\n}"
    }'
}

remove() {
  local family
  for family in ip ip6; do ip netns exec "$1" nft delete table "$family" "$table" 2>/dev/null || true; done
}

case "${1:-} $#" in
  "relay 3")
    remove "$2"
    relay_rules "$3" | load "$2"
    ;;
  "edge 2")
    remove "$2"
    edge_rules | load "$2"
    ;;
  "remove 2") remove "$2" ;;
  "example 1")
    "$0" relay "$(netns relay)" "$RELAY_ADDRESS" <<SAS
$FIRST_ADDRESS 0xaaaa0001 $SECOND_ADDRESS 0x22220001
$SECOND_ADDRESS 0x11110001 $FIRST_ADDRESS 0xbbbb0001
SAS
    "$0" edge "$(netns first-net)" <<SUBSTITUTIONS
$FIRST_ADDRESS $RELAY_ADDRESS 0x22220001 0xaaaa0001
$RELAY_ADDRESS $FIRST_ADDRESS 0xbbbb0001 0x11110001
SUBSTITUTIONS
    ;;
  *) die "usage: nft-relay.sh relay NAMESPACE RELAY-ADDRESS | edge NAMESPACE | remove NAMESPACE | example" ;;
esac
