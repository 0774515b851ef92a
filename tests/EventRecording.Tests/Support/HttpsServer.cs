using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventRecording.Tests.Support;

/// <summary>
/// A real HTTPS server on a free loopback port, or one without TLS; it answers what it saw of the request, or what a test says.
/// </summary>
internal sealed class HttpsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpsServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>The name that the latest client asked for (SNI).</summary>
    public string? ServerName { get; private set; }

    /// <summary>What the server shows to those who connect from now on.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Raised with each handshake.</summary>
    public event Action? Shown;

    /// <summary>Who came, in order.</summary>
    public ConcurrentQueue<Visit> Visits { get; } = new();

    public static async Task<HttpsServer> StartAsync(
        X509Certificate2? certificate, RequestDelegate? answer = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, bool askForCertificate = false, SslProtocols versions = SslProtocols.None, int maxStreams = 100)
    {
        HttpsServer server = null!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Limits.Http2.MaxStreamsPerConnection = maxStreams);
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is null)
                return;
            listen.UseHttps(https =>
            {
                https.SslProtocols = versions;
                https.ServerCertificateSelector = (_, name) => server.Show(name);
                https.ClientCertificateMode = askForCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        server = new HttpsServer(builder.Build()) { Certificate = certificate };
        server._app.Use(server.NoteAsync);
        server._app.Run(answer ?? EchoAsync);
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Address = new Uri(address);
        return server;
    }

    /// <summary>Says nothing more until the client gives up.</summary>
    public static Task HangAsync(HttpContext context) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private X509Certificate2? Show(string? name)
    {
        ServerName = name;
        Shown?.Invoke();
        return Certificate;
    }

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        var certificate = await context.Connection.GetClientCertificateAsync();
        string?[] identity =
        [
            certificate?.Subject,
            context.Request.Headers.Authorization,
            .. context.Request.Headers
                .Where(header => header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
                .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .Select(header => $"{header.Key.ToUpperInvariant()}: {string.Join(" + ", header.Value.ToArray())}"),
        ];
        Visits.Enqueue(new Visit(
            string.Join(", ", identity.Where(part => !string.IsNullOrEmpty(part))),
            context.Request.Host.Value ?? "",
            context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "",
            context.Request.Protocol,
            context.Request.Path));
        await next(context);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var certificate = await context.Connection.GetClientCertificateAsync();
        await context.Response.WriteAsJsonAsync(new
        {
            protocol = context.Request.Protocol,
            tls = context.Features.Get<ITlsHandshakeFeature>()?.Protocol.ToString(),
            host = context.Request.Host.Value,
            certificate = certificate?.Subject,
            authorization = context.Request.Headers.Authorization.ToString(),
            user = context.Request.Headers["Impersonate-User"].ToString(),
            groups = context.Request.Headers["Impersonate-Group"].ToArray(),
            scopes = context.Request.Headers["Impersonate-Extra-example.com%2Fscopes"].ToArray(),
        });
    }
}

/// <summary>One request, as far as it tells who asks whom.</summary>
/// <param name="Identity">Client certificate, credential and the user to act as.</param>
/// <param name="Host">The server as the request names it.</param>
/// <param name="ServerName">The name asked for in the handshake (SNI).</param>
/// <param name="Protocol">HTTP/1.1 or HTTP/2.</param>
/// <param name="Path">Path, without the query.</param>
internal sealed record Visit(string Identity, string Host, string ServerName, string Protocol, string Path);
