" Vim with ALE: diagnostics, hover, a quick fix, the signs, other JSON.
set nocompatible noswapfile
filetype plugin on
packadd ale
let g:ale_linters_explicit = 1
let g:ale_linters = {'json': ['pactlens']}
let g:ale_hover_to_preview = 1
execute 'source' $WORK . '/page.vim'

function! Say(text) abort
  call writefile([a:text], $WORK . '/report.txt', 'a')
endfunction

function! Ok(what, condition, ...) abort
  if !a:condition
    call Say('FAILED: ' . a:what . ': ' . string(a:000))
    cquit!
  endif
  call Say('ok ' . a:what)
endfunction

function! WaitFor(what, Condition) abort
  let l:start = reltime()
  while !a:Condition()
    if reltimefloat(reltime(l:start)) > 20
      call Say('FAILED: nothing came: ' . a:what . ': ' . string(ale#engine#GetLoclist(bufnr(''))))
      cquit!
    endif
    sleep 20m
  endwhile
endfunction

function! Finding() abort
  return get(filter(copy(ale#engine#GetLoclist(bufnr(''))), {_, it -> get(it, 'code', '') is# 'unknown-matcher'}), 0, {})
endfunction

function! IsServed() abort
  return !empty(filter(copy(ale#lsp#GetConnections()), {_, it -> has_key(it.open_documents, bufnr(''))}))
endfunction

" Whom ALE asks which action to take: a person who reads the list.
runtime autoload/ale/util.vim
function! ale#util#Input(message, value) abort
  let g:asked = a:message
  let l:line = get(filter(split(a:message, "\n"), {_, it -> it =~# "Write 'integer'"}), 0, '')
  return matchstr(l:line, '^\d\+')
endfunction

function! Test() abort
  call Say(matchstr(execute('version'), 'Vi IMproved [0-9.]*') . ' with ' . substitute(system("dpkg-query -W vim-ale"), '[[:space:]]\+', ' ', 'g'))
  execute 'edit' $WORK . '/pacts/web-orders.json'
  call ale#Queue(0, 'lint_file')
  call WaitFor('diagnostics', {-> !empty(Finding())})
  let l:finding = Finding()
  let l:stands = getline(l:finding.lnum)[l:finding.col - 1 : l:finding.end_col - 1]
  call Ok('the finding stands at the name', l:stands is# '"integr"', l:stands)
  call Ok('it has a sign', !empty(sign_getplaced(bufnr(''), {'group': '*', 'lnum': l:finding.lnum})[0].signs))

  call cursor(l:finding.lnum, l:finding.col + 1)
  ALEHover
  let l:Shown = {-> !empty(filter(range(1, winnr('$')), 'getwinvar(v:val, "&previewwindow")'))}
  call WaitFor('a hover', l:Shown)
  wincmd P
  let l:hover = join(getline(1, '$'), "\n")
  pclose
  call Ok('the hover explains the rule', l:hover =~# 'unknown-matcher', l:hover)

  call cursor(l:finding.lnum, l:finding.col + 1)
  ALECodeAction
  call WaitFor('a quick fix', {-> getline(l:finding.lnum) =~# '"integer"'})
  call Ok('a quick fix mends the text', 1)
  call ale#Queue(0)
  call WaitFor('no finding after the fix', {-> empty(Finding())})
  call Ok('the finding is gone', IsServed())

  write
  execute 'edit' $WORK . '/package.json'
  call ale#Queue(0, 'lint_file')
  call Ok('other JSON has no server', !IsServed(), ale#lsp#GetConnections())
endfunction

try
  call Test()
  call Say('PASSED')
catch
  call Say('FAILED: ' . v:exception . ' at ' . v:throwpoint)
  cquit!
endtry
call ale#lsp#StopAll()
qall!
