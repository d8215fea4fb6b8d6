#!/bin/bash
# Checks the Neovim plugin in real Neovim, headless and in a terminal.
#
#   INTERVIEW_LSP  the server's program (default: the newest build in target/)
#   EDITORS_DIR    where tests/editors/install/neovim.sh put Neovim 0.12 and 0.10
#   NVIM           a Neovim to use instead of those two
#   SHOTS          folder for the pictures (default: $EDITORS_DIR/shots)
#   CHROMIUM       the browser that draws the pictures (default: chromium on PATH)
#   ONLY           names of scenarios, to run these alone
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
EDITORS_DIR=${EDITORS_DIR:-$root/target/editors}
SHOTS=${SHOTS:-$EDITORS_DIR/shots}
INTERVIEW_LSP=${INTERVIEW_LSP:-$(ls -t "$root"/target/{release,debug}/interview-lsp 2>/dev/null | head -n 1)}
if [ ! -x "$INTERVIEW_LSP" ]; then
  echo "FAIL the server's program: '$INTERVIEW_LSP' cannot be run; build it or set INTERVIEW_LSP"
  echo "0 passed, 1 failed"
  exit 1
fi
mkdir -p "$SHOTS"
INTERVIEW_LSP=$(readlink -f "$INTERVIEW_LSP")
SHOTS=$(cd "$SHOTS" && pwd)

tmp=$(mktemp -d)
results=$tmp/results
: >"$results"
# Whatever runs with a HOME of ours is ours: editors, servers, tmux.
cleanup() {
  local env pid
  for sock in "$tmp"/*/tmux; do [ -S "$sock" ] && tmux -S "$sock" kill-server 2>/dev/null; done
  for env in /proc/[0-9]*/environ; do
    pid=${env#/proc/}
    pid=${pid%/environ}
    if [ "$pid" != $$ ] && tr '\0' '\n' 2>/dev/null <"$env" | grep -q "^HOME=$tmp/"; then kill -9 "$pid" 2>/dev/null; fi
  done
  rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

report() { # LABEL: results on stdin, counted and shown with the label
  while IFS= read -r line; do
    case $line in
    'ok '*) echo "ok $1: ${line#ok }" ;;
    'FAIL '*) echo "FAIL $1: ${line#FAIL }" ;;
    *) echo "  $line" ;;
    esac
  done | tee -a "$results"
}

wanted() { [ -z "${ONLY:-}" ] || [[ " $ONLY " == *" $1 "* ]]; }

# A home of its own: an empty one, with the project copied in and the server on PATH.
new_home() {
  home=$tmp/$1
  mkdir -p "$home/bin" "$home/.cache" "$home/run"
  chmod 700 "$home/run"
  cp -r "$here/project" "$home/project"
  git init -q "$home/project" 2>/dev/null
  ln -sf "$INTERVIEW_LSP" "$home/bin/interview-lsp"
}

clean_env() { # without anything of the caller's that could lead to another server or language
  env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u VIMRUNTIME -u VIM -u NVIM -u TMUX \
    -u LC_ALL -u LC_MESSAGES HOME="$home" XDG_RUNTIME_DIR="$home/run" LANG=C.UTF-8 TERM=xterm-256color "$@"
}

headless() { # LABEL NVIM SCENARIO [VARIABLE=VALUE...]
  local label=$1 nvim=$2 scenario=$3 rc
  shift 3
  wanted "$scenario" || return 0
  [ -n "${home:-}" ] || new_home "$label-$scenario"
  clean_env PATH="$home/bin:$PATH" PLUGIN="$root/editors/neovim" PROJECT="$home/project" "$@" \
    timeout -k 5 300 "$nvim" --clean --headless -l "$here/checks.lua" "$scenario" \
    >"$home/out" 2>"$home/err" </dev/null
  rc=$?
  grep -aE '^(ok|FAIL|#) ' "$home/out" | report "$label $scenario"
  if ! grep -qaE '^(ok|FAIL) ' "$home/out" || { [ $rc -ne 0 ] && ! grep -qa '^FAIL ' "$home/out"; }; then
    echo "FAIL the scenario ended with $rc: $(tail -c 600 "$home/err" | tr '\n' ' ')" | report "$label $scenario"
  fi
  home=
}

checks() { # LABEL NVIM
  local label=$1 nvim=$2
  for scenario in hover unicode documents search_from_anywhere own_bank bank_file wrong_settings wrong_options checkhealth; do
    headless "$label" "$nvim" $scenario
  done
  for encoding in utf-8 utf-16 utf-32; do
    headless "$label" "$nvim" second_server ENCODING=$encoding
  done
  # A copy of the plugin that lies in no clone, so that nothing is found but what PATH has.
  new_home "$label-help"
  cp -r "$root/editors/neovim" "$home/plugin"
  headless "$label" "$nvim" help PLUGIN="$home/plugin"
  new_home "$label-missing"
  rm "$home/bin/interview-lsp"
  cp -r "$root/editors/neovim" "$home/plugin"
  headless "$label" "$nvim" missing PLUGIN="$home/plugin" PATH="$home/bin:/usr/bin:/bin"
  new_home "$label-missing-option"
  headless "$label" "$nvim" missing OPTION=/nowhere/interview-lsp
  new_home "$label-clone"
  rm "$home/bin/interview-lsp"
  mkdir -p "$home/clone/server" "$home/clone/editors" "$home/clone/target/debug"
  touch "$home/clone/server/Cargo.toml"
  cp -r "$root/editors/neovim" "$home/clone/editors/neovim"
  cp "$INTERVIEW_LSP" "$home/clone/target/debug/interview-lsp"
  headless "$label" "$nvim" clone PLUGIN="$home/clone/editors/neovim" PATH="$home/bin:/usr/bin:/bin" \
    EXPECTED="$home/clone/target/debug/interview-lsp"
  home=
}

if [ -n "${NVIM:-}" ] && [ -x "$(command -v "$NVIM")" ]; then
  editors=("$(command -v "$NVIM")")
else
  editors=("$EDITORS_DIR/nvim-0.12/usr/bin/nvim" "$EDITORS_DIR/nvim-0.10/usr/bin/nvim")
fi
for nvim in "${editors[@]}"; do
  version=$("$nvim" --version 2>/dev/null | sed -n '1s/^NVIM v\([0-9]*\.[0-9]*\).*/\1/p')
  if [ -z "$version" ]; then
    echo "FAIL Neovim: $nvim does not run; tests/editors/install/neovim.sh installs it" | report neovim
    continue
  fi
  checks "neovim $version" "$nvim"
  if ! wanted screen; then continue; fi
  lacking=
  command -v tmux >/dev/null || lacking=tmux
  [ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || lacking="$lacking Chromium"
  if [ -z "$lacking" ]; then
    . "$here/screen.sh" "neovim $version" "$nvim" "$version"
  elif [ "${CI:-}" = true ]; then
    echo "FAIL the terminal: $lacking is missing; tests/editors/install/neovim.sh installs it" | report "neovim $version screen"
  else
    echo "left out: the checks in a terminal, since $lacking is missing"
  fi
done

passed=$(grep -c '^ok ' "$results")
failed=$(grep -c '^FAIL ' "$results")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
