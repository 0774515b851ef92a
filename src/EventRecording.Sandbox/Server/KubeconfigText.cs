namespace EventRecording.Sandbox;

/// <summary>Writes the kubeconfig of a sandbox.</summary>
internal static class KubeconfigText
{
    public static string For(Uri server, IReadOnlyList<SandboxUser> users)
    {
        var token = users.FirstOrDefault(user => user.Token is not null)?.Token;
        var credentials = token is null ? "{}" : $$"""{ token: "{{token}}" }""";
        return $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: sandbox
              cluster:
                server: "{{server.GetLeftPart(UriPartial.Authority)}}"
            users:
            - name: sandbox
              user: {{credentials}}
            contexts:
            - name: sandbox
              context:
                cluster: sandbox
                user: sandbox
                namespace: default
            current-context: sandbox

            """.ReplaceLineEndings("\n");
    }
}
