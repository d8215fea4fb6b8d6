-- A user's init.lua for the checks in a terminal: a few colours of a theme, and the
-- lines that the README of the plugin tells one to write.
vim.o.number = true
vim.o.termguicolors = true
vim.o.swapfile = false
vim.o.showcmd = false
vim.o.laststatus = 3
vim.o.statusline = ' %t%( %r%)%=%{get(b:, "servers", "")}  %l:%c '
vim.o.shortmess = vim.o.shortmess .. 'I'
for group, colour in pairs({
  Statement = '#ffcaff', PreProc = '#ffcaff', Include = '#ffcaff', Type = '#8cf8f7', Number = '#fce094',
  Function = '#a6dbff', Comment = '#9b9ea4', String = '#b3f6c0', Builtin = '#a6dbff',
}) do
  vim.api.nvim_set_hl(0, group, { fg = colour })
end
vim.api.nvim_set_hl(0, 'FloatBorder', { fg = '#6c7079', bg = '#1b1d23' })
vim.api.nvim_set_hl(0, 'NormalFloat', { fg = '#e0e2ea', bg = '#1b1d23' })
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    vim.b[event.buf].servers = vim.lsp.get_client_by_id(event.data.client_id).name
    vim.cmd.redrawstatus()
  end,
})

if vim.fn.has('nvim-0.11') == 1 then
  vim.o.winborder = 'rounded'
  vim.lsp.enable('interview')
else
  require('interview').setup({})
  vim.keymap.set('n', 'K', vim.lsp.buf.hover)
  vim.keymap.set('n', 'gra', vim.lsp.buf.code_action)
end
