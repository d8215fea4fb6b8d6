#!/bin/bash
# Installs what the proofs of content/ need: CPython 3.13, 3.14 and 3.15 with
# their standard library, the documentation of 3.15 (Debian sid), for the
# machine's own python3 the packages of requirements.txt, all into $EDITORS_DIR,
# and Chromium, which draws the diagrams. Does nothing when all of it is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export EDITORS_DIR=${EDITORS_DIR:-$(cd "$here/../.." && pwd)/target/editors}
mkdir -p "$EDITORS_DIR"
if ! command -v chromium >/dev/null; then
  log=$EDITORS_DIR/python-apt.log
  if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install chromium fonts-dejavu-core; } >"$log" 2>&1; then
    echo "tests/python/install.sh: apt-get could not install chromium (root on Debian is needed); the end of $log:" >&2
    tail -n 15 "$log" >&2
    exit 1
  fi
fi

prefix=$here/../editors/install/debian-prefix.sh

for version in 3.13 3.14 3.15; do
  "$prefix" sid "$EDITORS_DIR/python-$version" "usr/bin/python$version" "python$version"
  python=$EDITORS_DIR/python-$version/usr/bin/python$version
  if ! said=$("$python" -c 'import sqlite3, ssl, asyncio' 2>&1); then
    echo "tests/python/install.sh: $python does not run: $said" >&2
    exit 1
  fi
done
"$prefix" sid "$EDITORS_DIR/python-doc" - python3.15-doc

packages=$EDITORS_DIR/python-packages
stamp=$packages/.requirements
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  rm -rf "$packages"
  log=$EDITORS_DIR/python-packages.log
  if ! python3 -m pip install --quiet --disable-pip-version-check --only-binary :all: --target "$packages" --requirement "$here/requirements.txt" >"$log" 2>&1; then
    echo "tests/python/install.sh: pip could not install the packages; the end of $log:" >&2
    tail -n 15 "$log" >&2
    exit 1
  fi
  cp "$here/requirements.txt" "$stamp"
fi
