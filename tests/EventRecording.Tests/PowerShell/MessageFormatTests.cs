using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class MessageFormatTests
{
    [Theory]
    [InlineData("100 % of {0} {")]
    [InlineData("")]
    public void Without_arguments_a_message_is_plain_text(string message)
    {
        Assert.Equal(message, MessageFormat.Apply(message, null));
        Assert.Equal(message, MessageFormat.Apply(message, []));
    }

    [Fact]
    public void Arguments_are_formatted_for_no_culture() =>
        Assert.Equal("1.50 of {3}: ", MessageFormat.Apply("{0:0.00} of {{{1}}}: {2}", [1.5, 3, null]));

    [Theory]
    [InlineData("{1}")]
    [InlineData("{0")]
    [InlineData("100 % of {name}")]
    [InlineData("pod %s")]
    [InlineData("{{0}}")]
    public void A_message_that_does_not_fit_its_arguments_is_an_error_that_shows_it(string message)
    {
        var error = Assert.Throws<FormatException>(() => MessageFormat.Apply(message, ["a"]));
        Assert.Contains($"'{message}' does not fit its 1 argument(s)", error.Message, StringComparison.Ordinal);
    }
}
