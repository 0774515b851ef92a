using EventRecording.Cluster;

namespace EventRecording.Tests.Cluster;

public class GoPathsTests
{
    [Theory]
    [InlineData("/a:/b::/a", new[] { "/a", "/b", "/a" })]
    [InlineData("/a;/b", new[] { "/a;/b" })]
    [InlineData("\"/a\":/b", new[] { "\"/a\"", "/b" })]
    [InlineData("", new string[0])]
    [InlineData(null, new string[0])]
    public void On_Unix_colons_separate_and_quotes_are_letters(string? list, string[] expected) => Assert.Equal(expected, GoPaths.SplitList(list, isWindows: false));

    [Theory]
    [InlineData(@"C:\a;;D:\b;", new[] { @"C:\a", @"D:\b" })]
    [InlineData(@"""C:\a;b"";D:\c", new[] { @"C:\a;b", @"D:\c" })]
    [InlineData(@"C:\""Program Files""\x;D:\c", new[] { @"C:\Program Files\x", @"D:\c" })]
    [InlineData(@"""C:\a;D:\b", new[] { @"C:\a;D:\b" })]
    [InlineData(null, new string[0])]
    public void On_Windows_semicolons_separate_and_quotes_keep_together(string? list, string[] expected) => Assert.Equal(expected, GoPaths.SplitList(list, isWindows: true));

    [Theory]
    [InlineData(@"D:\ca.crt", @"D:\ca.crt")]
    [InlineData("D:/ca.crt", "D:/ca.crt")]
    [InlineData(@"\\server\share\ca.crt", @"\\server\share\ca.crt")]
    [InlineData(@"\certs\ca.crt", @"C:\me\certs\ca.crt")]
    [InlineData("/certs/ca.crt", @"C:\me\certs/ca.crt")]
    [InlineData(@"certs\ca.crt", @"C:\me\certs\ca.crt")]
    public void On_Windows_a_path_without_a_drive_is_relative(string path, string expected) => Assert.Equal(expected, GoPaths.Resolve(path, @"C:\me", isWindows: true));

    [Theory]
    [InlineData("/certs/ca.crt", "/certs/ca.crt")]
    [InlineData("certs/ca.crt", "/home/me/certs/ca.crt")]
    [InlineData(@"\certs", @"/home/me/\certs")]
    public void On_Unix_a_path_that_starts_with_a_slash_is_absolute(string path, string expected) => Assert.Equal(expected, GoPaths.Resolve(path, "/home/me/", isWindows: false));

    [Theory]
    [InlineData("bin/login", false, true)]
    [InlineData("login", false, false)]
    [InlineData("bin/login", true, false)]
    [InlineData(@"bin\login", true, true)]
    public void A_command_with_the_systems_separator_is_a_path(string command, bool isWindows, bool expected) => Assert.Equal(expected, GoPaths.IsPath(command, isWindows));
}
