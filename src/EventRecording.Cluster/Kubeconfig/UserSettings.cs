namespace EventRecording.Cluster;

/// <summary>Reads a user of a kubeconfig.</summary>
internal static class UserSettings
{
    public static ClusterConfiguration Apply(ClusterConfiguration configuration, KubeConfigEntry user, KubeConfigEntry cluster)
    {
        if (user.Node.Mapping("auth-provider") is { } provider)
            throw user.Error("auth-provider", WhyNot(provider));

        configuration = configuration with { Impersonation = Impersonation(user) };
        var withCredential = configuration with
        {
            ClientCertificate = ClientCertificate(user),
            Token = user.Node.Text("token"),
            ClientCertificateFiles = ClientCertificateFiles(user),
            TokenFile = user.Path("tokenFile"),
            Basic = Basic(user),
            Exec = ExecSettings.Read(user, cluster),
        };
        RequireOneMethod(withCredential, user);
        // No credential goes out in the clear, as with kubectl.
        return configuration.Server.Scheme == Uri.UriSchemeHttps ? withCredential : configuration;
    }

    private static ClientCertificate? ClientCertificate(KubeConfigEntry user)
    {
        // As for kubectl, which does not look at a key without a certificate.
        if (!user.Has("client-certificate"))
            return null;
        var certificate = user.Bytes("client-certificate");
        var key = user.Bytes("client-key");
        return key.IsEmpty
            ? throw user.Error("client-certificate", "has no client-key that belongs to it")
            : new ClientCertificate(certificate, key);
    }

    // One of them in the file itself means that nobody replaces them.
    private static ClientCertificateFiles? ClientCertificateFiles(KubeConfigEntry user) =>
        user.Path("client-certificate") is { } certificate && user.Path("client-key") is { } key
            ? new ClientCertificateFiles(certificate, key)
            : null;

    private static BasicCredential? Basic(KubeConfigEntry user)
    {
        var (name, password) = (user.Node.Text("username"), user.Node.Text("password"));
        return (name ?? password) is null ? null : new BasicCredential(name ?? "", password ?? "");
    }

    private static Impersonation? Impersonation(KubeConfigEntry user)
    {
        var groups = user.Node.Texts("as-groups");
        var uid = user.Node.Text("as-uid");
        var extra = Extra(user.Node.Mapping("as-user-extra"));
        if (user.Node.Text("as") is { } name)
        {
            return new Impersonation
            {
                User = name,
                Uid = uid,
                Groups = groups,
                Extra = extra,
            };
        }

        return groups.Count == 0 && uid is null && extra.Count == 0
            ? null
            : throw user.Error("as", "is missing, though it says something about the user to act as");
    }

    private static Dictionary<string, IReadOnlyList<string>> Extra(YamlNode? extra) =>
        (extra?.Names ?? []).ToDictionary(name => name, name => extra!.Texts(name), StringComparer.Ordinal);

    private static string WhyNot(YamlNode provider) => provider.Text("name") == "oidc"
        ? "is oidc, which kubectl still takes, and which is not supported here; let an exec plugin log in instead, which works in kubectl, too (such as kubectl oidc-login: https://github.com/int128/kubelogin)"
        : "is no longer supported, here as in kubectl; let the provider's own tool write an exec plugin instead (such as gke-gcloud-auth-plugin, kubelogin)";

    private static void RequireOneMethod(ClusterConfiguration configuration, KubeConfigEntry user)
    {
        if (configuration.Basic is not null && (configuration.Token ?? configuration.TokenFile) is not null)
            throw user.Error("username", "is there together with a token; only one of them can be used");
        if (configuration is { ClientCertificate: null, Token: null, TokenFile: null, Basic: null, Exec: null } && user.Has("client-key"))
            throw user.Error("client-key", "has no client-certificate that belongs to it");
    }
}
