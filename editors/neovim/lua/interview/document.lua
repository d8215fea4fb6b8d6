-- Shows a question's document beside the code, at its heading.
local options = require('interview.options')
local M = {}

-- A window of this tab page that already shows a question.
local function shown()
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.w[win].interview and vim.b[vim.api.nvim_win_get_buf(win)].interview then
      return win
    end
  end
end

local function new_window()
  local how = options.get().open
  if how == 'auto' then
    how = vim.o.columns >= 140 and 'vsplit' or 'split'
  end
  if how == 'edit' then
    vim.cmd("normal! m'")
    return vim.api.nvim_get_current_win()
  end
  vim.cmd(({ vsplit = 'rightbelow vsplit', split = 'rightbelow split', tab = 'tab split' })[how])
  return vim.api.nvim_get_current_win()
end

-- The server's own documents are written read-only into its cache; a file of the
-- user's bank is the user's to edit.
local function generated(path)
  local stat = vim.uv.fs_stat(path)
  return stat ~= nil and bit.band(stat.mode, 128) == 0
end

local function load(path)
  local bufnr = vim.fn.bufadd(path)
  if vim.fn.bufloaded(bufnr) == 1 then
    return bufnr
  end
  local readonly = generated(path)
  if readonly then
    -- Two editors may show the same document: no swap file to quarrel about.
    vim.bo[bufnr].swapfile = false
  end
  vim.fn.bufload(bufnr)
  vim.bo[bufnr].buflisted = true
  if vim.bo[bufnr].filetype == '' then
    vim.bo[bufnr].filetype = 'markdown'
  end
  if readonly then
    vim.bo[bufnr].readonly = true
    vim.bo[bufnr].modifiable = false
    require('interview.highlight').document(bufnr)
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'Close the question' })
  end
  vim.b[bufnr].interview = true
  return bufnr
end

-- A window to read in: prose wraps, marks are hidden. The user's own file keeps the
-- user's own ways.
local function dress(win, bufnr)
  vim.w[win].interview = true
  if vim.bo[bufnr].modifiable then
    return
  end
  for name, value in pairs({
    wrap = true, linebreak = true, breakindent = true, spell = false, list = false, foldenable = false,
    number = false, relativenumber = false, conceallevel = 2, concealcursor = 'nc',
  }) do
    vim.api.nvim_set_option_value(name, value, { win = win, scope = 'local' })
  end
end

-- Handles `window/showDocument`.
function M.show(params)
  if params.external or not vim.startswith(params.uri, 'file:') then
    local _, err = vim.ui.open(params.uri)
    return { success = err == nil }
  end
  local path = vim.uri_to_fname(params.uri)
  if not vim.uv.fs_stat(path) then
    vim.notify('Interview: the document is not there: ' .. path, vim.log.levels.ERROR)
    return { success = false }
  end
  local before = vim.api.nvim_get_current_win()
  local win = shown() or new_window()
  local bufnr = load(path)
  vim.api.nvim_win_set_buf(win, bufnr)
  dress(win, bufnr)
  if params.selection then
    local line = math.min(params.selection.start.line + 1, vim.api.nvim_buf_line_count(bufnr))
    vim.api.nvim_win_set_cursor(win, { line, 0 })
    vim.api.nvim_win_call(win, function()
      vim.cmd('normal! zt')
    end)
  end
  vim.api.nvim_set_current_win(params.takeFocus == false and before or win)
  return { success = true }
end

return M
