using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Credentials;

public class ProgramPathTests
{
    [Theory]
    [InlineData("aws", "/usr/bin/aws")]
    [InlineData("/opt/aws", "/opt/aws")]
    [InlineData("nothing", null)]
    [InlineData("/opt/nothing", null)]
    [InlineData("here", null)]
    public void A_program_is_looked_for_in_PATH_and_never_in_the_current_directory(string command, string? expected)
    {
        string[] files = ["/usr/bin/aws", "/bin/aws", "/opt/aws", "./here", "here", "bin/here"];
        Assert.Equal(expected, ProgramPath.Find(command, Variables(".:bin::/usr/bin/:/bin"), isWindows: false, files.Contains));
    }

    [Theory]
    [InlineData("aws", @"C:\tools\aws.exe")]
    [InlineData("kubelogin", @"C:\tools\kubelogin.cmd")]
    [InlineData(@"D:\x\aws.exe", @"D:\x\aws.exe")]
    [InlineData(@"D:\x\aws", @"D:\x\aws.exe")]
    [InlineData("D:/x/aws", "D:/x/aws.exe")]
    [InlineData("quoted", @"C:\a;b\quoted.exe")]
    [InlineData("gcloud", @"C:\tools\gcloud.cmd")]
    [InlineData(@"D:\x.y\gcloud", null)]
    [InlineData("kubelogin.v2", @"C:\tools\kubelogin.v2.exe")]
    [InlineData("nothing", null)]
    [InlineData("here", null)]
    public void On_Windows_the_extensions_are_tried(string command, string? expected)
    {
        string[] files = [@"C:\tools\aws.exe", @"C:\tools\kubelogin.cmd", @"D:\x\aws.exe", "D:/x/aws.exe", @"C:\a;b\quoted.exe", @"C:\tools\gcloud", @"C:\tools\gcloud.cmd", @"D:\x.y\gcloud", @"C:\tools\kubelogin.v2.exe", @".\here.exe", "here.exe", @"C:here\here.exe"];
        Assert.Equal(expected, ProgramPath.Find(command, Variables(@".;C:here;C:\tools\;""C:\a;b""", ".EXE;.CMD"), isWindows: true, files.Contains));
    }

    [UnixFact("What can be started is marked so on Unix.")]
    public void A_file_that_cannot_be_started_hides_no_program()
    {
        using var folder = new TempFolder();
        var (first, second) = (Directory.CreateDirectory(folder.File("first")).FullName, Directory.CreateDirectory(folder.File("second")).FullName);
        File.WriteAllText(Path.Combine(first, "aws"), "");
        Directory.CreateDirectory(Path.Combine(first, "gcloud"));
        foreach (var name in new[] { "aws", "gcloud" })
        {
            var program = Path.Combine(second, name);
            File.WriteAllText(program, "");
#pragma warning disable CA1416 // a test of Unix
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
            Assert.Equal(program, ProgramPath.Find(name, Variables($"{first}:{second}"), isWindows: false, ProgramPath.IsProgram));
        }
    }

    private static Func<string, string?> Variables(string path, string? extensions = null) => name => name == "PATH" ? path : name == "PATHEXT" ? extensions : null;
}
