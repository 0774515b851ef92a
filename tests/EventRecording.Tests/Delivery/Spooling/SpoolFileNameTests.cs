using System.Text;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class SpoolFileNameTests
{
    private static readonly string Scope = SpoolFileName.ScopeOf(SpoolEntries.Options);

    [Fact]
    public void A_name_comes_back_as_it_was()
    {
        var name = new SpoolFileName(Scope, "0123456789abcdef", 12, 345);

        Assert.Equal(name, SpoolFileName.TryParse(name.ToString()));
    }

    [Theory]
    [InlineData("x.json")]
    [InlineData("0123456789abcdef-0123456789abcdef-1-0.json")]
    [InlineData("0123456789abcdef-0123456789abcdef-01-1.json")]
    [InlineData("0123456789ABCDEF-0123456789abcdef-1-1.json")]
    [InlineData("0123456789abcdef-0123456789abcdef-1-1.json.tmp")]
    [InlineData("0123456789abcdef-0123456789abcdef-1-99999999999.json")]
    public void Other_names_are_none(string name) => Assert.Null(SpoolFileName.TryParse(name));

    [Fact]
    public void Cluster_and_user_have_a_scope_of_their_own()
    {
        Assert.NotEqual(Scope, SpoolFileName.ScopeOf(SpoolEntries.Options with { Cluster = "https://other" }));
        Assert.NotEqual(Scope, SpoolFileName.ScopeOf(SpoolEntries.Options with { User = "other" }));
        Assert.Equal(Scope, SpoolFileName.ScopeOf(SpoolEntries.Options with { Directory = "elsewhere" }));
    }

    [Fact]
    public void A_state_has_always_the_same_width_and_comes_back_as_it_was()
    {
        foreach (var state in new[] { default, new SpoolState(SampleEvents.Noon.UtcDateTime.AddTicks(3)), new SpoolState(SampleEvents.Noon.UtcDateTime, "-00000000000000ff") })
        {
            Assert.Equal(SpoolState.Length, state.ToBytes().Length);
            Assert.Equal(state, SpoolState.TryParse(state.ToBytes()));
        }
    }

    [Theory]
    [InlineData("sent yesterday                                     \n")]
    [InlineData("sent 2026-11-20T12:00:00.0000003Z -2               \n")]
    [InlineData("sent 2026-11-20T12:00:00.0000003Z -00000000000000fg\n")]
    [InlineData("                                                   \n")]
    [InlineData("unsent                                              ")]
    [InlineData("unsent\n")]
    public void Other_first_lines_are_no_state(string line) => Assert.Null(SpoolState.TryParse(Encoding.ASCII.GetBytes(line)));
}
