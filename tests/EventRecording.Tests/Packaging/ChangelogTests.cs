using EventRecording.Packaging;

namespace EventRecording.Tests.Packaging;

public sealed class ChangelogTests
{
    private const string Text = "# Changelog\n\n## Unreleased\n\n* next\n\n## 0.10.0\n\n* ten\n\n## 0.1.0 (2026-11-21)\n\n* one\n\n* more\n";

    [Theory]
    [InlineData("0.1.0", "* one\n\n* more")]
    [InlineData("0.10.0", "* ten")]
    [InlineData("0.2.0", "* next")]
    public void The_notes_are_those_of_the_version_or_of_what_comes_next(string version, string notes) =>
        Assert.Equal(notes, Changelog.NotesOf(version, Text));

    [Fact]
    public void Line_ends_of_Windows_make_no_difference() =>
        Assert.Equal("* ten", Changelog.NotesOf("0.10.0", Text.Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData("# Changelog\n")]
    [InlineData("## 0.1.0\n\n## 0.0.1\n\n* old\n")]
    public void A_version_without_notes_is_an_error(string changelog) =>
        Assert.Contains("'## 0.1.0'", Assert.Throws<FormatException>(() => Changelog.NotesOf("0.1.0", changelog)).Message, StringComparison.Ordinal);
}
