-- Neovim as its user sees it: which files the server starts for, and what it shows of a pact.
local work, extension = vim.env.WORK, vim.env.EXTENSION

local function fail(text)
  io.write('FAILED: ' .. text .. '\n')
  vim.cmd('cquit 1')
end

local function check(what, ok, seen)
  if not ok then
    fail(what .. (seen ~= nil and ': ' .. vim.inspect(seen) or ''))
  end
  io.write('ok ' .. what .. '\n')
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 10) then
    fail('nothing came: ' .. what)
  end
end

vim.opt.runtimepath:append(extension)
vim.cmd('filetype on')
vim.lsp.enable('pactlens')

vim.cmd.edit(work .. '/package.json')
vim.wait(300)
check('no server for other JSON', #vim.lsp.get_clients({ bufnr = 0 }) == 0)

vim.cmd.edit(work .. '/pacts/web-orders.json')
local buf = vim.api.nvim_get_current_buf()
local function client()
  return vim.lsp.get_clients({ bufnr = buf, name = 'pactlens' })[1]
end
wait('a server for a pact', function()
  return client() and client().initialized
end)

local function found(rule)
  for _, diagnostic in ipairs(vim.diagnostic.get(buf)) do
    if diagnostic.code == rule then
      return diagnostic
    end
  end
end
wait('diagnostics', function()
  return found('unknown-matcher')
end)
local finding = found('unknown-matcher')
check('the finding stands at the name', finding.lnum == 19 and finding.col == 46, finding)

local function line(number)
  return vim.api.nvim_buf_get_lines(buf, number, number + 1, false)[1]
end

local function ask(method, row, column, more)
  vim.api.nvim_win_set_cursor(0, { row + 1, column })
  local params = vim.lsp.util.make_position_params(0, client().offset_encoding)
  local answer = client():request_sync(method, vim.tbl_extend('force', params, more or {}), 10000, buf)
  if not answer or answer.err then
    fail(method .. ' ' .. vim.inspect(answer))
  end
  return answer.result
end

local function at(text)
  for number = 0, vim.api.nvim_buf_line_count(buf) - 1 do
    local column = line(number):find(text, 1, true)
    if column then
      return number, column
    end
  end
  fail('not in the file: ' .. text)
end

vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
vim.lsp.buf.hover()
local window
wait('a hover', function()
  for _, other in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(other).relative ~= '' then
      window = other
    end
  end
  return window
end)
local shown = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
check('the hover explains the rule', shown:find('unknown%-matcher') and shown:find('Invalid'), shown)
vim.api.nvim_win_close(window, true)

-- The caret is on the finding.
vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
vim.lsp.buf.code_action({
  context = { only = { 'quickfix' }, diagnostics = {} },
  filter = function(action)
    return action.title:find("Write 'integer'", 1, true) ~= nil
  end,
  apply = true,
})
wait('the quick fix', function()
  return line(finding.lnum):find('"integer"', 1, true)
end)
wait('no finding after the fix', function()
  return not found('unknown-matcher')
end)
check('a fix mends the text', true)

local row, column = at('"$.id"')
local leads = ask('textDocument/definition', row, column)
check('a rule leads to its value', leads[1].range.start.line == at('"id": 7'), leads)

local hints = ask('textDocument/inlayHint', 0, 0, {
  range = { start = { line = 0, character = 0 }, ['end'] = { line = 30, character = 0 } },
})
local labels = vim.tbl_map(function(hint)
  return hint.label
end, hints)
check('matchers stand beside values', vim.tbl_contains(labels, 'integer') and vim.tbl_contains(labels, 'exact'), labels)

row, column = at('"$.items"')
vim.api.nvim_buf_set_lines(buf, row, row, false, { '            "$",' })
local items = ask('textDocument/completion', row, 14)
local names = vim.tbl_map(function(item)
  return item.label
end, items.items or items)
check('rule paths are those of the example', vim.tbl_contains(names, '$.items[*].price'), names)
vim.api.nvim_buf_set_lines(buf, row, row + 1, false, {})

row, column = at('order 7 exists')
local edit = ask('textDocument/rename', row, column, { newName = 'order 7 is open' })
check('a state is renamed in both pacts', vim.tbl_count(edit.changes or edit.documentChanges) == 2, edit)

local symbols = ask('textDocument/documentSymbol', 0, 0)
check('the outline names requests', symbols[1].name == 'GET /orders/7 -> 200', symbols)

local running = client()
running:stop()
wait('the end of the server', function()
  return running:is_stopped()
end)
check('the server stops', true)
os.exit(0)
