#!/bin/bash
# Installs what tests/editors/vscode/run.sh needs into $EDITORS_DIR/vscode:
# Chromium and fonts (Debian packages), Node 24, code-server (Visual Studio
# Code served to a browser), playwright-core, and the npm packages of the
# extension itself (in editors/vscode/node_modules).
#
# Run again it does nothing; a change of a version below installs anew.
set -euo pipefail

CODE_SERVER_VERSION=${CODE_SERVER_VERSION:-4.139.1} # = Visual Studio Code 1.139.1
NODE_VERSION=${NODE_VERSION:-24.21.0}               # what this code-server runs on
PLAYWRIGHT_VERSION=1.65.1

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
EDITORS_DIR=${EDITORS_DIR:-$root/target/editors}
dir=$EDITORS_DIR/vscode
log=$EDITORS_DIR/install-vscode.log
mkdir -p "$EDITORS_DIR"
: > "$log"

fail() {
    echo "install/vscode.sh: $1" >&2
    if [ -s "$log" ]; then
        echo "--- the end of $log" >&2
        tail -n 30 "$log" >&2
    fi
    exit 1
}
step() { # step WHAT COMMAND...: quiet unless it fails
    local what=$1
    shift
    "$@" >> "$log" 2>&1 || fail "$what failed: $*"
}

case $(uname -s)-$(uname -m) in
    Linux-x86_64) arch=x64 ;;
    Linux-aarch64) arch=arm64 ;;
    *) fail "code-server is installed on Linux x86_64 and aarch64 only, this is $(uname -s) $(uname -m)" ;;
esac
command -v npm > /dev/null || fail "npm is not on the PATH; install Node.js 20 or later"

# --- Debian packages: a browser, fonts for the screenshots, and what compiles
# code-server's log module
packages=()
[ -n "${CHROMIUM:-}" ] || packages+=(chromium fonts-dejavu-core fonts-open-sans fonts-jetbrains-mono)
command -v g++ > /dev/null && command -v make > /dev/null || packages+=(g++ make)
command -v python3 > /dev/null || packages+=(python3)
missing=()
for package in ${packages[@]+"${packages[@]}"}; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null \
        || fail "missing: ${missing[*]}. As root on Debian this script installs them; elsewhere install Chromium and set CHROMIUM to its path"
    export DEBIAN_FRONTEND=noninteractive
    lock=(-o DPkg::Lock::Timeout=300)
    step "apt-get update" apt-get "${lock[@]}" -q update
    step "apt-get install" apt-get "${lock[@]}" -q -y --no-install-recommends install "${missing[@]}"
fi

# --- Node 24, code-server, playwright-core
want="code-server $CODE_SERVER_VERSION with spdlog, node $NODE_VERSION, playwright-core $PLAYWRIGHT_VERSION, $arch"
if [ "$(cat "$dir/stamp" 2> /dev/null)" != "$want" ]; then
    rm -rf "$dir"
    mkdir -p "$dir/node"
    cd "$dir"
    step "fetching Node $NODE_VERSION" npm pack --silent "node-linux-$arch@$NODE_VERSION"
    step "unpacking Node" tar xzf node-linux-*.tgz -C node --strip-components=1
    rm -f node-linux-*.tgz
    PATH=$dir/node/bin:$PATH
    echo '{"private": true}' > package.json
    # No install scripts: they would compile native modules that these tests
    # never load. The second command is the part of code-server's own
    # postinstall that is left.
    step "installing code-server" npm install --no-audit --no-fund --no-package-lock --ignore-scripts \
        "code-server@$CODE_SERVER_VERSION" "playwright-core@$PLAYWRIGHT_VERSION"
    step "installing code-server's VS Code" npm install --prefix node_modules/code-server/lib/vscode \
        --no-audit --no-fund --omit=dev --ignore-scripts
    # One native module is needed: without it output channels stay empty, and
    # the tests read the extension's.
    step "compiling code-server's log module" env npm_config_nodedir="$dir/node" npm rebuild --ignore-scripts=false \
        --prefix node_modules/code-server/lib/vscode @vscode/spdlog
    # A third of the size is never loaded here.
    (
        cd node_modules/code-server/lib/vscode
        rm -rf node_modules/@github node_modules/@microsoft/mxc-sdk node_modules/@vscode/windows-* extensions/copilot
        for folder in node_modules/@vscode/ripgrep-universal/bin node_modules/node-pty/prebuilds; do
            [ -d "$folder" ] && find "$folder" -mindepth 1 -maxdepth 1 ! -name "linux-$arch" -exec rm -rf {} +
        done
        find . -name '*.map' -delete
    ) >> "$log" 2>&1 || true
    step "starting code-server" node/bin/node node_modules/code-server/out/node/entry.js --version
    echo "$want" > stamp
fi

# --- the extension's own packages
cd "$root/editors/vscode"
want=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat node_modules/.installed 2> /dev/null)" != "$want" ]; then
    step "installing the extension's npm packages" npm ci --no-audit --no-fund --ignore-scripts
    echo "$want" > node_modules/.installed
fi
rm -f "$log"
