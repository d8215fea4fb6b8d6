-- The language client: its configuration, how it starts, and requests to it.
local binary = require('interview.binary')
local options = require('interview.options')
local M = {}

M.NAME = 'interview'

local modern = vim.fn.has('nvim-0.11') == 1

-- Methods of a client take the client itself since 0.11.
local function call(client, method, ...)
  if modern then
    return client[method](client, ...)
  end
  return client[method](...)
end

-- What the server logs is kept for `:Interview log`; Neovim's own log file takes
-- only what its level lets through.
local log = {}
local LEVELS = { 'error', 'warn', 'info', 'log', 'debug' }

local function on_log(err, params, ctx, config)
  if params then
    table.insert(log, ('%s %-5s %s'):format(os.date('%H:%M:%S'), LEVELS[params.type] or '?', params.message))
    if #log > 1000 then
      table.remove(log, 1)
    end
  end
  return vim.lsp.handlers['window/logMessage'](err, params, ctx, config)
end

function M.log()
  return log
end

-- Neovim's language for messages, as a language tag ("ru_RU.UTF-8" is "ru-RU").
local function locale()
  local tag = (vim.v.lang or ''):match('^%a%a%a?[_%-]%a%a') or (vim.v.lang or ''):match('^%a%a$')
  return tag and (tag:gsub('_', '-')) or nil
end

-- Offered for the files of banks, and so registered when the server knows which
-- those are. Neovim keeps registrations of methods that it does not list as well.
local BANK_METHODS = { 'completion', 'documentSymbol', 'foldingRange', 'references' }

local function capabilities()
  local text = {}
  for _, method in ipairs(BANK_METHODS) do
    text[method] = { dynamicRegistration = true }
  end
  return vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), { textDocument = text })
end

-- A path through no links; one that is not there as it is written.
local function real(path)
  return vim.uv.fs_realpath(path) or vim.fs.normalize(path)
end

-- Whether a buffer holds a file of a bank of the settings, as they are for a
-- server with this root.
local function in_bank(bufnr, settings, root)
  local banks = vim.tbl_get(settings or {}, 'interview', 'banks')
  local name = vim.api.nvim_buf_get_name(bufnr)
  if type(banks) ~= 'table' or name == '' then
    return false
  end
  root = root or vim.uv.cwd()
  local file = real(name)
  for _, bank in ipairs(banks) do
    if type(bank) == 'string' then
      local path = vim.fs.normalize((bank:gsub('%${workspaceFolder}', function()
        return root
      end)))
      if not path:find('^/') and not path:find('^%a:') then
        path = root .. '/' .. path
      end
      path = real(path)
      if file == path or vim.startswith(file, path:gsub('/$', '') .. '/') then
        return true
      end
    end
  end
  return false
end

-- Calls `on_dir` with the root of a server for a buffer, or not at all where there
-- is nothing for one to do: Markdown that is in no bank.
local function root_dir(bufnr, on_dir)
  local config = modern and vim.lsp.config[M.NAME] or M.config()
  local root = vim.fs.root(bufnr, config.root_markers or {})
  if vim.bo[bufnr].filetype ~= 'markdown' then
    return on_dir(root)
  end
  -- A bank needs no server of its own beside the one for Python.
  local running = vim.lsp.get_clients({ name = M.NAME })[1]
  if running then
    local settings = running.settings or running.config.settings
    if in_bank(bufnr, settings, running.root_dir or running.config.root_dir) then
      on_dir(running.root_dir or running.config.root_dir)
    end
  elseif in_bank(bufnr, config.settings, root) then
    on_dir(root)
  end
end

-- For `vim.lsp.config` and `vim.lsp.start` alike.
function M.config()
  local opts = options.get()
  local settings = next(opts.settings) and { interview = vim.deepcopy(opts.settings) } or {}
  return {
    cmd = binary.command(),
    filetypes = { 'python', 'markdown' },
    root_markers = opts.root_markers,
    root_dir = root_dir,
    capabilities = capabilities(),
    settings = settings,
    before_init = function(params, config)
      require('interview.highlight').watch()
      -- The first hover must know the settings, so they come along at once.
      local own = (config.settings or {}).interview
      if own and next(own) then
        params.initializationOptions = own
      end
      params.locale = params.locale or locale()
    end,
    on_init = function(client)
      require('interview.position').mend(client)
    end,
    handlers = {
      ['window/showDocument'] = function(_, params)
        return require('interview.document').show(params)
      end,
      ['window/logMessage'] = on_log,
    },
    commands = {
      ['interview-lsp.search'] = function(command)
        local argument = (command.arguments or {})[1]
        require('interview').search(type(argument) == 'table' and argument.query or nil)
      end,
    },
  }
end

-- The configuration in force, with what the user gave to `vim.lsp.config`.
local function resolved()
  local config = modern and vim.lsp.config[M.NAME] or nil
  config = vim.deepcopy(config or M.config())
  config.name = M.NAME
  if type(config.cmd) == 'table' and vim.fn.executable(config.cmd[1]) == 0 then
    config.cmd = options.get().cmd == nil and binary.find() or config.cmd
  end
  return config
end

-- The program that will run, or nil and where it was looked for.
function M.program()
  local cmd = resolved().cmd
  if type(cmd) == 'function' then
    return nil, { 'a function of your configuration' }
  end
  if vim.fn.executable(cmd[1]) == 1 then
    return vim.fn.exepath(cmd[1]), cmd
  end
  local _, looked = binary.find()
  if options.get().cmd == nil and cmd[1] ~= binary.NAME then
    looked = { cmd[1] .. ' (from vim.lsp.config)' }
  end
  return nil, looked
end

local function missing()
  local config = resolved()
  if type(config.cmd) == 'function' then
    return nil
  end
  local program, looked = M.program()
  return program == nil and binary.missing(looked) or nil
end

function M.enabled()
  if modern then
    if vim.lsp.is_enabled then
      return vim.lsp.is_enabled(M.NAME)
    end
    return vim.lsp._enabled_configs ~= nil and vim.lsp._enabled_configs[M.NAME] ~= nil
  end
  return M.set_up == true
end

local warned = false

-- Once: a message at every Python file would be worse than none.
function M.warn_if_missing()
  if warned or not M.enabled() then
    return
  end
  local message = missing()
  if message then
    warned = true
    vim.schedule(function()
      vim.notify(message, vim.log.levels.WARN)
    end)
  end
end

-- Starts the client for a buffer, or for none (a search from anywhere).
function M.start(bufnr, root)
  local message = missing()
  if message then
    vim.notify(message, vim.log.levels.WARN)
    return nil
  end
  local config = resolved()
  if type(config.root_dir) ~= 'string' then
    config.root_dir = root or vim.fs.root(bufnr or 0, config.root_markers or {})
  end
  if bufnr then
    return vim.lsp.start(config, { bufnr = bufnr })
  end
  if modern then
    return vim.lsp.start(config, { attach = false })
  end
  return vim.lsp.start_client(config)
end

-- 0.10 has no vim.lsp.enable: attach to files as they come, and to those that are here.
function M.attach_on_filetype()
  M.set_up = true
  local function attach(bufnr)
    if vim.bo[bufnr].buftype == '' and not missing() then
      root_dir(bufnr, function(root)
        M.start(bufnr, root)
      end)
    end
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('interview.attach', {}),
    pattern = { 'python', 'markdown' },
    callback = function(event)
      attach(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains({ 'python', 'markdown' }, vim.bo[bufnr].filetype) then
      attach(bufnr)
    end
  end
  M.warn_if_missing()
end

-- The running client: of this buffer if it has one, else any.
function M.get(bufnr)
  return vim.lsp.get_clients({ name = M.NAME, bufnr = bufnr or vim.api.nvim_get_current_buf() })[1]
    or vim.lsp.get_clients({ name = M.NAME })[1]
end

local function poll(seconds, ready, done)
  local give_up = vim.uv.now() + seconds * 1000
  local function look()
    if ready() then
      done(true)
    elseif vim.uv.now() > give_up then
      done(false)
    else
      vim.defer_fn(look, 20)
    end
  end
  look()
end

-- Calls `use(client)` with a client that answers, starting one if need be.
function M.with(use)
  local client = M.get()
  if client then
    return use(client)
  end
  local id = M.start()
  if not id then
    return
  end
  poll(20, function()
    client = vim.lsp.get_client_by_id(id)
    return client and client.initialized
  end, function(ok)
    if ok then
      use(client)
    else
      vim.notify('Interview: the server does not answer; see :Interview log and :LspLog', vim.log.levels.ERROR)
    end
  end)
end

function M.request(client, method, params, done, bufnr)
  local sent = call(client, 'request', method, params, function(err, result)
    if err then
      vim.notify('Interview: ' .. (err.message or vim.inspect(err)), vim.log.levels.ERROR)
      return
    end
    done(result)
  end, bufnr)
  if not sent then
    vim.notify('Interview: the server has stopped; see :Interview restart', vim.log.levels.ERROR)
  end
end

-- A command of the server: straight to it, past the client's own commands.
function M.execute(client, command, argument, done)
  local params = { command = 'interview-lsp.' .. command, arguments = argument and { argument } or nil }
  M.request(client, 'workspace/executeCommand', params, done or function() end)
end

-- The same, waiting for the answer; nil when there is none in time.
function M.execute_sync(client, command, argument, timeout)
  local params = { command = 'interview-lsp.' .. command, arguments = argument and { argument } or nil }
  local response = call(client, 'request_sync', 'workspace/executeCommand', params, timeout, 0)
  return response and response.result
end

function M.configure(settings)
  for _, client in ipairs(vim.lsp.get_clients({ name = M.NAME })) do
    local own = vim.tbl_deep_extend('force', (client.settings or {}).interview or {}, settings)
    client.settings = vim.tbl_extend('force', client.settings or {}, { interview = own })
    call(client, 'notify', 'workspace/didChangeConfiguration', { settings = client.settings })
  end
end

function M.restart()
  local buffers = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = M.NAME })) do
    for bufnr in pairs(client.attached_buffers) do
      buffers[bufnr] = true
    end
    call(client, 'stop')
  end
  local function gone()
    return #vim.lsp.get_clients({ name = M.NAME }) == 0
  end
  local function begin()
    local started
    for bufnr in pairs(buffers) do
      if vim.api.nvim_buf_is_loaded(bufnr) then
        started = M.start(bufnr) or started
      end
    end
    if not next(buffers) then
      started = M.start()
    end
    if started then
      vim.notify('Interview: the server was restarted')
    end
  end
  poll(3, gone, function(ok)
    if ok then
      return begin()
    end
    for _, client in ipairs(vim.lsp.get_clients({ name = M.NAME })) do
      call(client, 'stop', true)
    end
    poll(3, gone, begin)
  end)
end

return M
