# interview-lsp in Kakoune by kak-lsp 18 or later. Put this into your kakrc, below
# the line that loads kak-lsp. See docs/editors/kakoune.md.

hook -group interview global BufSetOption filetype=python %{
    # Added to the Python server that kak-lsp chooses itself.
    set-option -add buffer lsp_servers %{
        [interview]
        root_globs = ["pyproject.toml", "setup.py", "requirements.txt", ".git"]
        command = "interview-lsp"
        args = ["serve"]
        settings_section = "interview"
        [interview.settings.interview]
        locale = "auto"
    }
}

# kak-lsp cannot open a document for the server, which then sends the path of the
# question and its line as a message. This opens it; other messages are shown as before.
define-command -override -hidden lsp-show-message-info -params 2 %{
    echo -debug "LSP: info from server %arg{1}: %arg{2}"
    evaluate-commands %sh{
        path=${2%:*} line=${2##*:}
        case $1,$line in
        interview,*[!0-9]*|interview,) path= ;;
        interview,*) ;;
        *) path= ;;
        esac
        if [ -n "$path" ] && [ -f "$path" ]; then
            printf "edit -existing -readonly '%s' %s\n" "$(printf %s "$path" | sed "s/'/''/g")" "$line"
            printf "execute-keys vt\n"
        else
            printf '%s\n' 'echo "LSP: info from server %arg{1}: %arg{2}"'
        fi
    }
}
