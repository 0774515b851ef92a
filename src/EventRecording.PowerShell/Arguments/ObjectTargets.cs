using System.Collections;

namespace EventRecording.PowerShell;

/// <summary>Finds the objects in what was given to a cmdlet: names, objects, and lists of the API, which count as their items.</summary>
/// <param name="property">Reads a property of an object of PowerShell; <see langword="null"/> for one that is not there.</param>
internal sealed class ObjectTargets(Func<object, string, object?> property)
{
    private const string ListSuffix = "List";
    private const string NotALine = "This is a line of text and no object: pipe 'kubectl get -o json | ConvertFrom-Json', or 'kubectl get -o name'. Of a text that is piped only the first line is told.";

    // Of the API a list may hold lists; one that holds itself has no end.
    private const int DeepestList = 8;

    private readonly ObjectReferenceReader _reader = new(property);

    public IEnumerable<ObjectTarget> In(object given) => In(given, DeepestList);

    private IEnumerable<ObjectTarget> In(object given, int depth)
    {
        if (given is string name)
            return [IsPattern(name) ? Bad(given, Pattern(name)) : IsLineOfOutput(name) ? Bad(given, NotALine) with { IsLineOfText = true } : new NamedTarget(name)];
        if (given is ObjectReference or KubeEvent || Items(given) is not { } items)
            return [Refer(given)];
        return items.Cast<object?>().SelectMany(item => item switch
        {
            null => [Bad(given, "An item of the list is null.")],
            _ when depth > 1 && property(item, "kind") is not null && Items(item) is not null => In(item, depth - 1),
            _ => [ReferToItem(given, item)],
        });
    }

    private static string Pattern(string name) =>
        $"'{SafeText.Quote(name)}' names no one object, and wildcards are not taken here: pipe all that are meant, such as those of 'kubectl get {SafeText.Quote(name.Split('/')[0])} -o name'.";

    private static bool IsPattern(string text) =>
        text.Contains('/', StringComparison.Ordinal) && text.AsSpan().IndexOfAny("*?[") >= 0 && !text.Any(char.IsWhiteSpace) && text.AsSpan().IndexOfAny("{}\"") < 0;

    // What kubectl prints comes line by line, of YAML also "items:" and "---"; no name of an object is so.
    private static bool IsLineOfOutput(string text) =>
        text.Any(char.IsWhiteSpace) || text.AsSpan().IndexOfAny("{}[]\"") >= 0 || text.EndsWith(':') || text == "---";

    // A list is what has items and, as every list of the API, no name; its kind need not end so.
    private IEnumerable? Items(object given) =>
        property(given, "items") is IEnumerable items and not string && property(given, "kind") is string kind
        && (kind.EndsWith(ListSuffix, StringComparison.Ordinal) || property(given, "metadata") is not { } metadata || property(metadata, "name") is null) ? items : null;

    private ObjectTarget Refer(object given)
    {
        if (given is not (ObjectReference or KubeEvent) && OfEvent(given) is { } regarding)
            return regarding;
        if (_reader.TryRead(given, out var error) is { } reference)
            return new KnownTarget(given, reference);
        return Row(given) ?? (ObjectTarget)Bad(given, error!);
    }

    private static BadTarget Bad(object given, string why) => new(given, new ObjectReferenceException(why));

    // An event as kubectl gives it, or one that was in a file or another process, where its object may have become a text.
    private ObjectTarget? OfEvent(object given) => Text(given, "kind") is not (null or "Event")
        ? null
        : (property(given, "involvedObject") ?? property(given, "regarding")) switch
        {
            null => null,
            string name => new NamedTarget(name, Text(given, "namespace"), given),
            var regarding => Refer(regarding) with { Given = given },
        };

    // A row of a table, such as one of Import-Csv: which version of the API its kind is in, the server knows.
    private NamedTarget? Row(object given) =>
        property(given, "metadata") is null && Text(given, "apiVersion") is null && Text(given, "kind") is { } kind && Text(given, "name") is { } name
            ? new NamedTarget($"{kind}/{name}", Text(given, "namespace"), given)
            : null;

    private string? Text(object given, string name) => property(given, name)?.ToString() is { Length: > 0 } text ? text : null;

    // The items of a typed list, such as RedisList, need not repeat what the list says.
    private ObjectTarget ReferToItem(object list, object item)
    {
        if (property(item, "kind") is not null)
            return Refer(item);
        var kind = (string)property(list, "kind")!;
        var completed = new Dictionary<string, object?>
        {
            ["apiVersion"] = property(item, "apiVersion") ?? property(list, "apiVersion"),
            ["kind"] = kind.EndsWith(ListSuffix, StringComparison.Ordinal) ? kind[..^ListSuffix.Length] : null,
            ["metadata"] = property(item, "metadata"),
        };
        return Refer(completed) switch
        {
            KnownTarget known => known with { Given = item },
            var bad => bad with { Given = item },
        };
    }
}
