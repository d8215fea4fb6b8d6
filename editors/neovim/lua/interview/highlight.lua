-- Colours for the Python in cards and questions.
--
-- Neovim brings a tree-sitter parser for Markdown but none for Python, so a code
-- block would be of one colour. Its syntax file knows Python: the block is put into
-- a scratch buffer, and the groups found there are laid over the card. With a
-- Python parser installed tree-sitter does it and nothing here runs.
local M = {}

local space = vim.api.nvim_create_namespace('interview.code')

function M.has_python_parser()
  return #vim.api.nvim_get_runtime_file('parser/python.*', false) > 0
end

-- The code blocks of a Markdown buffer, as { first row, lines }.
local function blocks(bufnr)
  local found, block, fence = {}, nil, nil
  for row, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    if fence then
      if vim.startswith(vim.trim(line), fence) and vim.trim(line):match('^[`~]+$') then
        fence, block = nil, nil
      elseif block then
        table.insert(block.lines, line)
      end
    else
      local marks, language = line:match('^%s*(```+)%s*(%w*)')
      if not marks then
        marks, language = line:match('^%s*(~~~+)%s*(%w*)')
      end
      fence = marks
      if marks and (language == 'python' or language == 'py') then
        block = { row = row, lines = {} }
        table.insert(found, block)
      end
    end
  end
  return found
end

-- Runs of one syntax group, as { line, first column, last column, group }, all from zero.
local function runs(lines)
  local scratch = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, false, lines)
  local found = {}
  vim.api.nvim_buf_call(scratch, function()
    vim.bo[scratch].syntax = 'python'
    for row, line in ipairs(lines) do
      local start, group = 1, ''
      for column = 1, #line + 1 do
        local name = ''
        if column <= #line then
          name = vim.fn.synIDattr(vim.fn.synIDtrans(vim.fn.synID(row, column, 1)), 'name')
        end
        if name ~= group then
          if group ~= '' then
            table.insert(found, { row - 1, start - 1, column - 1, group })
          end
          start, group = column, name
        end
      end
    end
  end)
  vim.api.nvim_buf_delete(scratch, { force = true })
  return found
end

-- Plain text inside a block: the colour of the window's text without its background
-- (many colour schemes give floats a background only).
local function plain(groups)
  for _, group in ipairs(groups) do
    local found = vim.api.nvim_get_hl(0, { name = group, link = false })
    if found.fg or found.ctermfg then
      vim.api.nvim_set_hl(0, 'InterviewCode', { fg = found.fg, ctermfg = found.ctermfg })
      return 'InterviewCode'
    end
  end
  return 'Normal'
end

-- Colours one block. `base` is the group of plain text.
local function paint(bufnr, block, base)
  if #block.lines > 0 then
    vim.api.nvim_buf_set_extmark(bufnr, space, block.row, 0, {
      end_row = block.row + #block.lines,
      hl_group = base,
      priority = 190,
    })
  end
  for _, run in ipairs(runs(block.lines)) do
    vim.api.nvim_buf_set_extmark(bufnr, space, block.row + run[1], run[2], {
      end_col = run[3],
      hl_group = run[4],
      priority = 191,
    })
  end
end

local function needed()
  return not M.has_python_parser() and vim.g.syntax_on ~= nil
end

local function is_card(bufnr)
  local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n')
  return text:find('**Interview** ·', 1, true) ~= nil
end

-- Hovers are shown by Neovim, not by us: look at each Markdown float that appears.
function M.watch()
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('interview.highlight', {}),
    pattern = 'markdown',
    callback = function(event)
      vim.schedule(function()
        if not vim.api.nvim_buf_is_valid(event.buf) then
          return
        end
        local win = vim.fn.win_findbuf(event.buf)[1]
        if not win or vim.api.nvim_win_get_config(win).relative == '' or not is_card(event.buf) then
          return
        end
        -- 0.10 breaks lines inside words.
        vim.wo[win].linebreak = true
        if needed() then
          vim.api.nvim_buf_clear_namespace(event.buf, space, 0, -1)
          for _, block in ipairs(blocks(event.buf)) do
            paint(event.buf, block, plain({ 'NormalFloat', 'Normal' }))
          end
        end
      end)
    end,
  })
end

-- The metadata of a question is for the server, not for the reader.
local function hide_metadata(bufnr)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    if line:match('^<!%-%-.*%-%->%s*$') then
      local mark = { end_row = row - 1, end_col = #line, conceal = '' }
      if vim.fn.has('nvim-0.11') == 1 then
        mark.conceal_lines = ''
      end
      vim.api.nvim_buf_set_extmark(bufnr, space, row - 1, 0, mark)
    end
  end
end

-- A question's own document. It does not change, but it is long: a block is coloured
-- when a window comes near it.
function M.document(bufnr)
  hide_metadata(bufnr)
  pcall(vim.treesitter.start, bufnr, 'markdown')
  if not needed() then
    return
  end
  local waiting = blocks(bufnr)
  local base = plain({ 'Normal' })
  local function look()
    if not vim.api.nvim_buf_is_valid(bufnr) or #waiting == 0 then
      return true
    end
    for _, win in ipairs(vim.fn.win_findbuf(bufnr)) do
      local height = vim.api.nvim_win_get_height(win)
      local first = vim.fn.line('w0', win) - height
      local last = vim.fn.line('w$', win) + height
      waiting = vim.tbl_filter(function(block)
        local near = block.row <= last and block.row + #block.lines >= first
        if near then
          paint(bufnr, block, base)
        end
        return not near
      end, waiting)
    end
  end
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'CursorMoved', 'WinScrolled' }, {
    group = vim.api.nvim_create_augroup('interview.document.' .. bufnr, {}),
    callback = look,
  })
end

return M
