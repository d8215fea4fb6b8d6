" interview-lsp in Vim 8.2 or later by ALE. See docs/editors/vim.md.

if exists('g:loaded_interview') || has('nvim')
  finish
endif
let g:loaded_interview = 1

" Beside your own choice of linters, or beside what ALE runs for Python by itself.
let g:ale_linters = get(g:, 'ale_linters', {})
let g:ale_linters.python = get(g:ale_linters, 'python', ['flake8', 'mypy', 'pylint', 'pyright', 'ruff']) + ['interview']

" ALE runs code actions but cannot open the document that the server names then. So
" `:Interview` asks the server itself: without an argument for the questions about what
" is under the cursor, with one for those that match it.
command! -nargs=* Interview call s:Interview(<q-args>)

function! s:Ask(command, argument, Handler) abort
  let l:message = [0, 'workspace/executeCommand', {
  \ 'command': 'interview-lsp.' . a:command,
  \ 'arguments': [a:argument],
  \}]
  call s:Send(l:message, a:Handler)
endfunction

function! s:Send(message, Handler) abort
  if &filetype isnot# 'python'
    echo 'Interview: works from a Python file'
    return
  endif
  if !ale#lsp_linter#SendRequest(bufnr(''), 'interview', a:message, {response -> s:Take(response, a:Handler)})
    echo 'Interview: ALE cannot start interview-lsp; see :ALEInfo'
  endif
endfunction

" ALE calls back from a channel, where a menu cannot be shown.
function! s:Take(response, Handler) abort
  if has_key(a:response, 'error')
    echo 'Interview: ' . a:response.error.message
    return
  endif
  let l:result = get(a:response, 'result', [])
  call timer_start(0, {-> a:Handler(l:result)})
endfunction

" The column as the server counts it: in UTF-16 units.
function! s:Position() abort
  let l:before = strpart(getline('.'), 0, col('.') - 1)
  let l:units = 0
  for l:char in split(l:before, '\zs')
    for l:code in str2list(l:char)
      let l:units += l:code > 0xFFFF ? 2 : 1
    endfor
  endfor
  return {'line': line('.') - 1, 'character': l:units}
endfunction

function! s:Interview(query) abort
  if !empty(a:query)
    call s:Search(a:query)
    return
  endif
  let l:position = s:Position()
  call s:Send([0, 'textDocument/codeAction', {
  \ 'textDocument': {'uri': ale#util#ToURI(expand('%:p'))},
  \ 'range': {'start': l:position, 'end': l:position},
  \ 'context': {'diagnostics': [], 'only': ['interview'], 'triggerKind': 1},
  \}], function('s:ChooseAction'))
endfunction

function! s:Search(query) abort
  call s:Ask('search', {'query': a:query, 'limit': 20}, {found -> s:ChooseQuestion(a:query, found)})
endfunction

function! s:Choose(title, lines) abort
  if empty(a:lines)
    echo a:title . ': no question'
    return -1
  endif
  let l:choice = inputlist([a:title] + map(copy(a:lines), {index, line -> (index + 1) . '. ' . line}))
  redraw
  return l:choice < 1 || l:choice > len(a:lines) ? -1 : l:choice - 1
endfunction

function! s:ChooseAction(actions) abort
  let l:actions = type(a:actions) is v:t_list ? a:actions : []
  let l:chosen = s:Choose('Interview', map(copy(l:actions), {_, action -> substitute(action.title, '^Interview: ', '', '')}))
  if l:chosen < 0
    return
  endif
  let l:command = l:actions[l:chosen].command
  let l:argument = l:command.arguments[0]
  if l:command.command is# 'interview-lsp.search'
    call s:Search(l:argument.query)
  else
    call s:Open(l:argument.id)
  endif
endfunction

function! s:ChooseQuestion(query, found) abort
  let l:found = type(a:found) is v:t_list ? a:found : []
  let l:chosen = s:Choose('Interview: "' . a:query . '"', map(copy(l:found), {_, question -> question.question}))
  if l:chosen >= 0
    call s:Open(l:found[l:chosen].id)
  endif
endfunction

function! s:Open(id) abort
  call s:Ask('open', {'id': a:id}, function('s:Show'))
endfunction

function! s:Show(document) abort
  let l:path = ale#util#ToResource(a:document.uri)
  execute 'split' fnameescape(l:path)
  if filereadable(l:path) && getfperm(l:path)[1] is# '-'
    setlocal readonly nomodifiable
  endif
  call cursor(a:document.range.start.line + 1, 1)
  normal! zt
endfunction
