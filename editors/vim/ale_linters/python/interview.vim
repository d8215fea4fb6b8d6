" Tells ALE about interview-lsp. ALE reads this file itself when a Python file opens.

call ale#Set('python_interview_executable', 'interview-lsp')

function! s:ProjectRoot(buffer) abort
  for l:mark in ['pyproject.toml', 'setup.py', 'requirements.txt', '.git']
    let l:found = ale#path#FindNearestFile(a:buffer, l:mark)
    if empty(l:found)
      let l:found = ale#path#FindNearestDirectory(a:buffer, l:mark)
    endif
    if !empty(l:found)
      return fnamemodify(substitute(l:found, '/$', '', ''), ':h')
    endif
  endfor
  return fnamemodify(bufname(a:buffer), ':p:h')
endfunction

call ale#linter#Define('python', {
\ 'name': 'interview',
\ 'lsp': 'stdio',
\ 'executable': {buffer -> ale#Var(buffer, 'python_interview_executable')},
\ 'command': '%e serve',
\ 'project_root': function('s:ProjectRoot'),
\ 'initialization_options': {-> get(g:, 'interview_settings', {})},
\ 'lsp_config': {-> {'interview': get(g:, 'interview_settings', {})}},
\})
