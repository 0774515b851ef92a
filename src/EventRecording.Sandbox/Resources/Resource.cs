using System.Text;

namespace EventRecording.Sandbox;

/// <summary>One resource in one version of one API group.</summary>
internal sealed class Resource
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required string Kind { get; init; }

    public string ListKind { get; init; } = "";

    public required bool Namespaced { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    /// <summary>Subresources beside <c>status</c> do not exist here.</summary>
    public bool HasStatus { get; init; }

    public required ResourceStrategy Strategy { get; init; }

    public string GroupVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public GroupResource GroupResource => new(Group, Plural);

    /// <summary>What all keys of the resource begin with; both groups of events share one.</summary>
    public string KeyPrefix(string space) => space.Length == 0 ? $"{Strategy.StorageName}/" : $"{Strategy.StorageName}/{space}/";

    public string Key(string space, string name) => KeyPrefix(Namespaced ? space : "") + name;

    /// <summary>Beginning of the JSON of an object; the stored body follows without its brace.</summary>
    public byte[] Header => _header ??= Encoding.UTF8.GetBytes($$"""{"kind":"{{Kind}}","apiVersion":"{{GroupVersion}}",""");

    private byte[]? _header;
}
