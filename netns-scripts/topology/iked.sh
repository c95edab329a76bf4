#!/usr/bin/env bash
# iked.sh GUEST start FILE: starts OpenBSD's iked in a guest (first or second) with FILE as its iked.conf.
# iked.sh GUEST stop: ends it, and removes its state from the guest's kernel.
# iked.sh GUEST log: the end of its log.
# iked.sh GUEST WORD…: runs ikectl there, for example: iked.sh first show sa
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
(($# >= 2)) || die "usage: iked.sh GUEST start FILE | stop | log | IKECTL-WORD… (GUEST: ${GUESTS[*]})"
guest=$1
shift
in_guest() { "$SCRIPTS/guest.sh" "$guest" "$1"; }
directory=/tmp/iked
package=$RUN_DIRECTORY/daemons/openiked/usr/sbin
ikectl="$package/ikectl -s $directory/socket"

case $1 in
start)
  (($# == 2)) || die "usage: iked.sh GUEST start FILE"
  [[ -r $2 ]] || die "$2 cannot be read: name an iked.conf"
  [[ -d $package ]] || die "iked is not there: run netns-scripts/setup/daemons.sh"
  # An /etc of its own has its files and its user, and nothing else.
  in_guest "rm -rf $directory && mkdir -p $directory/empty $directory/etc/iked && cd $directory/etc || exit
for name in ca crls certs private pubkeys/ipv4 pubkeys/ipv6 pubkeys/fqdn pubkeys/ufqdn; do mkdir -p iked/\$name; done
echo '_iked:x:900:900::$directory/empty:/bin/false' >passwd
echo '_iked:x:900:' >group
cat >iked.conf <<'END_OF_CONF'
$(<"$2")
END_OF_CONF
chmod 600 iked.conf
openssl ecparam -genkey -name prime256v1 -noout -out iked/private/local.key
openssl ec -in iked/private/local.key -pubout -out iked/local.pub 2>/dev/null
modprobe -d $RUN_DIRECTORY/modules af_key
unshare --mount sh -c 'mount --bind $directory/etc /etc && exec $package/iked -d -vv -s $directory/socket' >../log 2>&1 &
echo \$! >../pid
# It listens before it has read its files, and forgets an exchange that came meanwhile.
# With its settings, which come last, it forgets them once more.
for _ in \$(seq 100); do grep -q ^ca_reload ../log && grep -q stickyaddress ../log && break; sleep 0.1; done"
  ;;
stop)
  in_guest "pid=\$(cat $directory/pid); kill \$pid
for _ in \$(seq 100); do kill -0 \$pid 2>/dev/null || break; sleep 0.1; done
ip xfrm state flush; ip xfrm policy flush"
  ;;
log) in_guest "grep -v ^ikev2_ $directory/log | tail -60" ;;
*) in_guest "$ikectl $*" ;;
esac
