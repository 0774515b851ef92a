using System.Text;

namespace EventRecording.Sandbox;

/// <summary>A request that came to the sandbox.</summary>
public sealed class SandboxRequest
{
    private readonly ApiRequest _request;

    internal SandboxRequest(ApiRequest request, Fault? fault = null)
    {
        _request = request;
        Fault = fault;
    }

    /// <summary>HTTP method.</summary>
    public string Method => _request.Method;

    /// <summary>Path and query, as sent.</summary>
    public string Target => _request.Target;

    /// <summary>Path, as sent.</summary>
    public string Path => _request.Path;

    /// <summary>Verb of the API, such as <c>list</c>, <c>watch</c>, <c>deletecollection</c>.</summary>
    public string Verb => _request.Info.Verb;

    /// <summary>API group; empty for the core group.</summary>
    public string Group => _request.Info.Group;

    /// <summary>Plural name of the resource; empty for paths such as <c>/version</c>.</summary>
    public string Resource => _request.Info.Resource;

    /// <summary>Namespace in the path; empty if there is none.</summary>
    public string Namespace => _request.Info.Namespace;

    /// <summary>Name in the path; empty if there is none.</summary>
    public string Name => _request.Info.Name;

    /// <summary>Headers by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers => _request.Headers;

    /// <summary>Body as text; empty while a fault plan looks at the request, because it has not come yet.</summary>
    public string Body => Encoding.UTF8.GetString(_request.Body.Span);

    /// <summary>What went wrong with it, if anything did.</summary>
    public Fault? Fault { get; }

    /// <summary>A parameter of the query; empty if there is none.</summary>
    public string Query(string name) => _request.Query[name];

    /// <summary>Method and target.</summary>
    public override string ToString() => $"{Method} {Target}";
}
