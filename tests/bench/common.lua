-- What every script of wrk shares: tokens, tickets, and what is printed at the end.
local common = {}

function common.lines(file)
  local found = {}
  for line in io.lines(file) do found[#found + 1] = line end
  return found
end

function common.order(token, ticket)
  return wrk.format("POST", "/api/orders", {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. token,
  }, '{"items":[{"ticket_id":"' .. ticket .. '","quantity":1}]}')
end

function common.payment(token, order)
  return wrk.format("POST", "/api/payments", {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. token,
  }, '{"order_id":"' .. order .. '","token":"tok_visa"}')
end

function common.done(summary, latency)
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%f,"refused":%d,"broken":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

return common
