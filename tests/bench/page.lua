-- The page that the address names, again and again, as browsers ask for it.
local common = dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "common.lua")

wrk.headers["Accept-Encoding"] = "gzip"

function done(summary, latency) common.done(summary, latency) end
