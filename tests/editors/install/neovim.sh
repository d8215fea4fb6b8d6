#!/bin/bash
# Installs what tests/editors/neovim needs: Neovim 0.12 (Debian sid) and 0.10
# (Debian trixie) into $EDITORS_DIR, and tmux, aha, Chromium and a font for the
# pictures. Does nothing when all of it is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export EDITORS_DIR=${EDITORS_DIR:-$(cd "$here/../../.." && pwd)/target/editors}
mkdir -p "$EDITORS_DIR"

missing=()
for pair in tmux:tmux aha:aha patchelf:patchelf chromium:chromium git:git; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf ] || missing+=(fonts-dejavu-core)
if [ ${#missing[@]} -gt 0 ]; then
  log=$EDITORS_DIR/neovim-apt.log
  if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"; } >"$log" 2>&1; then
    echo "install/neovim.sh: apt-get could not install ${missing[*]} (root on Debian is needed); the end of $log:" >&2
    tail -n 15 "$log" >&2
    exit 1
  fi
fi

"$here/debian-prefix.sh" sid "$EDITORS_DIR/nvim-0.12" usr/bin/nvim neovim
"$here/debian-prefix.sh" trixie "$EDITORS_DIR/nvim-0.10" usr/bin/nvim neovim

for version in 0.12 0.10; do
  nvim=$EDITORS_DIR/nvim-$version/usr/bin/nvim
  if ! said=$("$nvim" --version 2>&1); then
    echo "install/neovim.sh: $nvim does not run: $said" >&2
    exit 1
  fi
done
