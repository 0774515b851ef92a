using EventRecording.Cluster;
using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class ErrorMapperTests
{
    private const string Denial = "events is forbidden: User \"jane\" cannot create resource \"events\" in API group \"\" in the namespace \"default\"";

    [Theory]
    [InlineData(401, "Unauthorized", "NotAuthenticated", "AuthenticationError")]
    [InlineData(403, Denial, "AccessDenied", "PermissionDenied")]
    [InlineData(403, "exceeded quota", "RequestRefused", "PermissionDenied")]
    [InlineData(404, "namespaces \"gone\" not found", "ObjectNotFound", "ObjectNotFound")]
    [InlineData(422, "invalid", "RequestRefused", "InvalidData")]
    [InlineData(413, "too large", "RequestRefused", "LimitsExceeded")]
    [InlineData(500, "etcdserver: request timed out", "RequestRefused", "ResourceUnavailable")]
    [InlineData(405, "not allowed", "RequestRefused", "ProtocolError")]
    public void An_answer_of_the_server_has_an_id_and_a_category(int code, string message, string id, string category) =>
        AssertMapped(new KubernetesApiException(new KubernetesStatus { Code = code, Message = message }), id, category);

    [Theory]
    [InlineData(ClusterConnectionFailure.Unreachable, "ClusterUnreachable", "ConnectionError")]
    [InlineData(ClusterConnectionFailure.Certificate, "ClusterUnreachable", "SecurityError")]
    [InlineData(ClusterConnectionFailure.Timeout, "ClusterAnswerLost", "OperationTimeout")]
    [InlineData(ClusterConnectionFailure.Broken, "ClusterAnswerLost", "ConnectionError")]
    [InlineData(ClusterConnectionFailure.BadAnswer, "ClusterAnswerLost", "ProtocolError")]
    public void So_has_a_connection_that_failed(ClusterConnectionFailure failure, string id, string category) =>
        AssertMapped(new ClusterConnectionException(failure, "why"), id, category);

    [Fact]
    public void So_has_an_answer_that_leads_nowhere() => AssertMapped(new EventStoreException("The server names the page itself as the next one."), "ClusterAnswerLost", "ProtocolError");

    [Fact]
    public void So_have_the_errors_of_what_was_given()
    {
        AssertMapped(new ClusterConfigurationException("why"), "ClusterNotConfigured", "ResourceUnavailable");
        AssertMapped(new ExecPluginRefusedException("why"), "CredentialPluginRefused", "PermissionDenied");
        AssertMapped(new ObjectReferenceException("why"), "ObjectNotReferable", "InvalidData");
        AssertMapped(new OccurrenceRejectedException("why"), "ArgumentNotValid", "InvalidArgument");
        AssertMapped(new FormatException("why"), "ArgumentNotValid", "InvalidArgument");
    }

    [Fact]
    public void Nobody_at_the_prompt_gave_the_parameter_of_the_library() =>
        Assert.Equal("'A[' is no pattern.", ErrorMapper.Map(new ArgumentException("'A[' is no pattern.", "Reasons"))!.Message);

    [Fact]
    public void A_missing_right_names_the_rule_to_add()
    {
        var error = ErrorMapper.Map(new KubernetesApiException(new KubernetesStatus { Code = 403, Reason = "Forbidden", Message = Denial }))!;
        Assert.Contains("verbs: [\"create\"]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bug_is_no_error_of_the_user() => Assert.Null(ErrorMapper.Map(new InvalidOperationException()));

    private static void AssertMapped(Exception exception, string id, string category)
    {
        var error = ErrorMapper.Map(exception, "target")!;
        Assert.Equal((id, category, exception.Message, exception, "target"), (error.Id, error.Category.ToString(), error.Message, error.Cause, error.Target));
    }
}
