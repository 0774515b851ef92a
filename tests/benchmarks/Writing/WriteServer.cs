using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventRecording.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EventRecording.Benchmarks;

/// <summary>What is unusual about a server.</summary>
internal enum ServerKind
{
    /// <summary>Nothing: HTTP/2 and HTTP/1.1, over TLS.</summary>
    Usual,

    /// <summary>HTTP/1.1 only.</summary>
    Http1,

    /// <summary>HTTP/1.1 only, and each connection is closed after its first answer.</summary>
    Closing,

    /// <summary>HTTP/2 with one request at a time on a connection.</summary>
    OneStream,

    /// <summary>Answers at once and late in turn.</summary>
    InTurn,
}

/// <summary>A sandbox behind TLS and HTTP/2, as an API server has them.</summary>
/// <param name="latency">How long each answer takes at least.</param>
/// <param name="most">How many requests it takes at a time before it says 429.</param>
/// <param name="kind">What is unusual about it.</param>
internal sealed class WriteServer(TimeSpan latency, int most, ServerKind kind)
{
    // What is written is not kept for long: a run must not find what the one before it left.
    private static readonly SandboxOptions Options = new() { RequestLogLimit = 0, HistoryLimit = 10, EventTimeToLive = TimeSpan.FromSeconds(20) };

    private int _running;
    private int _requests;

    /// <summary>Serves until standard input ends. Prints its address, then the kubeconfig, then an empty line.</summary>
    public async Task RunAsync()
    {
        using var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.Http2.MaxStreamsPerConnection = kind == ServerKind.OneStream ? 1 : 250;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = kind is ServerKind.Http1 or ServerKind.Closing ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            });
        });
        await using var app = builder.Build();
        await using var sandbox = new KubernetesSandbox(Options);
        using var backend = new HttpMessageInvoker(sandbox.CreateHandler());
        app.Run(context => AnswerAsync(context, backend));
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        Console.WriteLine(Kubeconfig(app.Urls.Single(), certificate));
        Console.WriteLine();
        await Console.In.ReadToEndAsync();
    }

    private async Task AnswerAsync(HttpContext context, HttpMessageInvoker backend)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > most)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "1";
                return;
            }

            if (kind == ServerKind.Closing)
                context.Response.Headers.Connection = "close";
            if (latency > TimeSpan.Zero && (kind != ServerKind.InTurn || Interlocked.Increment(ref _requests) % 2 == 0))
                await Task.Delay(latency, TimeProvider.System, context.RequestAborted);
            await AskAsync(context, backend);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static async Task AskAsync(HttpContext context, HttpMessageInvoker backend)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://sandbox{context.Request.Path}{context.Request.QueryString}");
        request.Content = new StreamContent(context.Request.Body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        using var answer = await backend.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sandbox", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static string Kubeconfig(string server, X509Certificate2 certificate) => string.Create(CultureInfo.InvariantCulture, $$"""
        { "apiVersion": "v1", "kind": "Config", "current-context": "sandbox",
          "clusters": [{ "name": "sandbox", "cluster": { "server": "{{server}}", "certificate-authority-data": "{{Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))}}" } }],
          "users": [{ "name": "sandbox", "user": { "token": "kubectl-asks-for-a-password-without-one" } }],
          "contexts": [{ "name": "sandbox", "context": { "cluster": "sandbox", "user": "sandbox" } }] }
        """);
}
