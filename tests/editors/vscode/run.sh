#!/bin/bash
# The VS Code extension in a real Visual Studio Code (code-server), with the
# server given in $INTERVIEW_LSP inside the VSIX and a second Python extension
# beside it: first checks through the vscode API inside the extension host
# (host/), then the window itself, driven in Chromium (ui.mjs).
#
# INTERVIEW_LSP  the server's binary
# EDITORS_DIR    where tests/editors/install/vscode.sh installed (target/editors)
# SHOTS          where screenshots and, after a failure, logs go
# CODE_SERVER    a code-server of one's own instead of the installed one
# CHROMIUM       a Chromium of one's own
# ONLY           "host" or "ui": that half alone
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
tools=${EDITORS_DIR:-$root/target/editors}/vscode
: "${INTERVIEW_LSP:?set INTERVIEW_LSP to the path of the interview-lsp binary}"
INTERVIEW_LSP=$(realpath "$INTERVIEW_LSP")
mkdir -p "${SHOTS:=$root/target/shots}"
SHOTS=$(realpath "$SHOTS")
export INTERVIEW_LSP SHOTS TOOLS=$tools CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome || command -v chrome || true)}

if [ -x "$tools/node/bin/node" ]; then
    export PATH=$tools/node/bin:$PATH
    code_server=("$tools/node/bin/node" "$tools/node_modules/code-server/out/node/entry.js")
fi
[ -n "${CODE_SERVER:-}" ] && code_server=("$CODE_SERVER")
if [ -z "${code_server:-}" ] || [ -z "$CHROMIUM" ] || [ ! -d "$tools/node_modules/playwright-core" ]; then
    echo "FAIL the tools are there: run tests/editors/install/vscode.sh first (code-server, Chromium, playwright-core)"
    echo "0 passed, 1 failed"
    exit 1
fi

work=$(mktemp -d)
groups=()
cleanup() {
    trap '' INT TERM # a second signal must not leave processes behind
    for group in "${groups[@]}"; do
        kill -TERM -- "-$group" 2> /dev/null
    done
    for group in "${groups[@]}"; do
        for _ in $(seq 50); do
            kill -0 -- "-$group" 2> /dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$group" 2> /dev/null
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

passed=0
failed=0
ok() { echo "ok $1" && passed=$((passed + 1)); }
bad() { echo "FAIL $1" && failed=$((failed + 1)); }
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

# A home, a profile and no network for everything that follows.
export HOME=$work/home XDG_CONFIG_HOME=$work/home/.config XDG_DATA_HOME=$work/home/.local/share XDG_CACHE_HOME=$work/home/.cache
export EXTENSIONS_GALLERY='{"serviceUrl": "http://127.0.0.1:9/"}' LANG=C.UTF-8
unset LC_ALL LC_MESSAGES VSCODE_IPC_HOOK_CLI
export TMPDIR=$work/tmp
mkdir -p "$HOME" "$TMPDIR"

# One binary from beginning to end, whatever a build does meanwhile.
cp "$INTERVIEW_LSP" "$work/interview-lsp" && INTERVIEW_LSP=$work/interview-lsp

# --- the VSIX, and the two extensions that belong to the test
if (cd "$root/editors/vscode" && npm run -s check) > "$work/check.log" 2>&1; then
    ok "npm run check: types and tests of the pure functions"
else
    bad "npm run check: $(tail -n 20 "$work/check.log")"
fi
target=linux-$(node -p process.arch)
if ! node "$root/editors/vscode/scripts/package.mjs" --target "$target" --out "$work/interview.vsix" > "$work/package.log" 2>&1; then
    bad "packaging: $(tail -n 20 "$work/package.log")"
    finish
fi
for name in second host; do
    (cd "$here/$name" && "$root/editors/vscode/node_modules/.bin/vsce" package --no-dependencies \
        --allow-missing-repository --skip-license -o "$work/$name.vsix") > "$work/package.log" 2>&1 \
        || { bad "packaging $name: $(tail -n 5 "$work/package.log")"; finish; }
done
ok "packaged: $(du -h --apparent-size "$work/interview.vsix" | cut -f1) with the server inside"

install() { # install EXTENSIONS_DIR VSIX...
    local dir=$1 arguments=() vsix
    shift
    for vsix in "$@"; do arguments+=(--install-extension "$vsix"); done
    "${code_server[@]}" --user-data-dir "$work/install" --extensions-dir "$dir" "${arguments[@]}" > "$work/install.log" 2>&1
}

serve() { # serve NAME EXTENSIONS_DIR: sets $url; the workspace is $work/NAME/ws
    local name=$1 profile=$work/$1 pid
    mkdir -p "$profile/data/User"
    cp -r "$here/workspace" "$profile/ws"
    cp "$root/content/examples/worker.py" "$profile/ws/"
    cp "$here/settings.json" "$profile/data/User/settings.json"
    setsid "${code_server[@]}" --auth none --bind-addr 127.0.0.1:0 --disable-telemetry --disable-update-check \
        --disable-workspace-trust --user-data-dir "$profile/data" --extensions-dir "$2" \
        > "$profile/server.log" 2>&1 < /dev/null &
    pid=$!
    groups+=("$pid")
    for _ in $(seq 600); do
        url=$(sed -n 's/.*HTTP server listening on \(http:[^ ]*[0-9]\).*/\1/p' "$profile/server.log" | head -1)
        [ -n "$url" ] && break
        kill -0 "$pid" 2> /dev/null || break
        sleep 0.1
    done
    if [ -z "$url" ]; then
        bad "code-server starts: $(tail -n 10 "$profile/server.log")"
        finish
    fi
    url="$url/?folder=$profile/ws"
}

drive() { # drive SCRIPT PROFILE: runs it, counts its lines
    local script=$1 profile=$2 out=$2/driver.out shown=0 before=$failed pid ended lines line
    : > "$out"
    setsid node "$here/$script" "$url" "$profile" > "$out" 2> "$profile/driver.log" < /dev/null &
    pid=$!
    groups+=("$pid")
    # Not a pipe: bash would run no trap while it reads from one.
    while :; do
        ended=0
        kill -0 "$pid" 2> /dev/null || ended=1
        mapfile -t -s "$shown" lines < "$out"
        for line in "${lines[@]}"; do
            shown=$((shown + 1))
            case $line in
                "ok "*) ok "${line#ok }" ;;
                "FAIL "*) bad "${line#FAIL }" ;;
                *) echo "$line" ;;
            esac
        done
        [ "$ended" = 1 ] && break
        sleep 0.2
    done
    wait "$pid" || [ "$failed" -gt "$before" ] || bad "$script ended: $(tail -n 10 "$profile/driver.log")"
    if [ "$failed" -gt "$before" ]; then
        # What the extension and its server said, for whoever mends it.
        find "$profile/data/logs" -name 'Interview.log' -exec cat {} + > "$SHOTS/vscode-failed-${script%.mjs}-output.log" 2> /dev/null
        cp "$profile/server.log" "$SHOTS/vscode-failed-${script%.mjs}-code-server.log"
    fi
}

if [ "${ONLY:-host}" = host ]; then
    if install "$work/extensions-host" "$work/interview.vsix" "$work/second.vsix" "$work/host.vsix"; then
        export INTERVIEW_TEST_RESULTS=$work/results.jsonl INTERVIEW_TEST_LOGS=$work/host/data/logs
        : > "$INTERVIEW_TEST_RESULTS"
        serve host "$work/extensions-host"
        drive host.mjs "$work/host"
        unset INTERVIEW_TEST_RESULTS
    else
        bad "installing the VSIX: $(tail -n 10 "$work/install.log")"
    fi
fi
if [ "${ONLY:-ui}" = ui ]; then
    if install "$work/extensions-ui" "$work/interview.vsix" "$work/second.vsix"; then
        serve ui "$work/extensions-ui"
        drive ui.mjs "$work/ui"
    else
        bad "installing the VSIX: $(tail -n 10 "$work/install.log")"
    fi
fi
finish
