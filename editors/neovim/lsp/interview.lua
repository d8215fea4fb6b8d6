-- Neovim 0.11 and later read this file for `vim.lsp.enable('interview')`.
-- Override any field with `vim.lsp.config('interview', { ... })`.
return require('interview.client').config()
