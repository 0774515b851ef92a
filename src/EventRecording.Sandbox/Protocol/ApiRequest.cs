namespace EventRecording.Sandbox;

/// <summary>A request, however it came.</summary>
internal sealed class ApiRequest
{
    public ApiRequest(string method, string target, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        Method = method;
        Target = target;
        Headers = headers;
        Body = body;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        Path = question < 0 ? target : target[..question];
        Query = QueryString.Parse(question < 0 ? "" : target[(question + 1)..]);
        Info = RequestInfo.From(method, Path, Query);
    }

    public string Method { get; }

    /// <summary>Path and query, as sent.</summary>
    public string Target { get; }

    public string Path { get; }

    public QueryString Query { get; }

    /// <summary>Headers by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public RequestInfo Info { get; }

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";

    /// <summary>The request is to be answered as if it were applied.</summary>
    /// <exception cref="ApiException">Another value than <c>All</c>.</exception>
    public bool IsDryRun => Query["dryRun"] switch
    {
        "" => false,
        "All" => true,
        var other => throw InvalidOption("dryRun", $"[{FieldError.Quote(other)}]", "\"All\""),
    };

    /// <summary>What becomes of fields that nobody knows.</summary>
    /// <exception cref="ApiException">Another value than <c>Ignore</c>, <c>Strict</c>, <c>Warn</c>.</exception>
    public string FieldValidation => Query["fieldValidation"] switch
    {
        "" => "Warn",
        var known and ("Ignore" or "Strict" or "Warn") => known,
        var other => throw InvalidOption("fieldValidation", FieldError.Quote(other), "\"\", \"Ignore\", \"Strict\", \"Warn\""),
    };

    public ApiRequest WithBody(ReadOnlyMemory<byte> body) => new(Method, Target, Headers, body);

    private ApiException InvalidOption(string option, string value, string supported)
    {
        var kind = Method switch { "POST" => "CreateOptions", "PUT" => "UpdateOptions", "PATCH" => "PatchOptions", _ => "DeleteOptions" };
        var error = new FieldError(option, "FieldValueNotSupported", $"Unsupported value: {value}: supported values: {supported}");
        return ApiStatus.Invalid("meta.k8s.io", kind, "", [error]);
    }
}

/// <summary>The parameters of a request; of several with one name the first counts.</summary>
internal sealed class QueryString
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string this[string name] => _values.GetValueOrDefault(name, "");

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>As the API reads a flag: true for everything but <c>0</c> and <c>false</c>, an empty value too; false where it is missing.</summary>
    public bool Flag(string name) => Has(name) && this[name] != "0" && !this[name].Equals("false", StringComparison.OrdinalIgnoreCase);

    public static QueryString Parse(string query)
    {
        var result = new QueryString();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            result._values.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
        return result;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
