#!/usr/bin/env bash
# charon.sh GUEST start FILE: starts strongSwan's charon in a guest (first or second) with FILE as its swanctl.conf.
# charon.sh GUEST stop: ends it, and removes what it left in the guest's kernel.
# charon.sh GUEST log: the end of its log.
# charon.sh GUEST WORD…: runs swanctl there, for example: charon.sh first --initiate --child net
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
(($# >= 2)) || die "usage: charon.sh GUEST start FILE | stop | log | SWANCTL-WORD… (GUEST: ${GUESTS[*]})"
guest=$1
shift
in_guest() { "$SCRIPTS/guest.sh" "$guest" "$1"; }
environment='export STRONGSWAN_CONF=/run/swan/strongswan.conf SWANCTL_DIR=/run/swan/swanctl'

case $1 in
start)
  (($# == 2)) || die "usage: charon.sh GUEST start FILE"
  [[ -r $2 ]] || die "$2 cannot be read: name a swanctl.conf"
  in_guest "rm -f /run/charon.vici; mkdir -p /run/swan/swanctl && cd /run/swan/swanctl &&
  mkdir -p x509 x509ca x509ocsp x509aa x509ac x509crl pubkey private rsa ecdsa bliss pkcs8 pkcs12
cat >/run/swan/swanctl/swanctl.conf <<'END_OF_SWANCTL'
$(<"$2")
END_OF_SWANCTL
cat >/run/swan/strongswan.conf <<'END_OF_STRONGSWAN'
charon {
  load = random nonce aes sha1 sha2 hmac kdf gmp curve25519 openssl pem pkcs1 x509 pubkey constraints kernel-netlink socket-default vici
  filelog { stderr { default = 1 } }
  retransmit_timeout = 1
  retransmit_base = 1.4
  keep_alive = 5
}
END_OF_STRONGSWAN
$environment
/usr/lib/ipsec/charon >/run/swan/log 2>&1 &
echo \$! >/run/swan/pid
for _ in \$(seq 100); do [ -S /run/charon.vici ] && break; sleep 0.1; done
swanctl --load-all"
  ;;
stop)
  # shellcheck disable=SC2016 # for the guest's shell
  in_guest 'pid=$(cat /run/swan/pid); kill $pid
for _ in $(seq 100); do kill -0 $pid 2>/dev/null || break; sleep 0.1; done
ip xfrm state flush; ip xfrm policy flush'
  ;;
log) in_guest 'tail -60 /run/swan/log' ;;
*) in_guest "$environment; swanctl $*" ;;
esac
