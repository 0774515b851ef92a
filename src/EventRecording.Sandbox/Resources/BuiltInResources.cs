using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The resources that are always there.</summary>
internal static class BuiltInResources
{
    public static IReadOnlyList<Resource> Create(KubernetesRules rules, TimeSpan? eventTimeToLive, TimeProvider time) =>
    [
        Event("", "v1", new EventStrategy(eventsV1: false, rules, eventTimeToLive)),
        new Resource
        {
            Group = "",
            Version = "v1",
            Plural = "namespaces",
            Singular = "namespace",
            Kind = "Namespace",
            ListKind = "NamespaceList",
            Namespaced = false,
            ShortNames = ["ns"],
            Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
            HasStatus = true,
            Strategy = new NamespaceStrategy(rules),
        },
        new Resource
        {
            Group = "apiextensions.k8s.io",
            Version = "v1",
            Plural = "customresourcedefinitions",
            Singular = "customresourcedefinition",
            Kind = "CustomResourceDefinition",
            ListKind = "CustomResourceDefinitionList",
            Namespaced = false,
            ShortNames = ["crd", "crds"],
            Categories = ["api-extensions"],
            HasStatus = true,
            Strategy = new DefinitionStrategy(time),
        },
        Event("events.k8s.io", "v1", new EventStrategy(eventsV1: true, rules, eventTimeToLive)),
        Review("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        Review("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
    ];

    private static Resource Event(string group, string version, EventStrategy strategy) => new()
    {
        Group = group,
        Version = version,
        Plural = "events",
        Singular = "event",
        Kind = "Event",
        ListKind = "EventList",
        Namespaced = true,
        ShortNames = ["ev"],
        Strategy = strategy,
    };

    private static Resource Review(string plural, string kind) => new()
    {
        Group = "authorization.k8s.io",
        Version = "v1",
        Plural = plural,
        Singular = plural[..^1],
        Kind = kind,
        Namespaced = false,
        Verbs = ["create"],
        Strategy = ReviewStrategy.Instance,
    };
}

/// <summary>Access reviews: asked by creating one, stored nowhere.</summary>
internal sealed class ReviewStrategy : ResourceStrategy
{
    public static readonly ReviewStrategy Instance = new();

    public override string StorageName => "reviews";

    public override IReadOnlyList<TableColumn> Columns => [];

    public override JsonObject Decode(JsonObject source, ICollection<string> unknown) => source;
}
