#!/usr/bin/env bash
# charon.sh PEER start FILE [LINES [DIRECTORY]]: starts strongSwan's charon with FILE as its swanctl.conf, LINES in the
# section charon of its strongswan.conf, after the ones below, and the credentials in DIRECTORY (x509, x509ca, private).
# PEER is a guest, first or second, or a site in one (site.sh): second/b.
# charon.sh PEER stop: ends it, and removes its state from that kernel or namespace.
# charon.sh PEER log: the end of its log.
# charon.sh PEER WORD…: runs swanctl there, for example: charon.sh first --initiate --child net
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
(($# >= 2)) || die "usage: charon.sh PEER start FILE [LINES [DIRECTORY]] | stop | log | SWANCTL-WORD… (PEER: ${GUESTS[*]}, or GUEST/SITE)"
peer=$1
shift
in_guest() { "$SCRIPTS/guest.sh" "${peer%%/*}" "$1"; }
# Everything of one charon lies here, its socket too. charon's PID file does not: it has a /run of its own.
directory=/tmp/charon-${peer//\//-}
environment="export STRONGSWAN_CONF=$directory/strongswan.conf SWANCTL_DIR=$directory/swanctl"
namespace='' # words that run a command in the site
[[ $peer != */* ]] || namespace="ip netns exec ${peer#*/} "

case $1 in
start)
  (($# >= 2 && $# <= 4)) || die "usage: charon.sh PEER start FILE [LINES [DIRECTORY]]"
  [[ -r $2 ]] || die "$2 cannot be read: name a swanctl.conf"
  in_guest "rm -f $directory/vici; mkdir -p $directory/swanctl && cd $directory/swanctl &&
  rm -rf -- * && mkdir -p x509 x509ca x509ocsp x509aa x509ac x509crl pubkey private rsa ecdsa bliss pkcs8 pkcs12
${4:+cp -r $4/. .}
cat >swanctl.conf <<'END_OF_SWANCTL'
$(<"$2")
END_OF_SWANCTL
cat >../strongswan.conf <<'END_OF_STRONGSWAN'
charon {
  load = random nonce aes sha1 sha2 hmac kdf gmp curve25519 openssl pem pkcs1 x509 pubkey constraints eap-identity eap-mschapv2 kernel-netlink socket-default vici
  filelog { stderr { default = 1 } }
  plugins { vici { socket = unix://$directory/vici } }
  retransmit_timeout = 1
  retransmit_base = 1.4
  keep_alive = 5
  ${3:-}
}
END_OF_STRONGSWAN
$environment
${namespace}unshare --mount sh -c 'mount -t tmpfs tmpfs /run && exec /usr/lib/ipsec/charon' >$directory/log 2>&1 &
echo \$! >$directory/pid
for _ in \$(seq 100); do [ -S $directory/vici ] && break; sleep 0.1; done
swanctl --load-all --uri unix://$directory/vici"
  ;;
stop)
  in_guest "pid=\$(cat $directory/pid); kill \$pid
for _ in \$(seq 100); do kill -0 \$pid 2>/dev/null || break; sleep 0.1; done
${namespace}ip xfrm state flush; ${namespace}ip xfrm policy flush"
  ;;
log) in_guest "tail -60 $directory/log" ;;
*) in_guest "$environment; swanctl $* --uri unix://$directory/vici" ;;
esac
