#!/bin/bash
# debian-prefix.sh SUITE PREFIX PROGRAM[,PROGRAM...] PACKAGE...
#
# Unpacks PACKAGE of another Debian suite, with everything it depends on (libc
# included), into PREFIX and makes PROGRAM (a path inside PREFIX; `-` for packages
# that hold none) run from there.
# Nothing of the system changes: apt works on a state folder of its own with an
# empty list of installed packages, so it resolves the whole closure.
#
# SUITE may be "a,b": b only fills what a lacks (bookworm-backports,bookworm).
# Packages and lists are kept in $EDITORS_DIR/.debian/SUITE (one user at a time).
# Quiet when it works; says nothing and does nothing when PREFIX is already right.
set -euo pipefail

if [ $# -lt 4 ]; then
  echo "usage: debian-prefix.sh SUITE PREFIX PROGRAM[,PROGRAM...] PACKAGE..." >&2
  exit 2
fi
suite=$1 prefix=$2 programs=$3
shift 3
root=$(cd "$(dirname "$0")/../../.." && pwd)
EDITORS_DIR=${EDITORS_DIR:-$root/target/editors}
mkdir -p "$prefix" "$EDITORS_DIR/.debian/$suite"
prefix=$(cd "$prefix" && pwd -P)
state=$(cd "$EDITORS_DIR/.debian/$suite" && pwd -P)
stamp=$prefix/.debian-prefix
request="2 $suite $programs $*" # the number: raise it when this script's result changes
log=$state/log

fail() {
  echo "debian-prefix.sh: $*" >&2
  [ -s "$log" ] && { echo "the end of $log:" >&2; tail -n 15 "$log" >&2; }
  exit 1
}

# The first file of that name in the prefix's library folders, as far as they are there.
in_prefix() {
  local folder
  for folder in usr/lib64 lib64 usr/lib lib; do
    [ -d "$prefix/$folder" ] && find "$prefix/$folder/" -name "$1"
  done | head -n 1 || true
}

# The program is patched in place, so /proc/self/exe is the real binary and an
# editor finds its runtime beside itself; starting it through ld.so would not do,
# and LD_LIBRARY_PATH would leak the newer libc into the servers it starts.
patch_programs() {
  local ld libc lib program file
  if [ "$programs" = - ]; then
    finish
    return
  fi
  ld=$(in_prefix 'ld-linux-*.so.*')
  libc=$(in_prefix libc.so.6)
  [ -n "$ld" ] && [ -n "$libc" ] || fail "no C library in $prefix: the packages did not bring it"
  # Before trixie libc is in /lib and most else in /usr/lib.
  lib=$(basename "$(dirname "$libc")")
  lib=$prefix/usr/lib/$lib:$prefix/lib/$lib
  for program in ${programs//,/ }; do
    file=$prefix/$program
    [ -e "$file" ] || fail "$program is not in $prefix: is it a path inside one of: $*?"
    patchelf --set-interpreter "$ld" --force-rpath --set-rpath "$lib" "$(readlink -f "$file")" >>"$log" 2>&1 ||
      fail "patchelf cannot make $program run from $prefix"
  done
  finish
}

finish() {
  printf '%s\n%s\n' "$request" "$prefix" >"$stamp.new"
  cat "$prefix/.versions" >>"$stamp.new"
  mv "$stamp.new" "$stamp"
}

trap 'fail "stopped at line $LINENO"' ERR

exec 9>"$state/lock"
flock 9
: >"$log"

if [ -f "$stamp" ] && [ "$(sed -n 1p "$stamp")" = "$request" ]; then
  # The same packages. A prefix that was moved needs its new path in the programs.
  [ "$(sed -n 2p "$stamp")" = "$prefix" ] || patch_programs "$@"
  exit 0
fi

for tool in apt-get dpkg-deb flock; do
  command -v "$tool" >/dev/null || fail "$tool is missing: this works on Debian only"
done
if ! command -v patchelf >/dev/null; then
  { apt-get -q update && apt-get -q -y --no-install-recommends install patchelf; } >>"$log" 2>&1 9>&- ||
    fail "patchelf is missing and apt-get could not install it (root is needed)"
fi

# The mirror that this machine uses for Debian itself.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1 || true)
if [ -z "$mirror" ]; then
  mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\) .*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
fi
[ -n "$mirror" ] || fail "no Debian mirror is set up on this machine (looked in /etc/apt)"

mkdir -p "$state/state/lists/partial" "$state/cache/archives/partial"
: >"$state/empty.status"
for s in ${suite//,/ }; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $s main"
done >"$state/sources.list"
apt=(apt-get -q -o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o Dir::Etc::preferencesparts=/dev/null -o "Dir::State=$state/state" -o "Dir::Cache=$state/cache"
  -o "Dir::State::status=$state/empty.status" -o Debug::NoLocking=1 -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o Acquire::Retries=3
  -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)

download() {
  rm -f "$state"/cache/archives/*.deb
  "${apt[@]}" -y -t "${suite%%,*}" --no-install-recommends --download-only install "$@" >>"$log" 2>&1 9>&-
}
update() { "${apt[@]}" update >>"$log" 2>&1 9>&-; }

# Kept lists may name a package that the mirror has replaced since: ask again then.
if compgen -G "$state/state/lists/*Packages*" >/dev/null; then
  download "$@" || { update && download "$@"; } || fail "cannot download $* of $suite"
else
  update || fail "cannot read the package lists of $suite"
  download "$@" || fail "cannot download $* of $suite"
fi

find "$prefix" -mindepth 1 -delete
for deb in "$state"/cache/archives/*.deb; do
  dpkg-deb -x "$deb" "$prefix" >>"$log" 2>&1 || fail "cannot unpack $deb"
done
for package in "$@"; do
  for deb in "$state/cache/archives/${package}"_*.deb; do
    dpkg-deb -W --showformat='${Package} ${Version}\n' "$deb"
  done
done >"$prefix/.versions"
# Suites since trixie keep everything under /usr: give the old paths too.
for l in lib lib64 bin sbin; do
  if [ ! -e "$prefix/$l" ] && [ -d "$prefix/usr/$l" ]; then ln -s "usr/$l" "$prefix/$l"; fi
done
rm -f "$state"/cache/archives/*.deb
patch_programs "$@"
