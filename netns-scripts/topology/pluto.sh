#!/usr/bin/env bash
# pluto.sh GUEST start FILE SECRETS: starts libreswan's pluto in a guest (first or second) with FILE as its ipsec.conf, which
# has the connection vpn, and SECRETS as its ipsec.secrets.
# pluto.sh GUEST stop: ends it, and removes its state from the guest's kernel.
# pluto.sh GUEST log: the end of its log.
# pluto.sh GUEST WORD…: runs whack there, for example: pluto.sh first --initiate --name vpn
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
(($# >= 2)) || die "usage: pluto.sh GUEST start FILE SECRETS | stop | log | WHACK-WORD… (GUEST: ${GUESTS[*]})"
guest=$1
shift
in_guest() { "$SCRIPTS/guest.sh" "$guest" "$1"; }
directory=/tmp/pluto
package=$RUN_DIRECTORY/daemons/libreswan
# It looks for its other programs there.
libexec=/usr/libexec
whack="$package$libexec/ipsec/whack --ctlsocket $directory/pluto.ctl"

case $1 in
start)
  (($# == 3)) || die "usage: pluto.sh GUEST start FILE SECRETS"
  [[ -r $2 && -r $3 ]] || die "$2 or $3 cannot be read: name an ipsec.conf and an ipsec.secrets"
  [[ -d $package ]] || die "libreswan is not there: run netns-scripts/setup/daemons.sh"
  in_guest "rm -rf $directory && mkdir -p $directory/nss && cd $directory || exit
cat >ipsec.conf <<'END_OF_CONF'
$(<"$2")
END_OF_CONF
cat >ipsec.secrets <<'END_OF_SECRETS'
$(<"$3")
END_OF_SECRETS
certutil -N -d sql:$directory/nss --empty-password
unshare --mount sh -c 'mount --bind $package$libexec $libexec && exec $libexec/ipsec/pluto \"\$@\"' pluto \\
  --nofork --stderrlog --use-xfrm --no-dnssec --nhelpers 0 --config $directory/ipsec.conf \\
  --secretsfile $directory/ipsec.secrets --ipsecdir $directory --nssdir $directory/nss --rundir $directory >log 2>&1 &
for _ in \$(seq 100); do [ -S pluto.ctl ] && break; sleep 0.1; done
$package$libexec/ipsec/addconn --config ipsec.conf --ctlsocket $directory/pluto.ctl vpn &&
$whack --listen"
  ;;
stop) in_guest "$whack --shutdown; ip xfrm state flush; ip xfrm policy flush" ;;
log) in_guest "tail -60 $directory/log" ;;
*) in_guest "$whack $*" ;;
esac
