namespace EventRecording.Sandbox;

/// <summary>The form in which a client wants the answer.</summary>
internal enum Representation
{
    Json,
    Table,
    PartialMetadata,
    PartialMetadataList,
    AggregatedDiscoveryV2,
    AggregatedDiscoveryV2Beta1,
}

/// <summary>Reads the header Accept.</summary>
internal static class ContentNegotiation
{
    /// <summary>The first form in the header that can be given.</summary>
    /// <returns><see langword="null"/> if there is none: 406.</returns>
    public static Representation? Choose(string accept, params Representation[] offered)
    {
        if (accept.Length == 0)
            return Representation.Json;
        foreach (var range in accept.Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "application/*" or "*/*"))
                continue;
            var parameters = parts.Skip(1).Where(part => !part.StartsWith("q=", StringComparison.Ordinal)).ToHashSet();
            var wanted = Read(parameters);
            if (wanted is { } found && (found == Representation.Json || offered.Contains(found)))
                return found;
        }
        return null;
    }

    private static Representation? Read(HashSet<string> parameters)
    {
        if (parameters.Contains("g=meta.k8s.io") && parameters.Contains("v=v1"))
            return ReadMeta(parameters);
        if (parameters.Contains("as=APIGroupDiscoveryList"))
            return parameters.Contains("v=v2") ? Representation.AggregatedDiscoveryV2
                : parameters.Contains("v=v2beta1") ? Representation.AggregatedDiscoveryV2Beta1 : null;
        return parameters.Any(parameter => parameter.StartsWith("as=", StringComparison.Ordinal)) ? null : Representation.Json;
    }

    private static Representation? ReadMeta(HashSet<string> parameters) =>
        parameters.Contains("as=Table") ? Representation.Table
        : parameters.Contains("as=PartialObjectMetadata") ? Representation.PartialMetadata
        : parameters.Contains("as=PartialObjectMetadataList") ? Representation.PartialMetadataList
        : null;
}
