using System.Text.Json.Nodes;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>One request of a transcript and the answer to it.</summary>
internal sealed class RecordedStep(string transcript, int number, JsonObject step)
{
    /// <summary>Transcript and number, as messages show it.</summary>
    public string Name => $"{transcript} {number}";

    public string Transcript => transcript;

    public int Number => number;

    public string Note => (string?)step["note"] ?? "";

    public string Method => (string)step["request"]!["method"]!;

    public string Path => (string)step["request"]!["path"]!;

    public string? ContentType => (string?)step["request"]!["contentType"];

    public string Accept => (string?)step["request"]!["accept"] ?? "";

    /// <summary>The body as it was sent: parsed, or text that is no JSON.</summary>
    public JsonNode? RequestBody => step["request"]!["body"];

    public IEnumerable<KeyValuePair<string, string>> Headers =>
        step["request"]!["headers"]?.AsObject().Select(header => KeyValuePair.Create(header.Key, (string)header.Value!)) ?? [];

    public JsonObject Response => step["response"]!.AsObject();

    public JsonArray? Frames => Response["frames"] as JsonArray;

    public static IReadOnlyList<RecordedStep> Read(string version, string scenario) =>
    [
        .. Tests.Support.Transcript.Steps(version, scenario)
            .Select((step, i) => new RecordedStep($"{version}/{scenario}", i, JsonNode.Parse(step.GetRawText())!.AsObject())),
    ];
}
