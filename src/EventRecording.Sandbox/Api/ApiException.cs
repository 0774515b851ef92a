using System.Text.Json.Nodes;
using EventRecording.Sandbox.Json;

namespace EventRecording.Sandbox.Api;

/// <summary>A request that is answered with a Status instead of what it asked for.</summary>
internal sealed class ApiException(int code, JsonObject body) : Exception(body.Text("message"))
{
    public JsonObject Body { get; } = body;

    public List<(string Name, string Value)> Headers { get; } = [];

    public ApiResponse ToResponse()
    {
        var response = ApiResponse.Json(code, JsonText.Write(Body));
        response.Headers.AddRange(Headers);
        return response;
    }
}
