-- Where the cursor is, as the server counts.
--
-- Neovim 0.10 compares a byte column with a length in UTF-16 units, so behind
-- Cyrillic letters or emoji it may send the end of the line instead of the cursor.
-- 0.11 and later are right.
local M = {}

local modern = vim.fn.has('nvim-0.11') == 1

local function cursor(encoding)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  if encoding ~= 'utf-8' then
    local line = vim.api.nvim_buf_get_lines(0, row - 1, row, true)[1]
    local codepoints, units = vim.str_utfindex(line, column)
    column = encoding == 'utf-32' and codepoints or units
  end
  return { line = row - 1, character = column }
end

-- Always in the encoding of our client: without it Neovim warns beside other servers.
function M.params(client)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  if not modern then
    params.position = cursor(client.offset_encoding)
  end
  return params
end

-- On 0.10 the hover and the code actions that Neovim itself asks for go wrong the
-- same way, so requests of our client about the cursor get its real position.
function M.mend(client)
  if modern then
    return
  end
  local request = client.request
  client.request = function(method, params, handler, bufnr)
    local here = bufnr == nil or bufnr == 0 or bufnr == vim.api.nvim_get_current_buf()
    if here and vim.api.nvim_get_mode().mode:sub(1, 1) == 'n' then
      if method == 'textDocument/hover' then
        params = vim.tbl_extend('force', params, { position = cursor(client.offset_encoding) })
      elseif method == 'textDocument/codeAction' and vim.deep_equal(params.range.start, params.range['end']) then
        local at = cursor(client.offset_encoding)
        params = vim.tbl_extend('force', params, { range = { start = at, ['end'] = at } })
      end
    end
    return request(method, params, handler, bufnr)
  end
end

return M
