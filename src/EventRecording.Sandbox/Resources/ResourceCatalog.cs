using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Which resources there are: the built-in ones and those that are defined.</summary>
internal sealed class ResourceCatalog
{
    private readonly Dictionary<(string Group, string Version, string Plural), Resource> _byPath = [];
    private readonly StoredObject[] _definitions;

    public ResourceCatalog(IReadOnlyList<Resource> builtIn, IEnumerable<StoredObject> definitions)
    {
        _definitions = definitions.ToArray();
        All = [.. builtIn, .. _definitions.SelectMany(definition => CustomResources(definition.Parse()))];
        foreach (var resource in All)
            _byPath.TryAdd((resource.Group, resource.Version, resource.Plural), resource);
        Namespaces = All.Single(resource => resource.Strategy is NamespaceStrategy);
    }

    public IReadOnlyList<Resource> All { get; }

    public Resource Namespaces { get; }

    public Resource? Find(string group, string version, string plural) => _byPath.GetValueOrDefault((group, version, plural));

    public bool HasGroupVersion(string group, string version) =>
        All.Any(resource => resource.Group == group && resource.Version == version);

    /// <summary>True while the definitions are still those from which the catalog was made.</summary>
    public bool IsOf(StoreState state) => state.Range("customresourcedefinitions/").SequenceEqual(_definitions);

    /// <summary>The resources of a definition, one for each version that is served.</summary>
    public static IEnumerable<Resource> CustomResources(JsonObject definition)
    {
        var spec = definition.Object("spec");
        var names = spec.Object("names");
        return
            from version in spec.Array("versions")?.OfType<JsonObject>() ?? []
            where version.Flag("served")
            select new Resource
            {
                Group = spec.Text("group"),
                Version = version.Text("name"),
                Plural = names.Text("plural"),
                Singular = names.Text("singular"),
                Kind = names.Text("kind"),
                ListKind = names.Text("listKind"),
                Namespaced = spec.Text("scope") == "Namespaced",
                ShortNames = names.Texts("shortNames"),
                Categories = names.Texts("categories"),
                Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
                HasStatus = version.Object("subresources").Object("status") is not null,
                Strategy = new CustomResourceStrategy($"{names.Text("plural")}.{spec.Text("group")}", version),
            };
    }
}
