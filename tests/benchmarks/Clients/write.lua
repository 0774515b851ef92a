-- Posts events, each with a name of its own. GOALS_TOKEN is the token of the kubeconfig.
-- Prints at the end how many a second were answered with a success.

local run = string.format("%x", os.time())
local number = 0

local body = [[{"apiVersion":"v1","kind":"Event","metadata":{"name":"%s","namespace":"default",]]
    .. [["annotations":{"eventrecording/w-0123456789abcdef":"12345 2026-11-20T12:00:00Z 900"}},]]
    .. [["involvedObject":{"apiVersion":"cache.example.com/v1","kind":"Redis","namespace":"default","name":"%s","uid":"b2c3d4e5-0000-4000-8000-%012x"},]]
    .. [["type":"Normal","reason":"ScaledUp","message":"replicas set to 3","source":{"component":"redis-operator"},"reportingComponent":"redis-operator","reportingInstance":"",]]
    .. [["firstTimestamp":"2026-11-20T12:00:00Z","lastTimestamp":"2026-11-20T12:00:00Z","count":1}]]

function init(args)
    wrk.headers["Authorization"] = "Bearer " .. os.getenv("GOALS_TOKEN")
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    number = number + 1
    local redis = "my-op-redis-" .. run .. "-" .. number
    return wrk.format("POST", "/api/v1/namespaces/default/events", nil, body:format(redis .. ".18a5d7b3c2f10e94", redis, number))
end

function done(summary, latency, requests)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    if failed > 0 then
        io.stderr:write(failed .. " of " .. summary.requests .. " requests failed\n")
        os.exit(1)
    end
    print("RATE " .. string.format("%.0f", summary.requests / (summary.duration / 1e6)))
end
