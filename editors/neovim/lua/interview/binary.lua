-- Finds the server's program and remembers where it was looked for.
local options = require('interview.options')
local M = {}

M.NAME = 'interview-lsp'

-- The root of the clone that this plugin lies in (editors/neovim), or nil.
local function clone()
  local here = debug.getinfo(1, 'S').source:sub(2)
  local file = vim.uv.fs_realpath(here) or here
  local root = vim.fs.dirname(file):match('^(.*)[/\\]editors[/\\]neovim[/\\]lua[/\\]interview$')
  return root and vim.uv.fs_stat(root .. '/server/Cargo.toml') and root or nil
end

-- Of a release and a debug build the newer one: a developer means what was built last.
local function built(root, looked)
  local best, newest
  for _, profile in ipairs({ 'release', 'debug' }) do
    local path = vim.fs.joinpath(root, 'target', profile, M.NAME)
    table.insert(looked, path)
    local program = vim.fn.exepath(path)
    local stat = program ~= '' and vim.uv.fs_stat(program)
    if stat and (not newest or stat.mtime.sec > newest) then
      best, newest = program, stat.mtime.sec
    end
  end
  return best
end

-- The option `cmd`; a path alone means the server.
local function chosen()
  local cmd = options.get().cmd
  if not cmd then
    return nil
  end
  local args = vim.list_slice(cmd, 2)
  return vim.list_extend({ vim.fn.expand(cmd[1]) }, #args > 0 and args or { 'serve' })
end

-- Returns the command (nil when there is none) and the list of places looked at.
function M.find()
  local looked = {}
  local cmd = chosen()
  if cmd then
    -- What the user chose is not replaced by what happens to be on PATH.
    table.insert(looked, cmd[1] .. ' (option "cmd")')
    return vim.fn.executable(cmd[1]) == 1 and cmd or nil, looked
  end
  table.insert(looked, M.NAME .. ' on PATH')
  local program = vim.fn.exepath(M.NAME)
  if program == '' then
    local root = clone()
    program = root and built(root, looked) or ''
  end
  if program == '' then
    return nil, looked
  end
  return { program, 'serve' }, looked
end

-- The command to configure. Without the program the name stays, so that it is found
-- once it is on PATH.
function M.command()
  return chosen() or M.find() or { M.NAME, 'serve' }
end

-- What `--version` says, or nil and the reason.
function M.version(program)
  local ok, result = pcall(function()
    return vim.system({ program, '--version' }, { text = true }):wait(10000)
  end)
  if not ok then
    return nil, tostring(result)
  end
  if result.code ~= 0 then
    return nil, vim.trim(result.stderr or '') ~= '' and vim.trim(result.stderr) or ('exit code %d'):format(result.code)
  end
  return vim.trim(result.stdout)
end

function M.missing(looked)
  return ('Interview: the server was not found. Looked for: %s. Install it or set "cmd"; see :checkhealth interview'):format(
    table.concat(looked, ', ')
  )
end

return M
