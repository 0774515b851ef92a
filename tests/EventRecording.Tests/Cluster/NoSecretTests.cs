using System.Collections;
using System.Net;
using System.Reflection;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

/// <summary>Every secret carries a mark, and no text that anybody sees has the mark in it.</summary>
public class NoSecretTests
{
    private const string Mark = "s3cr3t";

    private static readonly ClusterConfiguration Full = Clusters.Configuration with
    {
        ClientCertificate = new ClientCertificate(Encoding.ASCII.GetBytes(Mark), Encoding.ASCII.GetBytes(Mark)),
        Token = Mark,
        Basic = new BasicCredential("me", Mark),
        Proxy = new Uri($"http://me:{Mark}@proxy"),
        Exec = new ExecPlugin
        {
            Command = "plugin",
            ApiVersion = "client.authentication.k8s.io/v1",
            Arguments = [Mark],
            Environment = new Dictionary<string, string> { ["TOKEN"] = Mark },
        },
    };

    [Fact]
    public void No_part_of_a_configuration_shows_a_secret()
    {
        var parts = new Queue<object>([Full, new Credential(null, Full.ClientCertificate), Credential.Bearer(Mark), new ExecAnswer(Credential.Bearer(Mark), null)]);
        var seen = 0;
        while (parts.TryDequeue(out var part))
        {
            seen++;
            Assert.DoesNotContain(Mark, part.ToString(), StringComparison.Ordinal);
            foreach (var property in part.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                // The proxy is a plain Uri: the one who gave it has its password in hand, and nothing of ours prints it.
                if (property.GetValue(part) is { } value and not (string or Uri or IEnumerable) && property.PropertyType.Namespace == typeof(ClusterConfiguration).Namespace)
                    parts.Enqueue(value);
            }
        }

        Assert.True(seen > 6, $"only {seen} parts");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.BadGateway)]
    public async Task No_refusal_shows_a_secret(HttpStatusCode code)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Text("no", code));
        using var connection = Clusters.Over(handler, Clusters.Configuration with { Token = Mark });
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal("Bearer " + Mark, handler.Requests[0].Headers["Authorization"]);
        Assert.DoesNotContain(Mark, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("é")]
    [InlineData(" ")]
    public void No_error_about_a_credential_shows_it(string unfit)
    {
        ClusterConfiguration[] broken =
        [
            Clusters.Configuration with { Token = Mark + unfit },
            Clusters.Configuration with { Token = Mark, Basic = new BasicCredential("me", Mark) },
            Clusters.Configuration with { ClientCertificate = new ClientCertificate(Encoding.UTF8.GetBytes(Mark + unfit), Encoding.UTF8.GetBytes(Mark)) },
        ];
        foreach (var configuration in broken)
        {
            var error = Assert.Throws<ClusterConfigurationException>(() => new ClusterConnection(configuration));
            Assert.DoesNotContain(Mark, error.ToString(), StringComparison.Ordinal);
        }
    }
}
