using EventRecording.Sandbox.Validation;

namespace EventRecording.Sandbox.Api;

/// <summary>Requests that are answered as if they were applied.</summary>
internal static class DryRun
{
    /// <exception cref="ApiException">Another value than <c>All</c>.</exception>
    public static bool IsAsked(ApiRequest request) => request.Query["dryRun"] switch
    {
        "" => false,
        "All" => true,
        var other => throw ApiStatus.Invalid("meta.k8s.io", "Options", "", [FieldError.NotSupported("dryRun", other, "All")]),
    };
}
