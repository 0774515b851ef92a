using System.Globalization;
using System.Text;

namespace EventRecording.Tests.Model;

public class SafeTextTests
{
    [Fact]
    public void A_quoted_text_is_escaped_and_cut_between_characters()
    {
        Assert.Equal("a^[b", SafeText.Quote("a\u001bb"));
        Assert.Equal(new string('a', 200), SafeText.Quote(new string('a', 200)));
        Assert.Equal(new string('a', 200) + "…", SafeText.Quote(new string('a', 201)));
        Assert.Equal("aa…", SafeText.Quote("aa\U0001F600bb", longest: 3));
    }

    [Fact]
    public void An_event_and_a_reference_in_a_string_are_fit_for_a_terminal()
    {
        var reference = new ObjectReference { Kind = "Redis", Name = "a\u001b[2J" };
        Assert.Equal("redis/a^[[2J", $"{reference}");
        Assert.Equal("Warning R^G redis/a^[[2J (x1): two\\nlines", $"{new KubeEvent { Type = "Warning", Reason = "R\a", InvolvedObject = reference, Message = "two\nlines" }}");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("  trimmed \n", "trimmed")]
    [InlineData("replicas 3 → 5, 扩容 👩‍🚀", "replicas 3 → 5, 扩容 👩‍🚀")]
    [InlineData(@"C:\n", @"C:\n")]
    [InlineData("two\nlines\r\nand\ta tab", @"two\nlines\r\nand\ta tab")]
    [InlineData("\u001b[31mred\u001b]0;title\u0007", "^[[31mred^[]0;title^G")]
    [InlineData("nul\0del\u007f.", "nul^@del\\u007F.")]
    [InlineData("c1 \u009b2J", "c1 \\u009B2J")]
    [InlineData("next\u0085line", "next\\u0085line")]
    [InlineData("line\u2028par\u2029.", "line\\u2028par\\u2029.")]
    [InlineData("rtl \u202egnp.exe", "rtl \\u202Egnp.exe")]
    [InlineData("zero\u200bwidth\ufeff.", "zero\\u200Bwidth\\uFEFF.")]
    [InlineData("tag \U000E0041.", "tag \\U000E0041.")]
    [InlineData("persian می\u200cخواهم", "persian می\u200cخواهم")]
    public void What_could_steer_a_terminal_or_deceive_a_reader_becomes_visible(string? text, string expected) =>
        Assert.Equal(expected, SafeText.Escape(text));

    [Fact]
    public void Joiners_and_the_choice_between_text_and_emoji_pass()
    {
        foreach (var kept in new[] { "می\u200cخواهم", "👩\u200d🚀", "✔\ufe0e", "✔\ufe0f" })
            Assert.Equal(kept, SafeText.Escape(kept));
    }

    [Theory]
    [InlineData(0x034F, 0x034F)]
    [InlineData(0x115F, 0x1160)]
    [InlineData(0x17B4, 0x17B5)]
    [InlineData(0x180B, 0x180F)]
    [InlineData(0x2060, 0x206F)]
    [InlineData(0x2800, 0x2800)]
    [InlineData(0x3164, 0x3164)]
    [InlineData(0xFDD0, 0xFDEF)]
    [InlineData(0xFE00, 0xFE0D)]
    [InlineData(0xFFA0, 0xFFA0)]
    [InlineData(0xFFF0, 0xFFF8)]
    [InlineData(0xFFFE, 0xFFFF)]
    [InlineData(0x1FFFE, 0x1FFFF)]
    [InlineData(0xE0000, 0xE0FFF)]
    [InlineData(0x10FFFE, 0x10FFFF)]
    public void What_is_invisible_never_passes(int first, int last)
    {
        for (var value = first; value <= last; value++)
        {
            var escaped = value > 0xFFFF ? $"a\\U{value:X8}b" : $"a\\u{value:X4}b";
            Assert.Equal(escaped, SafeText.Escape($"a{new Rune(value)}b"));
            Assert.Equal(escaped, SafeText.OneLine($"a{new Rune(value)}b"));
        }
    }

    [Fact]
    public void A_text_of_plain_characters_is_not_copied()
    {
        const string plain = "Scaled up to 3 replicas (was 2)";
        Assert.Same(plain, SafeText.Escape(plain));
        Assert.Same(plain, SafeText.OneLine(plain));
    }

    [Fact]
    public void Lone_surrogates_become_the_replacement_character() => Assert.Equal("a\ufffdb", SafeText.Escape("a\ud83db"));

    [Fact]
    public void No_character_whatever_leaves_a_control_behind()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var safe = SafeText.Escape($"a{new Rune(value)}b");
            Assert.DoesNotContain(safe.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        }
    }

    [Theory]
    [InlineData(0x202A, 0x202E)]
    [InlineData(0x2066, 0x2069)]
    [InlineData(0x200E, 0x200F)]
    [InlineData(0x061C, 0x061C)]
    public void Bidirectional_controls_never_pass(int first, int last)
    {
        for (var value = first; value <= last; value++)
            Assert.Equal($"a\\u{value:X4}b", SafeText.Escape($"a{(char)value}b"));
    }
}
