using System.Globalization;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Sandbox;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task Help_tells_what_is_not_served_and_why()
    {
        var output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["serve", "--help"], output, TextWriter.Null));
        var lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.All(KubernetesSandbox.Limitations, limitation => Assert.Contains($"* {limitation}", lines));
    }

    [Theory]
    [InlineData("no port", "serve", "--port", "many")]
    [InlineData("no port", "serve", "--port", "70000")]
    [InlineData("needs a value", "serve", "--kubeconfig")]
    [InlineData("no option here", "serve", "--nonsense", "x")]
    [InlineData("no command 'fly'", "fly")]
    public async Task A_command_line_that_is_not_understood_says_why(string expected, params string[] args)
    {
        var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(args, TextWriter.Null, error));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_that_says_what_to_do()
    {
        await using var taken = KubernetesSandbox.Start();
        var error = new StringWriter();
        var port = taken.Address.Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(2, await CommandLine.RunAsync(["serve", "--port", port], TextWriter.Null, error));
        Assert.Contains($"Port {port} cannot be listened on", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_cannot_be_written_is_an_error()
    {
        var error = new StringWriter();
        var file = Path.Combine(Path.GetTempPath(), "no such folder", "config");
        Assert.Equal(2, await CommandLine.RunAsync(["serve", "--kubeconfig", file], TextWriter.Null, error));
        Assert.Contains("cannot be written", error.ToString(), StringComparison.Ordinal);
    }
}
