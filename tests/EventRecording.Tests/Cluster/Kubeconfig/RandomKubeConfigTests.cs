using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Cluster.Kubeconfig.Parity;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig;

/// <summary>Mutated and random kubeconfigs are read or refused: nothing crashes, hangs, or shows the secret that is in each.</summary>
/// <remarks>10,000 of each kind; 200,000 with EVENTRECORDING_LONG_TESTS.</remarks>
public class RandomKubeConfigTests
{
    private const string Secret = "secret-token";
    private const int Seed = 20261120;

    // A thousand times what one takes: no measurement, but what would hang is found.
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);
    private static readonly int Count = Environment.GetEnvironmentVariable("EVENTRECORDING_LONG_TESTS") is null ? 10_000 : 200_000;

    [Fact]
    public void A_mutated_kubeconfig_is_read_or_refused_and_leaks_nothing()
    {
        string[] bodies =
        [
            KubeConfigs.Simple,
            KubeConfigs.Document("{server: https://h, certificate-authority-data: c2VjcmV0LXRva2Vu}", "{username: me, password: secret-token, as: jane, as-groups: [a]}"),
            KubeConfigs.Document("{server: https://h}", "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: [secret-token], env: [{name: A, value: secret-token}]}}"),
            .. Directory.GetFiles(ParityCase.Folder, "*.yaml").Order(StringComparer.Ordinal).Select(file => File.ReadAllText(file).Replace("t-1", Secret, StringComparison.Ordinal)),
        ];
        var random = new Random(Seed);
        for (var i = 0; i < Count; i++)
            Read(Mutate(bodies[i % bodies.Length], random), i);
    }

    [Fact]
    public void A_random_kubeconfig_is_read_or_refused_and_leaks_nothing()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Count; i++)
        {
            var text = new StringBuilder();
            WriteMapping(text, random, 0, i % 2 == 0 ? TopFields : Fields);
            Read(text.ToString(), i);
        }
    }

    private static void Read(string text, int number)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            KubeConfigs.Parse(text);
        }
        catch (ClusterConfigurationException error)
        {
            Assert.False(error.ToString().Contains(Secret, StringComparison.Ordinal), $"seed {Seed}, case {number}: {error}");
        }
        catch (Exception error)
        {
            Assert.Fail($"seed {Seed}, case {number}: {error}\n{text}");
        }

        Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound, $"seed {Seed}, case {number} takes too long:\n{text}");
    }

    private static string Mutate(string text, Random random)
    {
        const string Pieces = "{}[],:&*#?|->%@`\"'!\n\t \\~<0a\0\u0085\uFEFF\ud800";
        var mutated = new StringBuilder(text);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(mutated.Length + 1);
            switch (random.Next(3))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.Next(1, 8), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    mutated.Insert(at, mutated.ToString(at, Math.Min(random.Next(1, 30), mutated.Length - at)));
                    break;
            }
        }

        return mutated.ToString();
    }

    private static readonly string[] TopFields = ["clusters", "contexts", "users", "current-context", "kind", "apiVersion"];

    private static readonly string[] Fields =
    [
        .. TopFields, "name", "cluster", "context", "user", "server", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name", "proxy-url", "namespace",
        "token", "tokenFile", "username", "password", "client-certificate-data", "client-key-data", "as", "as-groups", "as-uid", "as-user-extra", "exec", "command", "args", "env",
        "value", "interactiveMode", "provideClusterInfo", "extensions", "extension", "auth-provider", "<<", "other",
    ];

    private static readonly string[] Scalars =
    [
        "c1", "u1", "x", "https://h", "http://h", "Never", "v1", "Config", "client.authentication.k8s.io/v1", "client.authentication.k8s.io/exec", "YWJj", "true", "12", "~", "''",
        "\"a b\"", ".nan", "0x1F", "!!binary YWJj", "&a1 s", "*a1",
    ];

    private static readonly string[] SecretFields = ["token", "password", "value", "args", "proxy-url", "client-key-data", "auth-provider"];

    private static readonly string[] SecretScalars = [Secret, "'secret-token'", "socks5://me:secret-token@p", "ftp://me:secret-token@p", "\"secret-token\\n\""];

    // In flow style, which needs no indentation.
    private static void WriteValue(StringBuilder text, Random random, int depth, bool isSecret)
    {
        var kind = depth > 6 ? 0 : random.Next(4);
        if (kind == 1)
            WriteMapping(text, random, depth, Fields);
        else if (kind == 2)
            WriteSequence(text, random, depth, isSecret);
        else if (isSecret && random.Next(2) == 0)
            text.Append(SecretScalars[random.Next(SecretScalars.Length)]);
        else
            text.Append(Scalars[random.Next(Scalars.Length)]);
    }

    private static void WriteMapping(StringBuilder text, Random random, int depth, string[] fields)
    {
        text.Append(random.Next(8) == 0 ? "&a1 {" : "{");
        for (var left = random.Next(1, 7); left > 0; left--)
        {
            var field = fields[random.Next(fields.Length)];
            text.Append(field).Append(": ");
            WriteValue(text, random, depth + 1, SecretFields.Contains(field));
            text.Append(", ");
        }

        text.Append('}');
    }

    private static void WriteSequence(StringBuilder text, Random random, int depth, bool isSecret)
    {
        text.Append('[');
        for (var left = random.Next(0, 4); left > 0; left--)
        {
            WriteValue(text, random, depth + 1, isSecret);
            text.Append(", ");
        }

        text.Append(']');
    }
}
