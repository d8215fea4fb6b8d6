-- The headless checks: `nvim --clean --headless -l checks.lua SCENARIO`, started by
-- run.sh with PLUGIN (the plugin's folder), PROJECT (a copy of project/) and, except
-- where it must be missing, interview-lsp on PATH. Polls, never sleeps.
local scenario = arg[1]
local here = vim.fs.dirname(arg[0])
local plugin, project = vim.env.PLUGIN, vim.env.PROJECT
local modern = vim.fn.has('nvim-0.11') == 1
local LIMIT = 60000

local function say(line)
  io.stdout:write(line .. '\n')
  io.stdout:flush()
end

local function check(what, ok, seen)
  if ok then
    say('ok ' .. what)
  else
    local text = type(seen) == 'string' and seen or vim.inspect(seen)
    say(('FAIL %s: %s'):format(what, (text:gsub('%s*\n%s*', ' | '))))
  end
  return ok
end

local function wait(what, ready)
  local value
  local ok = vim.wait(LIMIT, function()
    value = ready()
    return value
  end, 20)
  if not ok then
    check(what, false, ('not within a minute; messages: %s'):format(vim.fn.execute('messages')))
    vim.cmd('cquit 1')
  end
  return value
end

-- Everything that is said to the user, by vim.notify or by echo.
local notified = {}
local notify = vim.notify
vim.notify = function(message, level, opts)
  table.insert(notified, message)
  return notify(message, level, opts)
end
vim.notify_once = vim.notify
local function said()
  return table.concat(notified, '\n') .. '\n' .. vim.fn.execute('messages')
end

local function call(client, method, ...)
  if modern then
    return client[method](client, ...)
  end
  return client[method](...)
end

local function client_of(bufnr, name)
  local c = vim.lsp.get_clients({ bufnr = bufnr or 0, name = name or 'interview' })[1]
  return c and c.initialized and c or nil
end

vim.opt.runtimepath:prepend(plugin)
vim.cmd('filetype plugin on | syntax on')
vim.cmd.runtime('plugin/interview.lua')

local function switch_on(options)
  if options then
    require('interview').setup(options)
  elseif modern then
    vim.lsp.enable('interview')
  else
    require('interview').setup({})
  end
end

local function open(name)
  vim.cmd.edit(vim.fn.fnameescape(project .. '/' .. name))
  return vim.api.nvim_get_current_buf()
end

local function attached(name)
  local bufnr = open(name)
  wait('the server is attached to ' .. name, function()
    return client_of(bufnr)
  end)
  return bufnr
end

-- Puts the cursor on the first letter of the `nth` occurrence of `text` in the line
-- that contains `line`; everything in bytes, as Neovim counts.
local function cursor_on(line, text, nth)
  for row, content in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if content:find(line, 1, true) then
      local at, from = nil, 1
      for _ = 1, nth or 1 do
        at = content:find(text, from, true)
        from = at + #text
      end
      vim.api.nvim_win_set_cursor(0, { row, at - 1 })
      return
    end
  end
  error('no line with ' .. line)
end

local function floats()
  return vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_config(win).relative ~= ''
  end, vim.api.nvim_list_wins())
end

local function close_floats()
  for _, win in ipairs(floats()) do
    vim.api.nvim_win_close(win, true)
  end
end

local function float_text()
  local win = floats()[1]
  return win and table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, false), '\n')
end

-- What a user sees after pressing the key for hover.
local function hover(show)
  close_floats();
  (show or vim.lsp.buf.hover)()
  local text = wait('a hover appears', float_text)
  close_floats()
  return text
end

local function has_cyrillic(text)
  return text:find('[\208\209][\128-\191]') ~= nil
end

local function raw_hover()
  local c = client_of()
  local params = require('interview.position').params(c)
  local response = call(c, 'request_sync', 'textDocument/hover', params, LIMIT, 0)
  return response and response.result, response and response.err
end

local function check_card(what, construct, russian)
  local text = hover()
  local title = ('**Interview** · `%s`'):format(construct)
  local right = text:find(title, 1, true) ~= nil and has_cyrillic(text) == (russian or false)
  check(('hover on %s gives the card of %s%s'):format(what, construct, russian and ' in Russian' or ''), right, text)
end

local function check_nothing(what)
  local result, err = raw_hover()
  check('no card on ' .. what, not err and (result == nil or result == vim.NIL), result or err)
end

-- Answers vim.ui.select with the first item that `matches`, and keeps what was offered.
local offered
local function choose(matches)
  offered = nil
  vim.ui.select = function(items, opts, done)
    offered = {}
    local chosen
    for _, item in ipairs(items) do
      local text = (opts.format_item or tostring)(item)
      table.insert(offered, text)
      if not chosen and matches(text, item) then
        chosen = item
      end
    end
    done(chosen)
  end
end

local function document()
  return vim.api.nvim_buf_get_name(0):match('%.md$') and vim.bo.filetype == 'markdown'
end

-- The current window must show `question`'s document the way the user should find it.
local function check_document(what, question)
  wait(what .. ' opens a document', document)
  local line = vim.api.nvim_get_current_line()
  -- A title is plain text: it has lost the heading's back quotes.
  local heading = line:match('^#+ (.*)$') or ''
  check(what .. ': the cursor is on the heading', heading:gsub('`', '') == question:gsub('`', ''), line)
  check(what .. ': the heading is the first line of the window', vim.fn.line('w0') == vim.fn.line('.'), { vim.fn.line('w0'), vim.fn.line('.') })
  check(what .. ': it is beside the code', #vim.api.nvim_tabpage_list_wins(0) == 2, #vim.api.nvim_tabpage_list_wins(0))
  check(what .. ': its metadata is hidden', vim.wo.conceallevel == 2, vim.wo.conceallevel)
  check(what .. ': it is read-only', vim.bo.readonly and not vim.bo.modifiable, { vim.bo.readonly, vim.bo.modifiable })
end

local function back()
  vim.cmd('silent! only | enew')
  open('sample.py')
  wait('the server is attached again', function()
    return client_of()
  end)
end

-- What a server writes to stderr is an ERROR there. `warnings`: those of the server
-- about wrong settings may be there too.
local function check_quiet_log(warnings)
  local path = modern and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  local bad = {}
  if vim.uv.fs_stat(path) then
    for line in io.lines(path) do
      if not line:find('LSP logging initiated', 1, true) and not (warnings and line:match('^%[WARN%].*interview%-lsp: interview%.')) then
        table.insert(bad, line)
      end
    end
  end
  check("Neovim's log of language servers stays empty", #bad == 0, table.concat(bad, '\n'))
end

local scenarios = {}

function scenarios.hover()
  switch_on()
  attached('sample.py')
  local function all(russian)
    cursor_on('async def', 'async')
    check_card('`async` of `async def`', 'async def', russian)
    cursor_on('import Lock as L', 'Lock')
    check_card('`Lock` of `from threading import Lock as L`', 'threading.Lock', russian)
    cursor_on('lock = L()', 'L')
    check_card('`L`', 'threading.Lock', russian)
    cursor_on('lock = L()', 'lock')
    check_card('`lock`', 'threading.Lock', russian)
    cursor_on('lock.acquire(', 'acquire')
    check_card('`acquire`', 'threading.Lock.acquire', russian)
    cursor_on('g.collect()', 'collect')
    check_card('`collect` of `import gc as g; g.collect()`', 'gc.collect', russian)
  end
  all(false)
  cursor_on('a Lock in a comment', 'Lock')
  check_nothing('a comment')
  cursor_on('a Lock in a string', 'Lock')
  check_nothing('a string')
  cursor_on('str.lock', 'lock')
  check_nothing('`str.lock`')

  require('interview').configure({ locale = 'ru' })
  all(true)
  require('interview').configure({ locale = 'en' })
  cursor_on('async def', 'async')
  check_card('`async def` after the setting is changed back', 'async def', false)

  attached('own.py')
  cursor_on('class Lock', 'Lock')
  check_nothing("a user's own class `Lock`")
  cursor_on('lock = Lock()', 'lock')
  check_nothing('an instance of it')
  cursor_on('lock.acquire', 'acquire')
  check_nothing('its method')
  check_quiet_log()
end

function scenarios.unicode()
  switch_on()
  attached('sample.py')
  local line = 'приветствие = '
  cursor_on(line, 'locked')
  check_card('`locked` after Cyrillic and emoji', 'threading.Lock.locked')
  cursor_on(line, 'ещё', 2)
  check_card('a Cyrillic name after an emoji', 'threading.Lock')
  cursor_on(line, 'мир')
  check_nothing('a Cyrillic string')
  -- Incremental edits before the cursor, in the middle of the line.
  cursor_on(line, 'мир')
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column, { '👨‍👩‍👧 и ещё 🎉 ' })
  cursor_on(line, 'locked')
  check_card('`locked` after an emoji was typed before it', 'threading.Lock.locked')
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column + #'👨‍👩‍👧', { '' })
  cursor_on(line, 'locked')
  check_card('`locked` after an emoji was deleted before it', 'threading.Lock.locked')
  check_quiet_log()
end

function scenarios.documents()
  switch_on()
  attached('sample.py')
  cursor_on('lock = L()', 'L')
  local titles = {}
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      table.insert(titles, action.title)
      return #titles == 1
    end,
  })
  wait('code actions are offered', function()
    return #titles > 0
  end)
  local question = titles[1]:match('^Interview: (.*)$')
  check('a code action is titled with the question', question ~= nil and question ~= 'search for more…', titles)
  check_document('the code action', question or '?')
  check('the code is still there', vim.iter(vim.api.nvim_tabpage_list_wins(0)):any(function(win)
    return vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(win)):match('sample%.py$') ~= nil
  end), vim.fn.execute('ls'))
  check('the last action is the search', titles[#titles] == 'Interview: search for more…', titles)

  -- A second question takes the same window.
  vim.cmd('wincmd p')
  cursor_on('g.collect()', 'collect')
  choose(function(text)
    return text ~= 'search for more…'
  end)
  vim.cmd('Interview open')
  wait(':Interview open offers questions', function()
    return offered
  end)
  check_document(':Interview open', offered[1])

  back()
  cursor_on('async def', 'def')
  local found
  choose(function(text, item)
    found = found or (type(item) == 'table' and item.id and item)
    return item.id ~= nil
  end)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Interview: search for more…'
    end,
  })
  wait('the search action asks which question', function()
    return offered
  end)
  check('the search action offers questions about the construct', #offered > 0 and found ~= nil, offered)
  check_document('the search action', found.question)

  back()
  found = nil
  choose(function(_, item)
    found = found or item
    return item == found
  end)
  vim.cmd('Interview search race condition')
  wait(':Interview search shows a list', function()
    return offered
  end)
  check_document(':Interview search', found.question)

  back()
  vim.cmd('Interview open ' .. found.id)
  check_document(':Interview open ID', found.question)

  back()
  vim.cmd('Interview open no-such-question')
  wait('an unknown id is named', function()
    return said():find('no-such-question', 1, true)
  end)
  check('an unknown id is named', true)

  check(':Interview completes its subcommands', vim.deep_equal(
    vim.fn.getcompletion('Interview ', 'cmdline'),
    { 'hover', 'log', 'open', 'restart', 'search', 'status' }), vim.fn.getcompletion('Interview ', 'cmdline'))
  local ids = vim.fn.getcompletion('Interview open ' .. found.id:sub(1, -2), 'cmdline')
  check(':Interview open completes ids', vim.list_contains(ids, found.id), ids)

  vim.cmd('Interview status')
  wait('the status is shown', function()
    return said():find('questions on', 1, true)
  end)
  check(':Interview status', said():find('interview%-lsp %d') ~= nil and said():find('built%-in bank: %d+ questions') ~= nil, said())

  cursor_on('async def', 'async')
  local card = hover(function()
    vim.cmd('Interview hover')
  end)
  check(':Interview hover', card:find('**Interview** · `async def`', 1, true) ~= nil, card)

  local before = client_of().id
  vim.cmd('Interview restart')
  wait('the server restarts', function()
    local c = client_of()
    return c and c.id ~= before
  end)
  check_card('`async` after :Interview restart', 'async def')
  check('the old server is gone', #vim.lsp.get_clients({ name = 'interview' }) == 1, #vim.lsp.get_clients({ name = 'interview' }))

  vim.cmd('Interview log')
  check(':Interview log', vim.bo.buftype == 'nofile' and vim.fn.getline(1):find('lsp.log', 1, true) ~= nil, vim.fn.getline(1))
  vim.cmd('Interview nonsense')
  check('an unknown subcommand is named', said():find('"nonsense" is not a subcommand', 1, true) ~= nil, said())
  check_quiet_log()
end

function scenarios.search_from_anywhere()
  switch_on()
  local found
  choose(function(_, item)
    found = found or item
    return item == found
  end)
  vim.cmd('Interview search lock')
  wait('a search without a Python file', function()
    return offered
  end)
  wait('a search without a Python file opens the question', document)
  check('a search without a Python file opens the question', vim.api.nvim_get_current_line():find(found.question, 1, true) ~= nil, vim.api.nvim_get_current_line())
  check_quiet_log()
end

function scenarios.own_bank()
  local bank = project .. '/банк'
  vim.fn.mkdir(bank, 'p')
  vim.fn.writefile({
    '# Team bank', '', '## Locks', '', '### What does our team say about locks?',
    '<!-- id: team-locks; constructs: threading.Lock; level: junior -->', '', 'Keep them short.', '',
  }, bank .. '/team.md')
  switch_on({ settings = { banks = { bank }, builtinBank = false }, open = 'tab' })
  attached('sample.py')
  wait('the bank is loaded', function()
    local found = require('interview.client').execute_sync(client_of(), 'search', { query = 'team' }, 5000)
    return type(found) == 'table' and found[1] and found[1].id == 'team-locks'
  end)
  vim.cmd('Interview open team-locks')
  wait("a user's own question opens", document)
  check("a user's own bank is opened itself, at the heading", vim.api.nvim_buf_get_name(0):match('team%.md$') ~= nil
    and vim.api.nvim_get_current_line() == '### What does our team say about locks?', vim.api.nvim_get_current_line())
  check('it may be edited', vim.bo.modifiable and not vim.bo.readonly, { vim.bo.modifiable, vim.bo.readonly })
  check('the option `open` is respected', #vim.api.nvim_list_tabpages() == 2, #vim.api.nvim_list_tabpages())
  check_quiet_log()
end

-- A bank in two files and two languages, and Markdown beside it that is none.
local function write_bank()
  local bank = project .. '/банк'
  vim.fn.mkdir(bank .. '/en', 'p')
  vim.fn.mkdir(bank .. '/ru', 'p')
  vim.fn.writefile({
    '---', 'lang: en', '---', '# Team bank', '', '## Locks', '', '### Why a lock? 🔒',
    '<!-- id: why-lock; constructs: threading.Lock; see: dead-lock -->', '', 'Threads interleave.', '',
    '### What is a deadlock?', '<!-- id: dead-lock; constructs: threading. -->', '', 'Two wait.',
  }, bank .. '/en/locks.md')
  vim.fn.writefile({
    '---', 'lang: ru', '---', '# Банк', '', '### Зачем блокировка?', '<!-- id: why-lock; see: dead-lock -->', '', 'Потоки чередуются.',
  }, bank .. '/ru/locks.md')
  vim.fn.writefile({ '# Read me', '', '## Why?', '<!-- id: why-lock -->' }, project .. '/README.md')
  return bank
end

local function request(bufnr, method, more)
  local c = client_of(bufnr)
  local params = vim.tbl_extend('force', require('interview.position').params(c), more or {})
  local answer = call(c, 'request_sync', method, params, LIMIT, bufnr)
  return answer and answer.result ~= vim.NIL and answer.result or nil
end

function scenarios.bank_file()
  local bank = write_bank()
  switch_on({ settings = { banks = { bank }, builtinBank = false } })
  local bufnr = attached('банк/en/locks.md')
  local c = client_of(bufnr)
  local methods = { 'documentSymbol', 'completion', 'definition', 'references', 'rename' }
  if modern then -- 0.10 knows nothing of folding, and takes what it does not know as offered.
    table.insert(methods, 'foldingRange')
  end
  wait('everything is offered in a file of the bank', function()
    for _, method in ipairs(methods) do
      local name = 'textDocument/' .. method
      if not (modern and c:supports_method(name, bufnr) or not modern and c.supports_method(name, { bufnr = bufnr })) then
        return false
      end
    end
    return true
  end)
  local outline = request(bufnr, 'textDocument/documentSymbol') or {}
  local topic = outline[1] or {}
  check('the outline is topic and questions', topic.name == 'Locks' and #(topic.children or {}) == 2
    and topic.children[2].name == 'What is a deadlock?', outline)
  vim.lsp.buf.document_symbol()
  wait('Neovim lists the symbols', function()
    -- 0.10 puts them into the quickfix list.
    for _, item in ipairs(vim.list_extend(vim.fn.getloclist(0), vim.fn.getqflist())) do
      if item.text:find('What is a deadlock?', 1, true) then
        return true
      end
    end
  end)
  vim.cmd('silent! lclose | silent! cclose')

  cursor_on('constructs: threading. ', 'threading.')
  local at = vim.api.nvim_win_get_cursor(0)
  vim.api.nvim_win_set_cursor(0, { at[1], at[2] + #'threading.' })
  local list = request(bufnr, 'textDocument/completion') or {}
  local labels = vim.tbl_map(function(item)
    return item.label
  end, list.items or {})
  check('threading. is completed', vim.tbl_contains(labels, 'threading.Lock'), labels)
  check('omni completion is the server\'s', vim.bo[bufnr].omnifunc == 'v:lua.vim.lsp.omnifunc', vim.bo[bufnr].omnifunc)

  cursor_on('see: dead-lock', 'dead-lock')
  vim.lsp.buf.definition()
  wait('the cursor is on the question that see names', function()
    return vim.api.nvim_get_current_line():find('id: dead-lock', 1, true) ~= nil
  end)
  local found = request(bufnr, 'textDocument/references', { context = { includeDeclaration = true } }) or {}
  check('its references are in both files', #found == 3, found)

  check_card('an id', 'threading.')

  vim.lsp.buf.rename('stuck')
  local russian = vim.fn.bufadd(bank .. '/ru/locks.md')
  wait('the id is renamed in both files', function()
    local here = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n')
    vim.fn.bufload(russian)
    local there = table.concat(vim.api.nvim_buf_get_lines(russian, 0, -1, false), '\n')
    local _, count = here:gsub('stuck', '')
    return count == 2 and there:find('see: stuck', 1, true) ~= nil
  end)

  -- Python has none of it, and Markdown that is in no bank has no server.
  vim.cmd('silent wall')
  local python = attached('sample.py')
  check('one server has both', client_of(python).id == c.id, client_of(python).id)
  for _, method in ipairs(methods) do
    local name = 'textDocument/' .. method
    local offered = modern and c:supports_method(name, python) or not modern and c.supports_method(name, { bufnr = python })
    check('Python is offered no ' .. method, not offered, offered)
  end
  local readme = open('README.md')
  vim.wait(500, function()
    return client_of(readme) ~= nil
  end)
  check('other Markdown is left alone', client_of(readme) == nil, vim.lsp.get_clients({ bufnr = readme }))
  check_quiet_log()
end

function scenarios.second_server()
  switch_on()
  local bufnr = attached('sample.py')
  vim.lsp.start({
    name = 'second',
    cmd = { 'python3', here .. '/second_server.py', vim.env.ENCODING },
    root_dir = project,
  }, { bufnr = bufnr })
  local second = wait('the second server is attached', function()
    return client_of(bufnr, 'second')
  end)
  say(('# encodings: interview %s, second %s'):format(client_of(bufnr).offset_encoding, second.offset_encoding))
  cursor_on('lock = L()', 'L')
  local text = hover()
  if modern then
    check('one hover shows both servers', text:find('**Interview** · `threading.Lock`', 1, true) ~= nil
      and text:find('hover of the second server', 1, true) ~= nil, text)
  end
  text = hover(function()
    vim.cmd('Interview hover')
  end)
  check(':Interview hover shows the card alone', text:find('**Interview** · `threading.Lock`', 1, true) ~= nil
    and text:find('second server', 1, true) == nil, text)
  cursor_on('приветствие', 'locked')
  text = hover(function()
    vim.cmd('Interview hover')
  end)
  check('positions are right after Cyrillic and emoji', text:find('threading.Lock.locked', 1, true) ~= nil, text)

  check('definition is not offered by interview-lsp', not call(client_of(bufnr), 'supports_method', 'textDocument/definition'), 'it is')
  vim.lsp.buf.definition()
  wait('go to definition', function()
    return vim.api.nvim_win_get_cursor(0)[1] == 1
  end)
  check('go to definition is answered by the second server alone', #vim.api.nvim_list_wins() == 1 and #vim.fn.getqflist() == 0, vim.fn.getqflist())

  cursor_on('lock = L()', 'L')
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:match('^Interview: ') and action.title ~= 'Interview: search for more…'
    end,
  })
  choose(function()
    return true
  end)
  wait('the code action beside a second server', document)
  check('the code action works beside a second server', true)
  check('no warning about encodings', said():find('offset_encoding', 1, true) == nil and said():find('position_encoding', 1, true) == nil, said())
  check_quiet_log()
end

function scenarios.wrong_settings()
  switch_on({ settings = { locale = 'klingon', hover = { maxLines = 'many' } } })
  attached('sample.py')
  wait('a wrong locale is named', function()
    return said():find('interview.locale', 1, true)
  end)
  check('a wrong setting is named in a warning', said():find('klingon', 1, true) ~= nil, said())
  wait('a wrong hover.maxLines is named', function()
    return said():find('interview.hover.maxLines', 1, true)
  end)
  cursor_on('async def', 'async')
  check_card('`async` under wrong settings', 'async def')
  require('interview').configure({ hover = { enable = 'perhaps' } })
  wait('a setting that turns wrong is named', function()
    return said():find('interview.hover.enable', 1, true)
  end)
  check('a setting that turns wrong is named', true)
  check_card('`async` after it', 'async def')
  require('interview').configure({ locale = 'ru', hover = { enable = true, maxLines = 12 } })
  check_card('`async` after they are mended', 'async def', true)
  check_quiet_log(true)
end

function scenarios.wrong_options()
  switch_on({ open = 'sideways', cmnd = 'x' })
  check('a wrong option is named', said():find('open', 1, true) ~= nil and said():find('sideways', 1, true) ~= nil, said())
  check('an unknown option is named', said():find('cmnd', 1, true) ~= nil, said())
  attached('sample.py')
  cursor_on('async def', 'async')
  check_card('`async` under wrong options', 'async def')
  check_quiet_log()
end

function scenarios.checkhealth()
  switch_on()
  attached('sample.py')
  vim.cmd('checkhealth interview')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  local program = vim.fn.exepath('interview-lsp')
  for what, part in pairs({
    ['the program'] = program .. ': interview-lsp',
    ['where it was looked for'] = 'looked for, in this order: interview-lsp on PATH',
    ['the client'] = 'attached to: ',
    ['the file'] = 'sample.py',
    ['the bank'] = 'built-in bank: ',
    ['the settings'] = 'settings in force',
    ['each setting'] = 'maxLines',
  }) do
    check(':checkhealth interview names ' .. what, text:find(part, 1, true) ~= nil, text)
  end
  check(':checkhealth interview finds no fault', not text:find('ERROR', 1, true) and not text:find('WARNING', 1, true), text)
  check_quiet_log()
end

function scenarios.help()
  vim.cmd('helptags ' .. vim.fn.fnameescape(plugin .. '/doc'))
  vim.cmd('help interview')
  check(':help interview opens', vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'interview.txt', vim.api.nvim_buf_get_name(0))
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  local broken = {}
  for tag in text:gmatch('|([^|%s]+)|') do
    if not pcall(vim.cmd, 'help ' .. tag) then
      table.insert(broken, tag)
    end
  end
  check('every link of the help file leads somewhere', #broken == 0, broken)
end

function scenarios.missing()
  local option = vim.env.OPTION
  switch_on(option and { cmd = option } or nil)
  open('sample.py')
  wait('a missing program is reported', function()
    return said():find('the server was not found', 1, true)
  end)
  local message = table.concat(notified, '\n')
  check('the message says where it was looked for', message:find(option or 'interview-lsp on PATH', 1, true) ~= nil, message)
  open('own.py')
  vim.wait(200)
  local _, count = table.concat(notified, '\n'):gsub('the server was not found', '')
  check('the message comes once', count == 1, notified)
  vim.cmd('Interview search lock')
  _, count = table.concat(notified, '\n'):gsub('the server was not found', '')
  check('a command says it again', count == 2, notified)
  vim.cmd('checkhealth interview')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  check(':checkhealth interview says so too', text:find('ERROR', 1, true) ~= nil
    and text:find(option or 'interview-lsp on PATH', 1, true) ~= nil, text)
end

function scenarios.clone()
  switch_on()
  attached('sample.py')
  check('the program built in the clone is found', client_of().config.cmd[1] == vim.env.EXPECTED, client_of().config.cmd)
  cursor_on('async def', 'async')
  check_card('`async`', 'async def')
  check_quiet_log()
end

local ok, err = xpcall(scenarios[scenario], debug.traceback)
if not ok then
  check('the scenario ' .. scenario, false, err)
end
for _, c in ipairs(vim.lsp.get_clients()) do
  call(c, 'stop')
end
vim.wait(5000, function()
  return #vim.lsp.get_clients() == 0
end, 20)
vim.cmd('qall!')
