using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class TimelineFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_file_is_there_when_it_is_complete_and_replaces_another()
    {
        var path = _folder.Write("events.html", "old");
        using (var file = new TimelineFile(path, "Events", replaces: true, new FakeTimeProvider()))
        {
            file.Add(SampleEvents.ScaledUp);
            Assert.Equal("old", File.ReadAllText(path));
            file.Complete();
        }

        Assert.Contains("ScaledUp", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_is_not_complete_leaves_nothing_behind()
    {
        using (var file = new TimelineFile(_folder.File("events.html"), "Events", replaces: true, new FakeTimeProvider()))
            file.Add(SampleEvents.ScaledUp);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named_and_so_is_the_file_that_was_given()
    {
        var path = _folder.File(Path.Combine("nowhere", "events.html"));
        var error = Assert.Throws<DirectoryNotFoundException>(() => new TimelineFile(path, "Events", replaces: true, new FakeTimeProvider()));
        Assert.Equal($"There is no folder {Path.GetDirectoryName(path)} for {path}: make it first.", error.Message);
    }

    [Fact]
    public void A_folder_is_told_before_anything_is_written()
    {
        var error = Assert.Throws<IOException>(() => new TimelineFile(_folder.Path, "Events", replaces: true, new FakeTimeProvider()));
        Assert.Equal($"{_folder.Path} is a folder: name a file in it, such as {_folder.File("events.html")}.", error.Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_folder.Path)!, Path.GetFileName(_folder.Path) + ".*"));
    }

    [WindowsFact("It is the name of a file elsewhere.")]
    public void A_device_is_told_before_anything_is_written()
    {
        var error = Assert.Throws<IOException>(() => new TimelineFile(Path.Join(_folder.Path, "NUL"), "Events", replaces: true, new FakeTimeProvider()));
        Assert.Contains("NUL is a device", error.Message, StringComparison.Ordinal);
    }

    [UnixFact("Windows lets only administrators make links.")]
    public void A_link_stays_a_link_and_its_target_is_replaced()
    {
        var folder = Directory.CreateDirectory(_folder.File("pages")).FullName;
        File.CreateSymbolicLink(_folder.File("between.html"), Path.Combine("pages", "events.html"));
        File.CreateSymbolicLink(_folder.File("latest.html"), "between.html");
        // The first time there is nothing behind the link.
        for (var i = 0; i < 2; i++)
        {
            using var file = new TimelineFile(_folder.File("latest.html"), "Events", replaces: true, new FakeTimeProvider());
            file.Add(SampleEvents.ScaledUp);
            file.Complete();
        }

        Assert.Equal(["between.html", "latest.html"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal("between.html", new FileInfo(_folder.File("latest.html")).LinkTarget);
        Assert.Contains("ScaledUp", File.ReadAllText(Assert.Single(Directory.GetFiles(folder))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_to_be_replaced_is_an_error_also_if_it_appears_meanwhile()
    {
        var path = _folder.File("events.html");
        using (var file = new TimelineFile(path, "Events", replaces: false, new FakeTimeProvider()))
        {
            _folder.Write("events.html", "another's");
            file.Add(SampleEvents.ScaledUp);
            AssertKept(path, Assert.Throws<IOException>(file.Complete));
        }

        var error = Assert.Throws<IOException>(() => new TimelineFile(path, "Events", replaces: false, new FakeTimeProvider()));
        Assert.Contains("-NoClobber", error.Message, StringComparison.Ordinal);
        Assert.Equal("another's", File.ReadAllText(path));
    }

    [Fact]
    public void Where_another_program_has_the_file_open_what_was_read_is_kept_and_the_error_says_where()
    {
        var path = _folder.File("events.html");
        using var file = new TimelineFile(path, "Events", replaces: true, new FakeTimeProvider());
        file.Add(SampleEvents.ScaledUp);
        // Unix replaces an open file all the same; a directory it does not.
        using var open = OperatingSystem.IsWindows() ? new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None) : null;
        if (open is null)
            Directory.CreateDirectory(path);

        AssertKept(path, Assert.Throws<IOException>(file.Complete));
    }

    private void AssertKept(string path, IOException error)
    {
        var kept = Assert.Single(Directory.GetFiles(_folder.Path, "*.html"), file => file != path);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(kept, error.Message, StringComparison.Ordinal);
        Assert.Contains("ScaledUp", File.ReadAllText(kept), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
