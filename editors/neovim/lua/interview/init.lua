-- What users call: `setup` and the functions behind `:Interview`.
local client = require('interview.client')
local options = require('interview.options')
local position = require('interview.position')
local M = {}

-- Options: see |interview-options|. On 0.11 and later the same as
-- `vim.lsp.config` and `vim.lsp.enable`; on 0.10 it attaches to Python files itself.
function M.setup(opts)
  options.set(opts)
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config(client.NAME, client.config())
    vim.lsp.enable(client.NAME)
  else
    client.attach_on_filetype()
  end
end

-- Changes settings of the running server, for this session:
-- `require('interview').configure({ locale = 'ru' })`.
function M.configure(settings)
  client.configure(settings)
end

function M.open(id)
  client.with(function(c)
    client.execute(c, 'open', { id = id })
  end)
end

-- As many as a list without a picker can show; one more word finds the rest.
local LIMIT = 20

local function describe(question)
  local level = type(question.level) == 'string' and ('  (%s)'):format(question.level) or ''
  return question.question .. level
end

local function search(query)
  client.with(function(c)
    client.execute(c, 'search', { query = query, limit = LIMIT }, function(found)
      if type(found) ~= 'table' or #found == 0 then
        vim.notify(('Interview: no question matches "%s"'):format(query))
        return
      end
      vim.ui.select(found, {
        prompt = ('Interview: "%s"'):format(query),
        kind = 'interview',
        format_item = describe,
      }, function(question)
        if question then
          M.open(question.id)
        end
      end)
    end)
  end)
end

-- Asks the server and lets the user choose; without a query asks for one.
function M.search(query)
  if query and vim.trim(query) ~= '' then
    return search(vim.trim(query))
  end
  vim.ui.input({ prompt = 'Interview: search for ', default = vim.fn.expand('<cword>') }, function(typed)
    if typed and vim.trim(typed) ~= '' then
      search(vim.trim(typed))
    end
  end)
end

local function here()
  local bufnr = vim.api.nvim_get_current_buf()
  local c = vim.lsp.get_clients({ name = client.NAME, bufnr = bufnr })[1]
  if not c then
    vim.notify('Interview: no server is attached to this buffer; see :checkhealth interview', vim.log.levels.WARN)
  end
  return c, bufnr
end

-- Offers the questions about the construct under the cursor.
function M.open_here()
  local c, bufnr = here()
  if not c then
    return
  end
  local at = position.params(c)
  local params = {
    textDocument = at.textDocument,
    range = { start = at.position, ['end'] = at.position },
    context = { diagnostics = {}, only = { 'interview' }, triggerKind = 1 },
  }
  client.request(c, 'textDocument/codeAction', params, function(actions)
    if type(actions) ~= 'table' or #actions == 0 then
      vim.notify('Interview: no question about what is under the cursor')
      return
    end
    vim.ui.select(actions, {
      prompt = 'Interview',
      kind = 'interview',
      format_item = function(action)
        return (action.title:gsub('^Interview: ', ''))
      end,
    }, function(action)
      if not action then
        return
      end
      local command = type(action.command) == 'table' and action.command or action
      if command.command == 'interview-lsp.search' then
        M.search(((command.arguments or {})[1] or {}).query)
      else
        client.request(c, 'workspace/executeCommand', {
          command = command.command,
          arguments = command.arguments,
        }, function() end)
      end
    end)
  end, bufnr)
end

-- The card alone: what `vim.lsp.buf.hover()` shows together with other servers'
-- hovers since 0.11, and what 0.10 may hide behind them.
function M.hover()
  local c, bufnr = here()
  if not c then
    return
  end
  client.request(c, 'textDocument/hover', position.params(c), function(hover)
    if type(hover) ~= 'table' or not hover.contents then
      vim.notify('Interview: nothing to say about what is under the cursor')
      return
    end
    local lines = vim.lsp.util.convert_input_to_markdown_lines(hover.contents)
    vim.lsp.util.open_floating_preview(lines, 'markdown', {
      focus_id = 'interview/hover',
      max_width = 84,
    })
  end, bufnr)
end

local function plural(count, word)
  return ('%d %s%s'):format(count, word, count == 1 and '' or 's')
end

-- The lines of `:Interview status`, also for `:checkhealth`.
function M.describe(status)
  local lines = {
    ('interview-lsp %s, locale %s'):format(status.version, status.locale),
    ('%s on %s'):format(plural(status.questions, 'question'), plural(status.constructs, 'construct')),
  }
  for _, bank in ipairs(status.banks or {}) do
    local languages = type(bank.languages) == 'table' and table.concat(bank.languages, ', ') or ''
    local name = bank.builtin and 'built-in bank' or ('bank ' .. tostring(bank.path))
    table.insert(lines, ('%s: %s (%s)'):format(name, plural(bank.questions, 'question'), languages))
  end
  return lines
end

function M.status()
  client.with(function(c)
    client.execute(c, 'status', nil, function(status)
      local chunks = {}
      for _, line in ipairs(M.describe(status)) do
        table.insert(chunks, { line .. '\n' })
      end
      for _, warning in ipairs(status.warnings or {}) do
        table.insert(chunks, { 'warning: ' .. tostring(warning) .. '\n', 'WarningMsg' })
      end
      local buffers = vim.tbl_count(c.attached_buffers or {})
      table.insert(chunks, { ('attached to %s'):format(plural(buffers, 'buffer')) })
      vim.api.nvim_echo(chunks, true, {})
    end)
  end)
end

function M.restart()
  client.restart()
end

-- What the server logged in this session, in a scratch window.
function M.log()
  local lines = vim.deepcopy(client.log())
  if #lines == 0 then
    lines = { 'The server has logged nothing. Settings: logLevel = "debug" makes it say more.' }
  end
  local path = vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  table.insert(lines, 1, '# Neovim\'s own log of language servers: ' .. path)
  vim.cmd('botright new')
  local bufnr = vim.api.nvim_get_current_buf()
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(table.concat(lines, '\n'), '\n'))
  vim.bo[bufnr].modifiable = false
  vim.cmd('normal! G')
end

return M
