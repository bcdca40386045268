-- Orders of one ticket each, every one another buyer's with a token of its own.
-- Arguments: file of tokens, file of tickets, how many orders
-- ask for the same ticket before the next one comes ("0": any ticket at any time), and
-- the pause of a connection between two orders in milliseconds.
local common = dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "common.lua")
local tokens, tickets, run, pause
local asked = 0

function init(args)
  tokens, tickets = common.lines(args[1]), common.lines(args[2])
  run, pause = tonumber(args[3]), tonumber(args[4])
  math.randomseed(os.time())
  asked = run == 0 and math.random(#tokens) or 0
  if pause > 0 then delay = function() return pause end end
end

function request()
  asked = asked + 1
  local ticket = run == 0 and tickets[math.random(#tickets)]
    or tickets[math.min(#tickets, math.ceil(asked / run))]
  return common.order(tokens[asked % #tokens + 1], ticket)
end

function done(summary, latency) common.done(summary, latency) end
