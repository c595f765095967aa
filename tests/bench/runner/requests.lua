-- wrk's requests: those of the file named by REQUESTS, in turns. A line each: path, tab, body.
-- With FRESH no two have the same headers.
local every, at, fresh, sent = {}, 0, false, 0

function init()
  fresh = os.getenv("FRESH") ~= nil
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, body = line:match("^(%S+)\t(.*)$")
    local headers = { ["Accept"] = "application/json" }
    local method = "GET"
    if body ~= "" then
      method = "POST"
      headers["Content-Type"] = "application/json"
    end
    every[#every + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  at = at % #every + 1
  if not fresh then
    return every[at]
  end
  sent = sent + 1
  return (every[at]:gsub("\r\n", "\r\nX-Request-Id: " .. sent .. "\r\n", 1))
end

function done(summary, latency)
  local wrong = summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read
  io.write(string.format("RESULT %d %d %d %d %d\n",
    summary.requests, summary.duration, wrong, latency:percentile(50), latency:percentile(99)))
end
