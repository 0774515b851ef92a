using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>What a plugin printed.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Expires">When it comes to its end; <see langword="null"/> for not in this process.</param>
internal sealed record ExecAnswer(Credential Credential, DateTimeOffset? Expires)
{
    /// <exception cref="FormatException">It is no ExecCredential; the message quotes nothing of it, since it may be a secret.</exception>
    public static ExecAnswer Parse(string output, string apiVersion)
    {
        try
        {
            return Read(ParseJson(output), apiVersion);
        }
        catch (ArgumentException)
        {
            throw new FormatException("it printed an ExecCredential in which a name stands twice");
        }
    }

    private static ExecAnswer Read(JsonObject root, string apiVersion)
    {
        // As for kubectl, which knows what it asked for.
        if ((Text(root, "kind") ?? "ExecCredential") != "ExecCredential")
            throw new FormatException("it printed no ExecCredential");
        if (Text(root, "apiVersion") != apiVersion)
            throw new FormatException($"it printed an ExecCredential of another version than {apiVersion}");
        if (root["status"] is not JsonObject status)
            throw new FormatException("it printed an ExecCredential without a status");
        var token = Text(status, "token");
        if (token is not null && !Credential.IsToken(token))
            throw new FormatException("it printed a token with spaces, line ends, control or non-ASCII characters; a token has none");
        var certificate = Certificate(status);
        if (token is null && certificate is null)
            throw new FormatException("it printed an ExecCredential with neither a token nor a client certificate");
        var credential = token is null ? new Credential(null, certificate) : Credential.Bearer(token) with { Certificate = certificate };
        return new ExecAnswer(credential, End(status));
    }

    private static JsonObject ParseJson(string output)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(output);
        }
        catch (JsonException)
        {
            root = ParseYaml(output);
        }

        return root as JsonObject ?? throw new FormatException("it printed no ExecCredential");
    }

    // kubectl takes either.
    private static JsonNode? ParseYaml(string output)
    {
        try
        {
            return YamlReader.Read("", output) is { } root ? JsonNode.Parse(YamlJson.Write(root)) : null;
        }
        catch (Exception exception) when (exception is ClusterConfigurationException or JsonException)
        {
            throw new FormatException("it printed something that is neither JSON nor YAML");
        }
    }

    private static ClientCertificate? Certificate(JsonObject status) =>
        (Text(status, "clientCertificateData"), Text(status, "clientKeyData")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => new ClientCertificate(Encoding.UTF8.GetBytes(certificate), Encoding.UTF8.GetBytes(key)),
            _ => throw new FormatException("it printed a client certificate without its key, or a key without its certificate"),
        };

    private static DateTimeOffset? End(JsonObject status)
    {
        if (status["expirationTimestamp"] is not JsonValue value)
            return null;
        return value.TryGetValue<DateTimeOffset>(out var time)
            ? time
            : throw new FormatException("it printed an expirationTimestamp that is no time");
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
