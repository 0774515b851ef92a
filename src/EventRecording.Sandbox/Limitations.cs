namespace EventRecording.Sandbox;

/// <summary>
/// Where the sandbox does not do as the recorded servers do, each with
/// the reason: one list for people and for the tests.
/// </summary>
public static class Limitations
{
    private const string Old = "v1.20.2";
    private const string New = "generic-0.36.4";

    /// <summary>
    /// All of them. The replay of the transcripts excuses what stands here and
    /// nothing else, and fails for an excuse that nothing needs.
    /// </summary>
    public static IReadOnlyList<Limitation> All { get; } =
    [
        new("protobuf", "only JSON is served: a client that takes nothing else gets 406, one that sends it gets 415")
        {
            Transcripts = [$"{Old}/list", $"{New}/list"],
            Differences = ["28 changed status", "28 changed headers.content-type", "28 changed bodyBase64"],
        },
        new("server-side apply", "it needs a manager for every field; kubectl apply works without it, an apply patch gets 415")
        {
            Transcripts = [$"{Old}/patch", $"{New}/patch"],
            Differences = ["12 changed status", "12 changed body.*", "12 missing body.details"],
        },
        new("field managers", "managedFields are accepted and dropped: they matter to server-side apply only")
        {
            Transcripts = ["*"],
            Differences = ["* missing *.managedFields"],
        },
        new("words of the old decoder", "a value of a wrong type gets the same status and reason, in the words of the newer decoder")
        {
            Transcripts = [$"{Old}/create-refused"],
            Differences = ["8 changed body.message"],
        },
        new("words of the old decoder in patches", "the same for a patch, whose message shows the whole object")
        {
            Transcripts = [$"{Old}/adopt"],
            Differences = ["6 changed body.message", "6 changed body.details.causes[0].message"],
        },
        new("other resources", "only events, namespaces, custom resources with their definitions, and access reviews are served")
        {
            Transcripts = [$"{Old}/discovery"],
            Differences = ["2 missing body.groups[*]", "3 missing body.resources[*]", "8 missing body.groups[*]"],
        },
        new("access reviews", "served here, but not by the server that was made of libraries")
        {
            Transcripts = [$"{New}/discovery"],
            Differences = ["2 added body.groups[authorization.k8s.io]", "8 added body.items[authorization.k8s.io]"],
        },
        new("descriptions of columns", "kubectl does not show them, so they are empty")
        {
            Transcripts = [$"{Old}/list"],
            Differences = ["27 changed body.columnDefinitions[*].description"],
        },
        new("facts of the build", "/version tells which rules are followed and that this is the sandbox, not how another program was built")
        {
            Transcripts = [$"{Old}/discovery", $"{New}/discovery"],
            Differences =
            [
                "0 changed body.gitVersion", "0 changed body.gitCommit", "0 changed body.gitTreeState", "0 changed body.buildDate",
                "0 changed body.goVersion", "0 changed body.compiler", "0 changed body.platform",
            ],
        },
        new("file names in errors", "the error for an unknown kind names a file of the server; here it is that of a kube-apiserver")
        {
            Transcripts = [$"{New}/create-refused"],
            Differences = ["9 changed body.message"],
        },
        new("kind of items", "items in a list of events name no kind and no apiVersion, as with every kube-apiserver")
        {
            Transcripts = [$"{New}/list"],
            Differences = ["* missing body.items[*].kind", "* missing body.items[*].apiVersion"],
        },
        new("source of events in tables", "component and host, as with every kube-apiserver; the library server shows the component only")
        {
            Transcripts = [$"{New}/list"],
            Differences = ["27 changed body.rows[*].cells[5]"],
        },
        new("list of the groups", "as a kube-apiserver writes it; that of the library server has addresses and no apiVersion")
        {
            Transcripts = [$"{New}/discovery"],
            Differences = ["2 added body.apiVersion", "2 missing body.groups[*].serverAddressByClientCIDRs"],
        },
        new("namespaces", "have a status and no deletecollection, as with every kube-apiserver; the library server has it the other way")
        {
            Transcripts = [$"{New}/discovery"],
            Differences =
            [
                "3 changed body.resources[namespaces].verbs*", "3 missing body.resources[namespaces].verbs*",
                "3 added body.resources[namespaces/status]",
                "7 changed *.resources[namespaces].verbs*", "7 missing *.resources[namespaces].verbs*",
                "7 added *.resources[namespaces].subresources",
            ],
        },
        new("YAML", "requests are JSON only, which is what kubectl sends"),
        new("schemas of custom resources", "objects are neither validated nor pruned against the OpenAPI schema of their definition"),
        new("OpenAPI", "v3 says which kinds there are and that the server validates fields; no v2, no documentation for kubectl explain"),
        new("watch paths", "the old paths /api/v1/watch/… are not served; use the parameter watch"),
        new("webhooks, quotas, priority and fairness", "only the rules of events and namespaces refuse anything; use a fault plan for more"),
        new("TLS", "the server speaks HTTP/1.1 in clear on the loopback address; kubectl sends no token over it"),
    ];

    /// <summary>The list for people, one line each.</summary>
    public static string Text => string.Join("\n", All.Select(limitation => $"* {limitation.Topic}: {limitation.Reason}"));
}
