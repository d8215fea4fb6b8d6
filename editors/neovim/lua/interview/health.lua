-- `:checkhealth interview`
local binary = require('interview.binary')
local client = require('interview.client')
local options = require('interview.options')
local M = {}

local health = vim.health

local function check_editor()
  health.start('interview: editor')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok(('Neovim %s: vim.lsp.enable("interview") or require("interview").setup()'):format(version))
  else
    health.ok(('Neovim %s: require("interview").setup() (vim.lsp.enable comes with 0.11)'):format(version))
  end
  for _, problem in ipairs(options.problems()) do
    health.warn(problem)
  end
  if client.enabled() then
    health.ok('the server is switched on for Python files')
  elseif vim.fn.has('nvim-0.11') == 1 then
    health.warn('the server is not switched on', { 'call vim.lsp.enable("interview") in init.lua' })
  else
    health.warn('the server is not switched on', { 'call require("interview").setup({}) in init.lua' })
  end
  if require('interview.highlight').has_python_parser() then
    health.info('Python in cards is coloured by the tree-sitter parser')
  else
    health.info('no tree-sitter parser for Python: the code in cards is coloured by the syntax file')
  end
end

local function check_binary()
  health.start('interview: server')
  local program, about = client.program()
  if not program then
    health.error('the program was not found; looked for:\n' .. table.concat(about, '\n'), {
      'put interview-lsp on PATH',
      'or set the option: require("interview").setup({ cmd = "/path/to/interview-lsp" })',
      'or build it in the clone: cargo build --release',
    })
    return
  end
  local version, reason = binary.version(program)
  if version then
    health.ok(('%s: %s'):format(program, version))
  else
    health.error(('%s does not run: %s'):format(program, reason))
  end
  health.info('command: ' .. table.concat(about, ' '))
  local _, looked = binary.find()
  health.info('looked for, in this order: ' .. table.concat(looked, ', '))
end

local function check_status(c)
  local status = client.execute_sync(c, 'status', nil, 5000)
  if type(status) ~= 'table' then
    health.error('the server does not answer', { ':Interview restart', ':Interview log' })
    return
  end
  for _, line in ipairs(require('interview').describe(status)) do
    health.ok(line)
  end
  if status.questions == 0 then
    health.warn('there are no questions', { 'check the settings "banks" and "builtinBank" below' })
  end
  health.info('settings in force:\n' .. vim.inspect(status.settings))
  for _, warning in ipairs(status.warnings or {}) do
    health.warn(tostring(warning))
  end
end

local function check_clients()
  health.start('interview: client')
  local clients = vim.lsp.get_clients({ name = client.NAME })
  if #clients == 0 then
    health.info('no client runs: it starts with the first Python file')
    return
  end
  for _, c in ipairs(clients) do
    local names = {}
    for bufnr in pairs(c.attached_buffers or {}) do
      table.insert(names, vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.'))
    end
    table.sort(names)
    health.ok(('client %d (%s), root %s, attached to: %s'):format(
      c.id, c.offset_encoding, c.root_dir or 'none', #names > 0 and table.concat(names, ', ') or 'no buffer'))
  end
  check_status(clients[1])
end

function M.check()
  check_editor()
  check_binary()
  check_clients()
end

return M
