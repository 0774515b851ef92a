namespace EventRecording.Cluster;

/// <summary>Reads the exec plugin of a user.</summary>
internal static class ExecSettings
{
    private const string ApiGroup = "client.authentication.k8s.io/";

    public static ExecPlugin? Read(KubeConfigEntry user, KubeConfigEntry cluster)
    {
        if (user.Node.Mapping("exec") is not { } exec)
            return null;
        var apiVersion = exec.Text("apiVersion");
        if (apiVersion is not (ApiGroup + "v1" or ApiGroup + "v1beta1"))
            throw user.Error("exec", $"must have the apiVersion {ApiGroup}v1 or {ApiGroup}v1beta1 and not '{apiVersion}'");
        return new ExecPlugin
        {
            Command = Command(user, exec.Text("command") ?? throw user.Error("exec", "has no command")),
            Arguments = exec.Texts("args"),
            Environment = Environment(user, exec),
            ApiVersion = apiVersion,
            InstallHint = exec.Text("installHint"),
            InteractiveMode = InteractiveMode(user, exec, apiVersion),
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
            ClusterConfig = ClusterConfig(cluster),
        };
    }

    private static string? ClusterConfig(KubeConfigEntry cluster)
    {
        var extensions = cluster.Node.Sequence("extensions").Where(item => item.Kind == YamlNodeKind.Mapping);
        var config = extensions.FirstOrDefault(item => item.Text("name") == ApiGroup + "exec")?["extension"];
        return config is null ? null : YamlJson.Write(config);
    }

    // A name is looked for in PATH; a path is one of the kubeconfig's directory if it is relative.
    private static string Command(KubeConfigEntry user, string command) =>
        GoPaths.IsPath(command, OperatingSystem.IsWindows()) ? user.File("exec", command) : user.NoContent("exec", command);

    private static Dictionary<string, string> Environment(KubeConfigEntry user, YamlNode exec)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in exec.Sequence("env"))
        {
            var name = variable.Kind == YamlNodeKind.Mapping ? variable.Text("name") : null;
            environment[name ?? throw user.Error("exec", "has an env without a name")] = variable.Text("value") ?? "";
        }

        return environment;
    }

    private static ExecInteractiveMode InteractiveMode(KubeConfigEntry user, YamlNode exec, string apiVersion) =>
        exec.Text("interactiveMode") switch
        {
            "Never" => ExecInteractiveMode.Never,
            "IfAvailable" => ExecInteractiveMode.IfAvailable,
            "Always" => ExecInteractiveMode.Always,
            null when apiVersion == ApiGroup + "v1beta1" => ExecInteractiveMode.IfAvailable,
            null => throw user.Error("exec", "must have an interactiveMode (Never, IfAvailable or Always)"),
            _ => throw user.Error("exec", "has an interactiveMode that is not Never, IfAvailable or Always"),
        };
}
