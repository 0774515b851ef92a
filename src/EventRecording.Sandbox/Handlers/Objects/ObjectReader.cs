using System.Globalization;

namespace EventRecording.Sandbox;

/// <summary>Answers get and list.</summary>
internal sealed class ObjectReader(ObjectStore store, TimeProvider time, KubernetesRules rules)
{
    public ApiResponse Get(ApiRequest request, Resource resource, Representation representation)
    {
        var info = request.Info;
        var stored = store.Current.Find(resource.Key(info.Namespace, info.Name)) ?? throw ApiStatus.NotFound(resource.GroupResource, info.Name);
        return Single(200, request, resource, stored, representation);
    }

    public ApiResponse List(ApiRequest request, Resource resource, Representation representation)
    {
        var options = ListOptions.Parse(request.Query, resource.Strategy, watch: false, rules);
        var page = Page(resource.KeyPrefix(request.Info.Namespace), options);
        return representation switch
        {
            Representation.Table => TableWriter.Write(resource, page, request.Query["includeObject"], time.GetUtcNow()),
            Representation.PartialMetadataList => ApiResponse.Json(200, PartialMetadata.Write(resource, page)),
            _ => ApiResponse.Json(200, ListWriter.Write(resource, page)),
        };
    }

    /// <summary>One object as an answer.</summary>
    public ApiResponse Single(int statusCode, ApiRequest request, Resource resource, StoredObject stored, Representation representation)
    {
        if (representation == Representation.PartialMetadata)
            return ApiResponse.Json(statusCode, PartialMetadata.WriteObject(resource, stored));
        if (representation != Representation.Table)
            return ApiResponse.Json(statusCode, ListWriter.WriteObject(resource, stored));
        return TableWriter.Write(resource, new ListPage(stored), request.Query["includeObject"], time.GetUtcNow());
    }

    public ListPage Page(string prefix, ListOptions options)
    {
        var state = StateFor(options);
        var (start, end) = state.Bounds(prefix);
        if (options.Continue is { } token)
            start = Math.Max(start, state.IndexFrom(prefix + token.Start));
        var items = new List<StoredObject>(options.Limit > 0 ? Math.Min(options.Limit, end - start) : end - start);
        var at = start;
        while (at < end && (options.Limit == 0 || items.Count < options.Limit))
        {
            var stored = state.Objects[at++];
            if (options.Matches(stored))
                items.Add(stored);
        }
        var version = state.Version.ToString(CultureInfo.InvariantCulture);
        if (at >= end)
            return new ListPage(items, version);
        var next = ContinueToken.After(state.Version, state.Objects[at - 1].Key[prefix.Length..]);
        return new ListPage(items, version, next.ToString(), options.HasSelector ? null : end - at);
    }

    private StoreState StateFor(ListOptions options)
    {
        if (options.Continue is { } token)
            return StateFor(token);
        if (options.Version is not > 0)
            return store.Current;
        var version = options.Version.Value;
        if (version > store.Current.Version)
            throw ApiStatus.TooLargeVersion(version, store.Current.Version);
        // A version with a limit meant that very version before the parameter for it was invented.
        var exact = options.VersionMatch == "Exact" || options.VersionMatch.Length == 0 && options.Limit > 0;
        return exact
            ? store.At(version)?.After ?? throw ApiStatus.Expired("The resourceVersion for the provided list is too old.")
            : store.Current;
    }

    private StoreState StateFor(ContinueToken token)
    {
        if (token.Version < 0)
            return store.Current;
        if (token.Version > store.Current.Version)
            throw ApiStatus.Internal("etcdserver: mvcc: required revision is a future revision");
        return store.At(token.Version)?.After ?? throw ApiStatus.Expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
            + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
            + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
            + "between the time the first chunk was returned and now may show up in the list.",
            new ContinueToken(-1, token.Start).ToString());
    }
}
