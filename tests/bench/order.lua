-- wrk: each request is another buyer's, with a token of its own.
local tokens, ticket = {}, nil

function init(args)
  ticket = args[2]
  for line in io.lines(args[1]) do tokens[#tokens + 1] = line end
  math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) % 65536)
  at = math.random(#tokens)
end

function request()
  at = at % #tokens + 1
  return wrk.format("POST", "/api/orders", {
    ["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. tokens[at],
  }, '{"items":[{"ticket_id":"' .. ticket .. '","quantity":1}]}')
end

function done(summary, latency)
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%f,"refused":%d,"broken":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
