-- Needs Neovim 0.11. Put this folder on 'runtimepath' and call vim.lsp.enable('pactlens').
-- See :help pactlens.

local PACT_KEYS = { '"consumer"%s*:', '"provider"%s*:', '"interactions"%s*:', '"messages"%s*:' }

-- Most JSON is no pact, and needs no server.
local function may_be_pact(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  if name:match('[Pp]act') then
    return true
  end
  local lines = vim.api.nvim_buf_line_count(bufnr)
  local found = 0
  for first = 0, math.min(lines, 20000), 1000 do
    local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, first, first + 1000, false), '\n')
    for _, key in ipairs(PACT_KEYS) do
      if text:find(key) then
        found = found + 1
      end
    end
    if found >= 2 then
      return true
    end
  end
  return false
end

---@type vim.lsp.Config
return {
  cmd = { 'pactlens', 'lsp' },
  filetypes = { 'json', 'jsonc' },
  -- A server starts only where on_dir is called.
  root_dir = function(bufnr, on_dir)
    if may_be_pact(bufnr) then
      local name = vim.api.nvim_buf_get_name(bufnr)
      local markers = { { 'pactlens.toml', '.pactlens.toml' }, '.git', 'pacts' }
      on_dir(vim.fs.root(bufnr, markers) or vim.fs.dirname(name))
    end
  end,
}
