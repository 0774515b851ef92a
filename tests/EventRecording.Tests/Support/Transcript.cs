using System.Text.Json;

namespace EventRecording.Tests.Support;

/// <summary>A recorded conversation with a real API server: Wire/README.md.</summary>
internal static class Transcript
{
    public const string V1_20 = "v1.20.2";
    public const string Generic0_36 = "generic-0.36.4";

    public static IEnumerable<(string Version, string Scenario)> All =>
        from version in new[] { V1_20, Generic0_36 }
        from file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Wire", version), "*.json").Order(StringComparer.Ordinal)
        select (version, Path.GetFileNameWithoutExtension(file));

    public static JsonElement[] Steps(string version, string scenario)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Wire", version, scenario + ".json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone().GetProperty("steps").EnumerateArray().ToArray();
    }

    /// <summary>The body of the answer in one step.</summary>
    public static JsonElement Body(string version, string scenario, int step) =>
        Steps(version, scenario)[step].GetProperty("response").GetProperty("body");

    /// <summary>All objects of a kind in all answers, frames included.</summary>
    public static IEnumerable<JsonElement> Objects(string kind) =>
        from transcript in All
        from step in Steps(transcript.Version, transcript.Scenario)
        from body in Bodies(step.GetProperty("response"))
        where body.ValueKind == JsonValueKind.Object && body.TryGetProperty("kind", out var name) && name.GetString() == kind
        select body;

    private static IEnumerable<JsonElement> Bodies(JsonElement response)
    {
        if (response.TryGetProperty("body", out var body))
            yield return body;
        if (!response.TryGetProperty("frames", out var frames))
            yield break;
        foreach (var frame in frames.EnumerateArray())
            yield return frame.TryGetProperty("object", out var content) ? content : frame;
    }
}
