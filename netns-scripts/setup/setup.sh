#!/usr/bin/env bash
# setup.sh: installs the Debian and npm packages that the build, the tests and the demo need beside Node. Prints a line for each
# package that it installs, nothing when all are there, and ends with one sentence and status 1 when one cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
  echo "setup.sh: $*" >&2
  exit 1
}

wanted='Node 20.19 or newer with npm is needed, for example from https://deb.nodesource.com/node_20.x'
version=$(node --version 2>/dev/null) || die "$wanted; there is no node"
IFS=. read -r major minor _ <<<"${version#v}"
((major > 20 || (major == 20 && minor >= 19))) || die "$wanted; this is $version"
command -v npm >/dev/null || die "$wanted; there is node $version, but no npm"

netns-scripts/setup/packages.sh || exit 1

packages=node_modules/.package-lock.json # the Makefile's rule for it is `npm ci`
if ! make -q "$packages"; then
  log=$(mktemp)
  echo "Installing the npm packages of package-lock.json" >&2
  # npm waits ten seconds and then a minute before it tries again; too long a wait for one sentence.
  npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=5000 make "$packages" >"$log" 2>&1 ||
    die "npm could not install them ($(grep -m 1 -E '^npm error [^ ]+ .* ' "$log" || tail -n 1 "$log")); its words are in $log"
  rm -f "$log"
fi
