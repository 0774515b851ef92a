using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public sealed class ComponentNameTests
{
    [Theory]
    [InlineData("/ops/scale-redis.ps1", "scale-redis")]
    [InlineData("/ops/Scale Redis (prod).ps1", "Scale-Redis-prod")]
    [InlineData("/ops/backup_v1.2.psm1", "backup_v1.2")]
    [InlineData("/ops/sauvegarde été.ps1", "sauvegarde-t")]
    [InlineData("/ops/扩容redis.ps1", "redis")]
    [InlineData("/ops/扩容.ps1", "pwsh")]
    [InlineData("/ops/-.ps1", "pwsh")]
    [InlineData("", "pwsh")]
    [InlineData("/home/ops/.config/powershell/Microsoft.PowerShell_profile.ps1", "pwsh")]
    [InlineData("/home/ops/.config/powershell/profile.ps1", "pwsh")]
    [InlineData("/ops/make_profile.psm1", "make_profile")]
    [InlineData(null, "pwsh")]
    public void A_component_is_the_script_as_a_qualified_name(string? path, string expected) => Assert.Equal(expected, ComponentName.From(path));

    [Fact]
    public void A_component_is_no_longer_than_a_qualified_name_may_be() =>
        Assert.Equal(new string('a', 62), ComponentName.From(new string('a', 62) + "-b.ps1"));
}
