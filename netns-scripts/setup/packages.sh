#!/usr/bin/env bash
# packages.sh [PACKAGE…]: installs with apt the packages that netns-scripts/ needs and this Debian lacks, and those named.
# Asks nothing, prints one line a package when it installs, and ends with one sentence when something fails.
set -euo pipefail

packages=(
  gcc g++ make python3 libpcap-dev             # the native addon, and the npm packages that are compiled
  clang libbpf-dev                             # the programs for the kernel
  iproute2 iputils-ping procps kmod util-linux # the namespaces and the guests' init
  user-mode-linux                              # the guests' kernel
  nftables                                     # the peer the relay is measured against
  tcpdump tshark                               # captures, and decrypting them
  python3-scapy                                # the model of test/oracle
  iperf3 ethtool                               # traffic, and how an interface receives it
  python3-cryptography                         # with scapy, the oracle of the endpoint's packets
  strongswan-charon strongswan-swanctl         # key exchanges: the peers in the guests
  libstrongswan-standard-plugins libcharon-extra-plugins libcharon-extauth-plugins
  strongswan-pki                               # their certificates
  libcurl3-nss libevent-2.1-7 libevent-pthreads-2.1-7 libldap-2.5-0 libldns3 libnss3-tools libunbound8 openssl
                                               # for libreswan and iked (daemons.sh)
  shellcheck                                   # make test-lint
  groff-base                                   # the manual pages are checked with it
  "$@"
)

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing=()
for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
((${#missing[@]})) || exit 0

if [[ $EUID != 0 ]]; then
  echo "packages.sh: these packages are missing and installing them needs root (run it with sudo): ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
log=$(mktemp)

apt() { apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" >>"$log" 2>&1 </dev/null; }
install() { apt install --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"; }

printf 'Installing the Debian package %s\n' "${missing[@]}" >&2
# Without lists, or with lists so old that their files are gone from the server, the first attempt fails: then update.
if ! install; then
  : >"$log"
  if ! { apt update && install; }; then
    echo "packages.sh: apt could not install them ($(grep -m 1 '^E: ' "$log" || echo 'it does not say why')); its words are in $log" >&2
    exit 1
  fi
fi
rm -f "$log"
