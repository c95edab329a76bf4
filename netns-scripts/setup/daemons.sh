#!/usr/bin/env bash
# daemons.sh: fetches the IKE daemons that are tested beside strongSwan, libreswan and OpenBSD's iked, and unpacks them into
# the run directory. They are not installed: libreswan's package conflicts with strongSwan's, and openiked's starts a
# daemon on this host. packages.sh installs the libraries they need.
set -euo pipefail
cd "$(dirname "$0")/../.."

directory=${IPSEC_RELAY_RUN:-run}/daemons
for package in libreswan openiked; do
  [[ ! -d $directory/$package ]] || continue
  echo "Unpacking the Debian package $package" >&2
  rm -rf "$directory/new"
  mkdir -p "$directory/new"
  if ! (cd "$directory/new" && { apt-get -qq download "$package" || { apt-get -qq update && apt-get -qq download "$package"; }; }) >"$directory/log" 2>&1; then
    echo "daemons.sh: apt could not fetch $package ($(grep -m 1 '^E: ' "$directory/log" || echo 'it does not say why'))" >&2
    exit 1
  fi
  dpkg-deb -x "$directory/new/$package"_*.deb "$directory/new/root"
  mv "$directory/new/root" "$directory/$package"
done
rm -rf "$directory/new" "$directory/log"
