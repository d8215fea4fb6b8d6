-- Defines :Interview. Nothing else runs at start-up: the modules are loaded by
-- the first Python file or the first command.
if vim.g.loaded_interview then
  return
end
vim.g.loaded_interview = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('Interview: this plugin needs Neovim 0.10 or later', vim.log.levels.WARN)
  return
end

vim.api.nvim_create_user_command('Interview', function(command)
  require('interview.command').run(command.fargs)
end, {
  nargs = '*',
  desc = 'Interview questions: hover, search, open, status, restart, log',
  complete = function(lead, line)
    return require('interview.command').complete(lead, line)
  end,
})

-- Neovim skips an enabled server whose program is missing without a word on the
-- screen, so the word comes from here.
vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('interview.missing', {}),
  pattern = 'python',
  callback = function()
    require('interview.client').warn_if_missing()
  end,
})
