using System.Text.Json.Nodes;
using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>A real exec plugin, the same on every system: tests/EventRecording.RecorderProcess, which takes the steps of Plugin.cs.</summary>
internal static class TestPlugin
{
    public const string ApiVersion = "client.authentication.k8s.io/v1";

    public static ExecPlugin That(params string[] steps) => new()
    {
        Command = "dotnet",
        Arguments = [Path.Combine(AppContext.BaseDirectory, "EventRecording.RecorderProcess.dll"), "plugin", .. steps],
        ApiVersion = ApiVersion,
        InteractiveMode = ExecInteractiveMode.Never,
    };

    /// <summary>What a plugin prints to give a token.</summary>
    public static string Token(string token, string? until = null)
    {
        var status = new JsonObject { ["token"] = token };
        if (until is not null)
            status["expirationTimestamp"] = until;
        return new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "ExecCredential", ["status"] = status }.ToJsonString();
    }
}
