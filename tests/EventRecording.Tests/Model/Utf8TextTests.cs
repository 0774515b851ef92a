using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace EventRecording.Tests.Model;

public class Utf8TextTests
{
    private static readonly string[] Pieces = ["a", "\"", "\\", "\n", "\0", "\u001b", "\u007f", "é", "名", "\u3000", "\u2028", "\U0001F600", "\uD800", "\uDC00", "\uE000", "<"];

    private static Arbitrary<(string Text, int Most)> Texts => (
        from pieces in Gen.Elements(Pieces).ArrayOf()
        from repeats in Gen.Choose(1, 60)
        from most in Gen.Choose(0, 1500)
        select (string.Concat(Enumerable.Repeat(string.Concat(pieces), repeats)), most)).ToArbitrary();

    [Fact]
    public void A_text_that_fits_stays_as_it_is()
    {
        var text = new string('名', 341) + "a";
        Assert.Same(text, Utf8Text.CutToBytes(text, 1024));
        Assert.Same(text, Utf8Text.CutToJsonBytes(text, 1024));
    }

    [Fact]
    public void A_text_that_does_not_is_cut_at_a_character_and_says_so()
    {
        Assert.Equal(new string('名', 333) + "… (cut from 1026 bytes)", Utf8Text.CutToBytes(new string('名', 342), 1024));
        Assert.Equal(new string('a', 4) + "… (cut from 52 bytes)", Utf8Text.CutToBytes("aaaa" + string.Concat(Enumerable.Repeat("\U0001F600", 12)), 30));
    }

    [Fact]
    public void Where_the_remark_has_no_room_the_text_is_cut_without_it() => Assert.Equal("名", Utf8Text.CutToBytes("名名名", 5));

    [Fact]
    public void A_cut_text_is_never_longer_than_the_limit_and_begins_as_the_text() =>
        Prop.ForAll(Texts, given =>
        {
            var cut = Utf8Text.CutToBytes(given.Text, given.Most);
            Assert.InRange(Encoding.UTF8.GetByteCount(cut), 0, given.Most);
            AssertBeginsAs(given.Text, cut);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_text_cut_for_JSON_is_written_in_no_more_bytes() =>
        Prop.ForAll(Texts, given =>
        {
            var cut = Utf8Text.CutToJsonBytes(given.Text, given.Most);
            Assert.InRange(JsonWriting.ToBytes(cut, (writer, text) => writer.WriteText("m"u8, text)).Length, 0, given.Most + """{"m":""}""".Length);
            AssertBeginsAs(given.Text, cut);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Lone_surrogates_become_the_replacement_character_and_pairs_stay() =>
        Prop.ForAll(Texts, given =>
        {
            var clean = Utf8Text.ReplaceLoneSurrogates(given.Text);
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(given.Text)), clean);
        }).QuickCheckThrowOnFailure();

    private static void AssertBeginsAs(string text, string cut)
    {
        if (cut == text)
            return;
        var remark = cut.IndexOf("… (cut from ", StringComparison.Ordinal);
        var kept = remark < 0 ? cut : cut[..remark];
        Assert.StartsWith(kept, text, StringComparison.Ordinal);
        Assert.False(kept.Length > 0 && char.IsHighSurrogate(kept[^1]) && text.Length > kept.Length && char.IsLowSurrogate(text[kept.Length]), "cut within a character");
    }
}
