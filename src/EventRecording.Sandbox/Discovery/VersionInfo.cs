using System.Text.Json.Nodes;

namespace EventRecording.Sandbox.Discovery;

/// <summary>What <c>/version</c> answers.</summary>
internal static class VersionInfo
{
    public static JsonObject For(KubernetesRules rules) => rules == KubernetesRules.V1_20 ? Old() : Current();

    private static JsonObject Old() => new()
    {
        ["major"] = "1",
        ["minor"] = "20",
        ["gitVersion"] = "v1.20.2",
        ["gitCommit"] = "",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "",
        ["platform"] = "",
    };

    private static JsonObject Current()
    {
        var result = Old();
        result["minor"] = "36";
        result["gitVersion"] = "v1.36.4+sandbox";
        result["emulationMajor"] = "1";
        result["emulationMinor"] = "36";
        result["minCompatibilityMajor"] = "1";
        result["minCompatibilityMinor"] = "35";
        return result;
    }
}
