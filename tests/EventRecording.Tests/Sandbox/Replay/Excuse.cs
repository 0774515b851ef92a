using EventRecording.Sandbox;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>A difference between the sandbox and a recorded server that is as it should be.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Transcripts">Patterns of the transcripts in which it shows.</param>
/// <param name="Differences">Patterns of the number of a step, what is different and where in the answer; each must excuse something.</param>
internal sealed record Excuse(string Reason, string[] Transcripts, params string[] Differences)
{
    private const string Old = "v1.20.2";
    private const string New = "generic-0.36.4";

    public static IReadOnlyList<Excuse> All { get; } =
    [
        new(Limitation("protobuf"), [$"{Old}/list", $"{New}/list"], "28 changed status", "28 changed headers.content-type", "28 changed bodyBase64"),
        new(Limitation("YAML"), [$"{New}/list"], "29 changed body.message"),
        new(Limitation("server-side apply"), [$"{Old}/patch", $"{New}/patch"], "12 changed status", "12 changed body.*", "12 missing body.details"),
        new(Limitation("field managers"), ["*"], "* missing *.managedFields"),
        new(Limitation("errors of the decoder"), [$"{Old}/create-refused"], "8 changed body.message"),
        new(Limitation("errors of the decoder"), [$"{Old}/adopt"], "6 changed body.message", "6 changed body.details.causes[0].message"),
        new(Limitation("other resources"), [$"{Old}/discovery"], "2 missing body.groups[*]", "3 missing body.resources[*]", "8 missing body.groups[*]"),
        new(Limitation("descriptions of columns"), [$"{Old}/list"], "27 changed body.columnDefinitions[*].description"),
        new(
            Limitation("facts of the build"),
            [$"{Old}/discovery", $"{New}/discovery"],
            "0 changed body.gitVersion", "0 changed body.gitCommit", "0 changed body.gitTreeState", "0 changed body.buildDate",
            "0 changed body.goVersion", "0 changed body.compiler", "0 changed body.platform"),

        // The newer transcripts are of a server made of the API server's libraries; here it is as with every kube-apiserver.
        new("access reviews are served by every kube-apiserver", [$"{New}/discovery"], "2 added body.groups[authorization.k8s.io]", "8 added body.items[authorization.k8s.io]"),
        new("the error for an unknown kind names a file of a kube-apiserver", [$"{New}/create-refused"], "9 changed body.message"),
        new("items in a list of events name no kind and no apiVersion", [$"{New}/list"], "* missing body.items[*].kind", "* missing body.items[*].apiVersion"),
        new("the source of events in tables is component and host", [$"{New}/list"], "27 changed body.rows[*].cells[5]"),
        new("the list of the groups has no addresses, but an apiVersion", [$"{New}/discovery"], "2 added body.apiVersion", "2 missing body.groups[*].serverAddressByClientCIDRs"),
        new(
            "namespaces have a status and no deletecollection",
            [$"{New}/discovery"],
            "3 changed body.resources[namespaces].verbs*", "3 missing body.resources[namespaces].verbs*", "3 added body.resources[namespaces/status]",
            "7 changed *.resources[namespaces].verbs*", "7 missing *.resources[namespaces].verbs*", "7 added *.resources[namespaces].subresources"),
    ];

    /// <summary>What the users of the sandbox are told about a topic.</summary>
    private static string Limitation(string topic) =>
        KubernetesSandbox.Limitations.Single(limitation => limitation.StartsWith(topic + ": ", StringComparison.Ordinal));
}
