using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public sealed class ReasonAdviceTests
{
    [Fact]
    public void A_long_reason_is_quoted_in_part_in_advice_and_in_errors()
    {
        var reason = "x" + new string('y', 2_000);
        Assert.InRange(ReasonAdvice.For(reason)!.Length, 100, 400);
        Assert.InRange(EventText.Of("Normal", reason, reason).Length, 400, 420);
        Assert.InRange(new NamedTarget(reason).ToText().Length, 320, 321);
        Assert.InRange(Assert.Throws<FormatException>(() => MessageFormat.Apply("{" + reason, [1])).Message.Length, 200, 500);
    }

    [Theory]
    [InlineData("ScaledUp")]
    [InlineData("OOMKilling")]
    [InlineData("BackupV2Completed")]
    [InlineData("扩容")]
    [InlineData("Größe")]
    [InlineData("Redis扩容")]
    [InlineData("संगत")]
    public void A_good_reason_gets_no_advice(string reason) => Assert.Null(ReasonAdvice.For(reason));

    [Theory]
    [InlineData("scaledUp", "ScaledUp")]
    [InlineData("backup completed", "BackupCompleted")]
    [InlineData("backup-failed!", "BackupFailed")]
    [InlineData("scaled_up", "ScaledUp")]
    [InlineData("été fini", "ÉtéFini")]
    [InlineData("???", "BackupCompleted")]
    [InlineData("error!", "BackupCompleted")]
    public void A_reason_that_is_not_in_UpperCamelCase_gets_one_that_is(string reason, string suggestion) =>
        Assert.Contains($"UpperCamelCase, as those of Kubernetes are: one word without blanks and signs, such as {suggestion},", ReasonAdvice.For(reason), StringComparison.Ordinal);

    [Theory]
    [InlineData("Error")]
    [InlineData("failed")]
    [InlineData("Success")]
    public void A_reason_that_says_nothing_is_told_so(string reason) =>
        Assert.Contains("does not say what happened", ReasonAdvice.For(reason), StringComparison.Ordinal);

    [Fact]
    public void Advice_is_given_once_for_each_reason()
    {
        var advice = new ReasonAdvice();
        Assert.NotNull(advice.Once("Failed"));
        Assert.Null(advice.Once("Failed"));
        Assert.NotNull(advice.Once("Error"));
    }

    [Fact]
    public void Advice_ends_when_reasons_are_made_up_all_the_time()
    {
        var advice = new ReasonAdvice();
        Assert.Equal(1_000, Enumerable.Range(0, 1_100).Count(number => advice.Once($"reason {number}") is not null));
    }

    [Fact]
    public void Advice_is_safe_for_a_terminal() => Assert.DoesNotContain('\u001b', ReasonAdvice.For("\u001b[31mred")!);

    [Theory]
    [InlineData("Backup", "Backup")]
    [InlineData("nightly backup (eu)", "NightlyBackupEu")]
    [InlineData("备份", "备份")]
    [InlineData(" - ", "")]
    public void Any_text_becomes_a_word_in_UpperCamelCase(string text, string word) => Assert.Equal(word, ReasonAdvice.ToUpperCamelCase(text));
}
