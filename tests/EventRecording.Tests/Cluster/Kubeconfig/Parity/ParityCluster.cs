using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster.Kubeconfig.Parity;

/// <summary>Servers and proxies that take down who comes, and the files that a kubeconfig can name.</summary>
[UnsupportedOSPlatform("windows")]
#pragma warning disable CA1001 // xunit disposes of it by IAsyncLifetime.
public sealed class ParityCluster : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly ClientCertificate _jane = TestCertificates.Client(TestCertificates.Authority, "jane");
    private readonly ClientCertificate _rsa = TestCertificates.Client(TestCertificates.Authority, "rsa", rsa: true);
    private readonly Dictionary<string, HttpsServer> _servers = [];
    private TunnelProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _servers["https"] = await StartAsync(TestCertificates.Server(TestCertificates.Authority));
        _servers["named"] = await StartAsync(TestCertificates.Server(TestCertificates.Authority, "api.example.com"));
        _servers["stranger"] = await StartAsync(TestCertificates.Server(TestCertificates.OtherAuthority));
        _servers["expired"] = await StartAsync(TestCertificates.Server(TestCertificates.Authority, until: new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        _servers["http"] = await StartAsync(null);
        _proxy = new TunnelProxy();
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        foreach (var server in _servers.Values)
            await server.DisposeAsync();
    }

    /// <summary>Who came since this was last asked, to which server, by which tunnel.</summary>
    internal Traffic TakeTraffic()
    {
        var traffic = new Traffic(
            _servers.SelectMany(server => server.Value.Visits.Select(visit => (server.Key, visit))).ToArray(),
            _proxy.Tunnels.Select(tunnel => tunnel.Split('\r')[0]).Distinct().ToArray());
        foreach (var server in _servers.Values)
            server.Visits.Clear();
        _proxy.Tunnels.Clear();
        return traffic;
    }

    /// <summary>Writes the files that a case may name.</summary>
    internal void Furnish(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("ca.crt", Encoding.ASCII.GetString(TestCertificates.Pem(TestCertificates.Authority).Span));
        folder.Write("jane.crt", Encoding.ASCII.GetString(_jane.Certificate.Span));
        folder.Write("jane.key", Encoding.ASCII.GetString(_jane.Key.Span));
        folder.Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        folder.Write("token", "token-of-file\n");
        folder.Write("empty", "");
        folder.Write("token.json", ExecCredential("v1", new JsonObject { ["token"] = "token-of-plugin" }));
        folder.Write("token-v1beta1.json", ExecCredential("v1beta1", new JsonObject { ["token"] = "token-of-plugin" }));
        folder.Write("expired.json", ExecCredential("v1", new JsonObject { ["token"] = "token-of-plugin", ["expirationTimestamp"] = "2020-01-01T00:00:00Z" }));
        folder.Write("nothing.json", ExecCredential("v1", []));
        folder.Write("certificate.json", ExecCredential("v1", new JsonObject
        {
            ["clientCertificateData"] = Encoding.ASCII.GetString(_jane.Certificate.Span),
            ["clientKeyData"] = Encoding.ASCII.GetString(_jane.Key.Span),
        }));
        var plugin = folder.Write("bin/plugin", $"#!/bin/sh\ncat '{folder.File("token.json")}'\n");
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Puts addresses, certificates and paths where a case has <c>{{name}}</c>.</summary>
    internal string Fill(string text, TempFolder folder)
    {
        Dictionary<string, string> values = new()
        {
            ["proxy"] = _proxy.Authority,
            ["folder"] = folder.Path,
            ["ca"] = Base64(TestCertificates.Pem(TestCertificates.Authority)),
            ["both-cas"] = Base64(TestCertificates.Pem(TestCertificates.OtherAuthority, TestCertificates.Authority)),
            ["other-ca"] = Base64(TestCertificates.Pem(TestCertificates.OtherAuthority)),
            ["jane-crt"] = Base64(_jane.Certificate),
            ["jane-key"] = Base64(_jane.Key),
            ["rsa-crt"] = Base64(_rsa.Certificate),
            ["rsa-key"] = Base64(_rsa.Key),
        };
        foreach (var (name, server) in _servers)
            values[name] = server.Address.AbsoluteUri.TrimEnd('/');
        values["port"] = _servers["https"].Address.Port.ToString(null, null);
        values["http-port"] = _servers["http"].Address.Port.ToString(null, null);
        return values.Aggregate(text, (filled, value) => filled.Replace($"{{{{{value.Key}}}}}", value.Value, StringComparison.Ordinal));
    }

    private static Task<HttpsServer> StartAsync(X509Certificate2? certificate) =>
        HttpsServer.StartAsync(certificate, AnswerAsync, askForCertificate: true);

    private static string Base64(ReadOnlyMemory<byte> bytes) => Convert.ToBase64String(bytes.Span);

    private static string ExecCredential(string version, JsonObject status) =>
        new JsonObject { ["apiVersion"] = "client.authentication.k8s.io/" + version, ["kind"] = "ExecCredential", ["status"] = status }.ToJsonString();

    // As much of an API server as kubectl needs to get events.
    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var path = context.Request.Path.Value!.Replace("/clusters/c-1", "", StringComparison.Ordinal);
        if (context.Request.Headers.Authorization == "Bearer refused")
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsync(context.Response.StatusCode == StatusCodes.Status401Unauthorized ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Unauthorized\",\"message\":\"Unauthorized\",\"code\":401}" : path switch
        {
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/apis" => """{"kind":"APIGroupList","apiVersion":"v1","groups":[]}""",
            "/api/v1" => """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"events","singularName":"event","namespaced":true,"kind":"Event","verbs":["get","list"]}]}""",
            _ => """{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""",
        });
    }
}

/// <summary>Who came to which server, and by which tunnels.</summary>
internal sealed record Traffic(IReadOnlyList<(string Server, Visit Visit)> Visits, IReadOnlyList<string> Tunnels)
{
    /// <summary>Each way in which somebody came, once.</summary>
    public IReadOnlyList<(string Server, Visit Visit)> Visitors => [.. Visits.Select(visit => (visit.Server, visit.Visit with { Path = "" })).Distinct()];

    public IReadOnlyList<string> EventPaths => [.. Visits.Select(visit => visit.Visit.Path).Where(path => path.EndsWith("/events", StringComparison.Ordinal))];
}
