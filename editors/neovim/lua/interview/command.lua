-- `:Interview`: its subcommands and their completion.
local client = require('interview.client')
local M = {}

local SUBCOMMANDS = { 'hover', 'log', 'open', 'restart', 'search', 'status' }

function M.run(args)
  local interview = require('interview')
  local name = args[1]
  local rest = table.concat(vim.list_slice(args, 2), ' ')
  if name == 'search' then
    return interview.search(rest)
  elseif name == 'open' and rest ~= '' then
    return interview.open(rest)
  elseif name == 'open' then
    return interview.open_here()
  elseif vim.list_contains(SUBCOMMANDS, name) then
    return interview[name]()
  end
  local what = name and ('"%s" is not a subcommand'):format(name) or 'say what to do'
  vim.notify(('Interview: %s; the subcommands are %s'):format(what, table.concat(SUBCOMMANDS, ', ')), vim.log.levels.WARN)
end

local function starting_with(lead, words)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

-- Ids for `open`: only from a server that is there already, and only if it answers at once.
local function ids(lead)
  local running = client.get()
  local found = running and running.initialized and client.execute_sync(running, 'search', { query = lead, limit = 50 }, 500)
  if type(found) ~= 'table' then
    return {}
  end
  return starting_with(lead, vim.tbl_map(function(question)
    return question.id
  end, found))
end

function M.complete(lead, line)
  local words = vim.split(line:gsub('^.-Interview!?%s*', ''), '%s+')
  if #words <= 1 then
    return starting_with(lead, SUBCOMMANDS)
  end
  if words[1] == 'open' and #words == 2 then
    return ids(lead)
  end
  return {}
end

return M
