using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>A kind of objects that a sandbox can be made to know.</summary>
internal sealed record ObjectKind(string Group, string Kind, string? ShortName = null)
{
    public string Version { get; init; } = "v1";

    public bool IsNamespaced { get; init; } = true;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The plural as English forms it, in lower case: <c>ingresses</c>, <c>policies</c>.</summary>
    public string Plural => Singular switch
    {
        [.., 's' or 'x'] or [.., 'c' or 's', 'h'] => Singular + "es",
        [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] => Singular[..^1] + "ies",
        _ => Singular + "s",
    };

#pragma warning disable CA1308 // Names of resources are in lower case.
    private string Singular => Kind.ToLowerInvariant();
#pragma warning restore CA1308

    public string DefinitionName => $"{Plural}.{Group}";

    /// <summary>A CustomResourceDefinition for it, which takes objects of any form.</summary>
    public JsonObject Definition => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = DefinitionName },
        ["spec"] = new JsonObject
        {
            ["group"] = Group,
            ["scope"] = IsNamespaced ? "Namespaced" : "Cluster",
            ["names"] = new JsonObject
            {
                ["kind"] = Kind,
                ["listKind"] = Kind + "List",
                ["plural"] = Plural,
                ["singular"] = Singular,
                ["shortNames"] = ShortName is null ? [] : new JsonArray(ShortName),
            },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = Version,
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
            }),
        },
    };
}
