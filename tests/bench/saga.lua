-- Orders, each paid by its buyer as soon as it is answered.
-- Arguments: file of tokens, file of their buyers' ids, ticket,
-- and the pause of a connection between two orders in milliseconds.
local common = dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "common.lua")
local tokens, ticket, pause
local by_buyer, unpaid, asked = {}, {}, 0

function init(args)
  tokens = common.lines(args[1])
  for at, buyer in ipairs(common.lines(args[2])) do by_buyer[buyer] = tokens[at] end
  ticket, pause = args[3], tonumber(args[4])
  math.randomseed(os.time())
  asked = math.random(#tokens)
  if pause > 0 then delay = function() return #unpaid > 0 and 0 or pause end end
end

function request()
  local order = table.remove(unpaid, 1)
  if order then return common.payment(order.token, order.id) end
  asked = asked + 1
  return common.order(tokens[asked % #tokens + 1], ticket)
end

function response(status, _, body)
  local id, buyer = body:match('^{"id":"([^"]+)","code":"[^"]+","buyer_id":"([^"]+)"')
  if status == 201 and id then
    unpaid[#unpaid + 1] = { id = id, token = by_buyer[buyer] }
  end
end

function done(summary, latency) common.done(summary, latency) end
