-- The plugin's own options: from `vim.g.interview` and `setup()`. What the server
-- shows is not here but in its settings, which travel with the client.
local M = {}

local OPEN = { auto = true, vsplit = true, split = true, tab = true, edit = true }

local defaults = {
  -- The program and its arguments; nil: PATH, then the clone that the plugin is in.
  cmd = nil,
  -- Settings of the server, without the word "interview" in front.
  settings = {},
  -- Where a question opens: beside (auto: below in a narrow terminal), or as said.
  open = 'auto',
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile', '.git' },
}

local given = {}

-- Takes what `setup()` was called with; wrong values are named and left out.
function M.set(options)
  given = options or {}
  for _, problem in ipairs(M.problems()) do
    vim.notify('Interview: ' .. problem, vim.log.levels.WARN)
  end
end

local function merged()
  local global = type(vim.g.interview) == 'table' and vim.g.interview or {}
  return vim.tbl_extend('force', defaults, global, given)
end

function M.problems()
  local problems = {}
  local options = merged()
  for name in pairs(options) do
    if name ~= 'cmd' and defaults[name] == nil then
      table.insert(problems, ('option "%s" is not known; the options are cmd, settings, open, root_markers'):format(name))
    end
  end
  if options.cmd ~= nil and type(options.cmd) ~= 'string' and not vim.islist(options.cmd) then
    table.insert(problems, 'option "cmd" must be a path or a list of a path and its arguments')
  end
  if not OPEN[options.open] then
    table.insert(problems, ('option "open" is %s; it must be one of auto, vsplit, split, tab, edit'):format(vim.inspect(options.open)))
  end
  if type(options.settings) ~= 'table' then
    table.insert(problems, 'option "settings" must be a table')
  end
  if not vim.islist(options.root_markers) then
    table.insert(problems, 'option "root_markers" must be a list of file names')
  end
  return problems
end

function M.get()
  local options = merged()
  if type(options.cmd) == 'string' then
    options.cmd = { options.cmd }
  elseif options.cmd ~= nil and not vim.islist(options.cmd) then
    options.cmd = nil
  end
  if not OPEN[options.open] then
    options.open = defaults.open
  end
  if type(options.settings) ~= 'table' then
    options.settings = {}
  end
  if not vim.islist(options.root_markers) then
    options.root_markers = defaults.root_markers
  end
  return options
end

return M
