namespace EventRecording.Cluster;

/// <summary>The paths of events.</summary>
internal static class EventPath
{
    /// <exception cref="ArgumentException">Events are not to be had there.</exception>
    public static string Of(string apiVersion, string? ns, string? name = null)
    {
        var events = string.IsNullOrEmpty(ns) ? "/events" : $"/namespaces/{ApiPath.Segment(ns)}/events";
        return name is null ? Root(apiVersion) + events : $"{Root(apiVersion)}{events}/{ApiPath.Segment(name)}";
    }

    /// <summary>The parameters that have a value.</summary>
    public static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value));
        var query = string.Join('&', given.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private static string Root(string apiVersion) => apiVersion switch
    {
        EventApiVersion.CoreV1 => "/api/v1",
        EventApiVersion.EventsV1 => "/apis/events.k8s.io/v1",
        _ => throw new ArgumentException(
            $"Events are read and written through {EventApiVersion.CoreV1} or {EventApiVersion.EventsV1}, not through {apiVersion}.",
            nameof(apiVersion)),
    };
}
