using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Store;

public class StatusJsonTests
{
    [Fact]
    public void Every_Status_of_the_transcripts_is_read()
    {
        var all = Transcript.Objects("Status").ToArray();
        Assert.True(all.Length > 30, $"only {all.Length}");
        foreach (var json in all)
        {
            var status = StatusJson.TryRead(Encoding.UTF8.GetBytes(json.GetRawText()))!;
            Assert.Equal(json.TryGetProperty("code", out var code) ? code.GetInt32() : 0, status.Code);
            Assert.Equal(json.TryGetProperty("reason", out var reason) ? reason.GetString() : "", status.Reason);
            Assert.Equal(json.TryGetProperty("message", out var message) ? message.GetString() : "", status.Message);
        }
    }

    [Fact]
    public void Causes_tell_what_exactly_is_wrong()
    {
        var status = Read(Transcript.Body(Transcript.V1_20, "limits", 2).GetRawText())!;
        Assert.Equal(("big.3", "Event", ""), (status.Name, status.Kind, status.Group));
        Assert.Equal([new KubernetesStatusCause("FieldValueTooLong", "Too long: must have at most 262144 bytes", "metadata.annotations")], status.Causes);
    }

    [Theory]
    [InlineData("""{"kind":"Status","code":"x","reason":3,"details":[],"metadata":7}""")]
    [InlineData("""{"kind":"Status","details":{"causes":{},"retryAfterSeconds":"soon","name":4}}""")]
    [InlineData("""{"details":{"causes":[1,null,{"field":1}]},"kind":"Status"}""")]
    public void What_has_an_unexpected_type_is_passed_over(string json) => Assert.Equal((0, ""), (Read(json)!.Code, Read(json)!.Reason));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"kind":"Event"}""")]
    [InlineData("""{"kind":"Status","message":"cut""")]
    public void What_is_no_Status_is_none(string json) => Assert.Null(Read(json));

    [Fact]
    public void Nothing_in_it_steers_a_terminal()
    {
        var status = Read("""{"kind":"Status","reason":"a\u001b]0;b","message":"a\u001b]0;b\nc","metadata":{"continue":"a\u001b]0;b"},"details":{"name":"a\u001b]0;b","group":"a\u001b]0;b","kind":"a\u001b]0;b","causes":[{"reason":"a\u001b]0;b","message":"a\u001b]0;b","field":"a\u001b]0;b"}]}}""")!;
        Assert.Equal("a^[]0;b\nc", status.Message);
        Assert.All(new[] { status.Reason, status.Name, status.Group, status.Kind, status.Continue, status.Causes[0].Reason, status.Causes[0].Message, status.Causes[0].Field }, text => Assert.Equal("a^[]0;b", text));
    }

    [Fact]
    public void A_status_and_a_cause_in_a_string_are_fit_for_a_terminal()
    {
        Assert.Equal("403 Forbidden^G no^[", $"{new KubernetesStatus { Code = 403, Reason = "Forbidden\a", Message = "no\u001b" }}");
        Assert.Equal("spec.a too^[long Invalid", $"{new KubernetesStatusCause("Invalid", "too\u001blong", "spec.a")}");
    }

    private static KubernetesStatus? Read(string json) => StatusJson.TryRead(Encoding.UTF8.GetBytes(json));
}
