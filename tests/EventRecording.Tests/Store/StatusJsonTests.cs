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

    private static KubernetesStatus? Read(string json) => StatusJson.TryRead(Encoding.UTF8.GetBytes(json));
}
