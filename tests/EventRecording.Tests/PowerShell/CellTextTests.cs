using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class CellTextTests
{
    [Theory]
    [InlineData("configmap/cm1", 13, "configmap/cm1")]
    [InlineData("configmap/cm1", 12, "configmap/|cm1")]
    [InlineData("ingress-nginx-test", 13, "ingress-|nginx-test")]
    [InlineData("pod/ingress-nginx-controller-7d9c8f6b5-abcde", 16, "pod/ingress-|nginx-|controller-|7d9c8f6b5-abcde")]
    [InlineData("FailedScheduling", 12, "Failed|Scheduling")]
    [InlineData("kubelet, node-1", 12, "kubelet,|node-1")]
    [InlineData("kubelet, node-1", 8, "kubelet,|node-1")]
    [InlineData("spec.containers{redis}", 17, "spec.containers|{redis}")]
    [InlineData("pod/withoutanyjointinit", 14, "pod/withoutany|jointinit")]
    [InlineData("a-withoutanyjointinit", 12, "a-withoutany|jointinit")]
    [InlineData("abc😀def", 4, "abc|😀de|f")]
    [InlineData("", 4, "")]
    public void It_is_broken_where_a_reader_would(string text, int width, string expected)
    {
        var fitted = CellText.Fitted(text, width);
        Assert.Equal(expected.Replace('|', '\n'), fitted);
        Assert.All(fitted.Split('\n'), line => Assert.InRange(line.Length, 0, width));
    }

    [Theory]
    [InlineData("eu ops redis/db", "eu", "ops", "redis/db")]
    [InlineData("eu ops|redis/my-op-redis", "eu", "ops", "redis/my-op-redis")]
    [InlineData("remoting-test|configmap/cm2", null, "remoting-test", "configmap/cm2")]
    [InlineData("ingress-nginx-|test-long pod/x", "", "ingress-nginx-test-long", "pod/x")]
    [InlineData("")]
    public void Parts_share_a_line_or_have_their_own(string expected, params string?[] parts) =>
        Assert.Equal(expected.Replace('|', '\n'), CellText.Fitted(parts, 18));

    [Theory]
    [InlineData("66s (x2 over 72s)", 18, "66s (x2 over 72s)")]
    [InlineData("5m27s (x2 over 5m31s)", 18, "5m27s|(x2 over 5m31s)")]
    [InlineData("10m (x1173 over 20m)", 11, "10m (x1173|over 20m)")]
    [InlineData("5m27s (x1173 over 5m31s)", 11, "5m27s|(x1173|over 5m31s)")]
    [InlineData("<unknown>", 9, "<unknown>")]
    public void An_interval_is_broken_at_the_bracket_or_behind_the_count(string interval, int width, string expected) =>
        Assert.Equal(expected.Replace('|', '\n'), CellText.FittedInterval(interval, width));
}
