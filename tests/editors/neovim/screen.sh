# Sourced by run.sh: `. screen.sh LABEL NVIM VERSION`. A person's way through the plugin
# in a terminal: installed as a package, keys pressed, the screen read and drawn.

screen() { tmux -S "$home/tmux" capture-pane -p -t main; }

# Polls until the screen matches; says what was there when it does not.
sees() { # WHAT PATTERN
  local deadline=$((SECONDS + 60))
  until screen 2>/dev/null | grep -qE -- "$2"; do
    if [ $SECONDS -ge $deadline ]; then
      echo "FAIL $1: $(screen 2>&1 | grep -v '^ *[0-9]* *$' | head -n 40 | tr '\n' '|')"
      return 1
    fi
    sleep 0.1
  done
  [ "${3:-}" = quiet ] || echo "ok $1"
}

hides() { # WHAT PATTERN
  local deadline=$((SECONDS + 60))
  while screen 2>/dev/null | grep -qE -- "$2"; do
    if [ $SECONDS -ge $deadline ]; then
      echo "FAIL $1: $(screen | grep -E -- "$2" | tr '\n' '|')"
      return 1
    fi
    sleep 0.1
  done
  echo "ok $1"
}

keys() { tmux -S "$home/tmux" send-keys -t main "$@"; }

draw() { # NAME TITLE
  tmux -S "$home/tmux" capture-pane -p -e -N -t main >"$SHOTS/$1.ansi"
  if python3 "$here/picture.py" "$SHOTS/$1.ansi" "$SHOTS/$1.png" "$2" 2>"$home/picture.err" && [ -s "$SHOTS/$1.png" ]; then
    echo "ok the picture $1.png"
  else
    echo "FAIL the picture $1.png: $(tail -n 2 "$home/picture.err" | tr '\n' ' ')"
  fi
}

walk() { # VERSION
  local name=neovim-$1
  sees 'the server attaches' ' interview +[0-9]+:[0-9]+' || return
  keys '6G' 'f' 'L'
  sees 'the cursor moves' ' 6:8' quiet || return
  keys 'K'
  sees 'K shows the card' 'Interview · threading\.Lock' || return
  draw "$name-hover" 'worker.py'
  hides 'the card hides its Markdown marks' '\*\*|```' || return
  keys 'g' 'r' 'a'
  sees 'the code actions are listed' 'Interview: search for more…' || return
  draw "$name-actions" 'worker.py'
  keys '1' 'Enter'
  sees 'the first action opens the question' '\.md \[RO\]' || return
  # Tree-sitter works in the background: the marks of the code blocks vanish.
  hides 'the question hides its Markdown marks and metadata' '```|<!--' || return
  draw "$name-question" 'the question'
  keys 'q'
  sees 'q closes the question' ' interview +6:8' || return
  keys ':Interview search race' 'Enter'
  sees 'the search lists questions' '^1: .*race' || return
  draw "$name-search" 'search'
  keys '1' 'Enter'
  sees 'the chosen question opens' '\.md \[RO\]' || return
  keys ':qall!' 'Enter'
}

run_screen() { # NVIM VERSION
  mkdir -p "$home/.config/nvim" "$home/.local/share/nvim/site/pack/interview/start"
  cp "$here/screen.lua" "$home/.config/nvim/init.lua"
  ln -s "$root/editors/neovim" "$home/.local/share/nvim/site/pack/interview/start/interview"
  (
    cd "$home/project" && clean_env PATH="$home/bin:$PATH" COLORTERM=truecolor \
      tmux -f /dev/null -S "$home/tmux" new-session -d -s main -x 100 -y 34 "$1 worker.py" \; \
      set -as terminal-features ',*:RGB' \; set -g escape-time 0
  )
  walk "$2"
  tmux -S "$home/tmux" kill-server 2>/dev/null
  local log=$home/.local/state/nvim/lsp.log
  if [ -f "$log" ] && grep -v 'LSP logging initiated' "$log" >"$home/log"; then
    echo "FAIL Neovim's log of language servers stays empty: $(head -n 5 "$home/log" | tr '\n' '|')"
  else
    echo "ok Neovim's log of language servers stays empty"
  fi
}

new_home "screen-$3"
run_screen "$2" "$3" | report "$1 screen"
home=
