-- A page of another site must not act with the cookie of ours: its unsafe requests are
-- refused. Browsers say themselves where a request comes from (Sec-Fetch-Site), older
-- ones say the Origin; who says neither is no browser. Webhooks carry no cookie.
local SAFE = { GET = true, HEAD = true, OPTIONS = true }

local function carries_session(headers)
  for index = 0, headers:getNumValues("cookie") - 1 do
    local cookies = "; " .. headers:getAtIndex("cookie", index)
    if cookies:find("; *session=") or cookies:find("; *__Host%-session=", 1) then
      return true
    end
  end
  return false
end

local function crosses_sites(headers)
  local site = headers:get("sec-fetch-site")
  if site then
    return site ~= "same-origin" and site ~= "none"
  end
  local origin = headers:get("origin")
  if not origin or origin == "ORIGIN" then
    return false
  end
  return origin:match("^%w+://(.+)$") ~= headers:get(":authority")
end

function envoy_on_request(handle)
  local headers = handle:headers()
  if SAFE[headers:get(":method")] or not carries_session(headers) then
    return
  end
  if headers:get(":path"):sub(1, #"WEBHOOKS") ~= "WEBHOOKS" and crosses_sites(headers) then
    handle:respond({ [":status"] = "403" }, "")
  end
end
