namespace EventRecording.Sandbox;

/// <summary>Where the sandbox does not do as the recorded servers do, each with the reason: one list for people and for the tests.</summary>
public static class Limitations
{
    private const string Old = "v1.20.2";
    private const string New = "generic-0.36.4";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Limitation> All { get; } =
    [
        new("protobuf", "JSON only: a client that takes nothing but protobuf gets 406.")
        {
            Transcripts = [$"{Old}/list", $"{New}/list"],
            Differences = ["28 *"],
        },
        new("server-side apply", "needs the managers of every field; kubectl's apply works without it.")
        {
            Transcripts = [$"{Old}/patch", $"{New}/patch"],
            Differences = ["12 *"],
        },
        new("field managers", "managedFields are accepted and dropped, never served: nobody here applies.")
        {
            Transcripts = ["*"],
            Differences = ["* *.managedFields"],
        },
        new("words of Go's decoders", "a value of a wrong type is refused with the same status and reason, but not with the words of Go's old JSON decoder.")
        {
            Transcripts = [$"{Old}/adopt", $"{Old}/create-refused"],
            Differences = ["6 body.message", "6 body.details.causes[0].message", "8 body.message"],
        },
        new("other resources", "only events, namespaces, custom resource definitions, custom resources and access reviews are served.")
        {
            Transcripts = [$"{Old}/discovery"],
            Differences = ["* body.groups[*]", "3 body.resources[*]"],
        },
    ];

    /// <summary>The list for people, one line each.</summary>
    public static string Text => string.Join("\n", All.Select(limitation => $"* {limitation.Topic}: {limitation.Reason}"));
}
