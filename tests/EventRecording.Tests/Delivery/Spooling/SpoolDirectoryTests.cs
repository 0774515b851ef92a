using System.Security.AccessControl;
using System.Security.Principal;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class SpoolDirectoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Spool => _folder.File("spool");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_can_be_read_once_it_is_opened()
    {
        var directory = SpoolEntries.Directory(Spool);
        var state = new SpoolState(SampleEvents.Noon.UtcDateTime);
        directory.Keep(state, SpoolEntries.Sample);

        var name = Assert.Single(directory.List());
        using var file = directory.TryOpen(name)!;

        Assert.Equal(SpoolEntries.Sample.Last, file.Read(name).Last);
        Assert.Equal(state, file.State);
        Assert.Equal(3, directory.Count().Ours);
    }

    [Fact]
    public void Who_has_an_entry_has_it_alone()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        var name = Assert.Single(directory.List());

        using (var file = directory.TryOpen(name)!)
        {
            Assert.Null(SpoolEntries.Directory(Spool).TryOpen(name));
            file.Delete();
        }

        Assert.Null(directory.TryOpen(name));
        Assert.Empty(Directory.GetFiles(Spool));
    }

    [Fact]
    public void The_state_is_changed_in_place()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        var name = Assert.Single(directory.List());
        var sent = new SpoolState(SampleEvents.Noon.UtcDateTime);
        using (var file = directory.TryOpen(name)!)
            file.Write(sent);

        using var again = directory.TryOpen(name)!;
        again.Read(name);

        Assert.Equal(sent, again.State);
    }

    [UnixFact("Modes, owners and links of this kind are those of Unix.")]
    public void Directory_and_files_are_their_owners_alone()
    {
        SpoolEntries.Directory(Spool).Keep(default, SpoolEntries.Sample);

#pragma warning disable CA1416 // a test of Unix
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Spool));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(Spool))));
    }

    [UnixFact("Modes, owners and links of this kind are those of Unix.")]
    public void A_directory_on_which_others_have_rights_is_refused()
    {
        Directory.CreateDirectory(Spool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        File.SetUnixFileMode(Spool, File.GetUnixFileMode(Spool) | UnixFileMode.GroupRead);

        AssertRefused("chmod 700");
    }

    [UnixTheory("Modes, owners and links of this kind are those of Unix.")]
    [InlineData("", true)]
    [InlineData("/", true)]
    [InlineData("/.", true)]
    [InlineData("", false)]
    public void A_link_to_a_directory_is_refused(string end, bool leadsSomewhere)
    {
        Directory.CreateSymbolicLink(Spool, leadsSomewhere ? _folder.Path : _folder.File("nowhere"));

        var error = Assert.ThrowsAny<IOException>(() => SpoolEntries.Directory(Spool, options => options with { Directory = Spool + end }).Keep(default, SpoolEntries.Sample));
        Assert.Contains("it is a link: name the directory itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        _folder.Write("spool", "");

        Assert.ThrowsAny<IOException>(() => SpoolEntries.Directory(Spool).Keep(default, SpoolEntries.Sample));
    }

    [UnixFact("Modes, owners and links of this kind are those of Unix.")]
    public void What_belongs_to_others_is_not_ours()
    {
        Directory.CreateDirectory(Spool);
        Assert.True(UnixOwner.IsOurs(Spool));

        // Root may give something away; for everybody else the root directory is somebody else's.
        var others = Environment.IsPrivilegedProcess ? Spool : "/";
        if (Environment.IsPrivilegedProcess)
            System.Diagnostics.Process.Start("chown", ["65534", Spool]).WaitForExit();
        Assert.False(UnixOwner.IsOurs(others));
    }

    [UnixFact("Modes, owners and links of this kind are those of Unix.")]
    public void An_entry_that_is_a_link_is_no_entry()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        var name = Assert.Single(directory.List());
        var path = Path.Combine(Spool, name.ToString());
        File.Move(path, _folder.File("elsewhere"));
        File.CreateSymbolicLink(path, _folder.File("elsewhere"));

        using var file = directory.TryOpen(name)!;

        Assert.Contains("no file", Assert.Throws<InvalidDataException>(() => file.Read(name)).Message, StringComparison.Ordinal);
    }
#pragma warning restore CA1416

    [WindowsFact("Who has rights on a directory is a list of its own on Windows.")]
    public void On_Windows_a_directory_is_its_owners_and_the_systems_alone()
    {
#pragma warning disable CA1416 // a test of Windows
        SpoolEntries.Directory(Spool).Keep(default, SpoolEntries.Sample);
        Assert.True(WindowsAccess.IsOurs(Spool));
        Assert.False(WindowsAccess.HasOthers(Spool));

        var directory = new DirectoryInfo(Spool);
        var security = directory.GetAccessControl();
        security.AddAccessRule(new FileSystemAccessRule(new SecurityIdentifier(WellKnownSidType.WorldSid, null), FileSystemRights.Modify, AccessControlType.Allow));
        directory.SetAccessControl(security);

        AssertRefused($"icacls \"{Spool}\" /inheritance:r /grant:r \"{Environment.UserDomainName}\\{Environment.UserName}:(OI)(CI)F\"");
#pragma warning restore CA1416
    }

    [Fact]
    public async Task What_another_program_reads_for_a_moment_is_kept_all_the_same()
    {
        var read = Task.CompletedTask;
        var options = new SpoolOptions
        {
            Directory = Spool,
            Cluster = "c",
            User = "u",
            CreateFile = (path, how) =>
            {
                how.Share = FileShare.ReadWrite;
                var file = new FileStream(path, how);
                // As a scanner does: on Windows a file that it has open cannot be moved.
                var scanner = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                read = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return file;

                // On a thread of its own: those of the pool may be busy for longer than it is waited for.
                void Read()
                {
                    using (scanner)
                        Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System).Wait();
                }
            },
        };
        var directory = new SpoolDirectory(options, TimeProvider.System);

        directory.Keep(default, SpoolEntries.Sample);

        Assert.Single(directory.List());
        await read;
    }

    [Fact]
    public void A_file_under_the_name_of_another_entry_is_no_entry()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        var name = Assert.Single(directory.List());
        var other = name with { Number = 8 };
        File.Move(Path.Combine(Spool, name.ToString()), Path.Combine(Spool, other.ToString()));

        using var file = directory.TryOpen(other)!;

        Assert.Throws<InvalidDataException>(() => file.Read(other));
    }

    [Fact]
    public void An_entry_larger_than_any_event_is_not_read()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        var name = Assert.Single(directory.List());
        using (var large = File.OpenWrite(Path.Combine(Spool, name.ToString())))
            large.SetLength(SpoolFile.LargestFile + 1);

        using var file = directory.TryOpen(name)!;

        Assert.Throws<InvalidDataException>(() => file.Read(name));
    }

    [Fact]
    public void A_full_directory_takes_nothing_more_until_something_is_gone()
    {
        var time = new FakeTimeProvider();
        var directory = SpoolEntries.Directory(Spool, options => options with { MostBytes = 1000 }, time);
        directory.Keep(default, SpoolEntries.Sample);

        var error = Assert.Throws<IOException>(() => directory.Keep(default, SpoolEntries.Sample with { Number = 8 }));
        Assert.Contains("MostBytes", error.Message, StringComparison.Ordinal);

        File.Delete(Assert.Single(Directory.GetFiles(Spool)));
        time.Advance(TimeSpan.FromSeconds(2));
        directory.Keep(default, SpoolEntries.Sample with { Number = 8 });
        Assert.Single(Directory.GetFiles(Spool));
    }

    [Fact]
    public async Task Entries_that_go_while_others_come_stop_nobody()
    {
        SpoolEntries.Directory(Spool).Prepare();
        using var end = new CancellationTokenSource();
        var churn = Task.Run(() =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                var path = Path.Combine(Spool, $"{i}.tmp");
                File.WriteAllText(path, "x");
                File.Delete(path);
            }
        });
        for (var i = 0; i < 2000; i++)
            Assert.Contains("MostBytes", Assert.ThrowsAny<IOException>(() => SpoolEntries.Directory(Spool, options => options with { MostBytes = 1 }).Keep(default, SpoolEntries.Sample)).Message, StringComparison.Ordinal);
        await end.CancelAsync();
        await churn;
    }

    [Fact]
    public void A_full_disk_leaves_nothing_behind()
    {
        var directory = SpoolEntries.Directory(Spool, options => options with { CreateFile = FullDisk.Create });

        var error = Assert.Throws<IOException>(() => directory.Keep(default, SpoolEntries.Sample));

        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Spool));
    }

    [Fact]
    public void What_a_killed_process_left_half_written_is_tidied_up_in_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var directory = SpoolEntries.Directory(Spool, time: time);
        directory.Prepare();
        var theirs = Path.Combine(Spool, "thesis.tmp");
        File.WriteAllText(Path.Combine(Spool, SpoolEntries.Sample.FileName(directory.Scope) + ".tmp"), "half");
        File.WriteAllText(theirs, "years of work");

        Assert.Empty(directory.List());
        Assert.Equal(2, Directory.GetFiles(Spool).Length);

        time.Advance(TimeSpan.FromHours(2));
        directory.List();
        Assert.Equal(theirs, Assert.Single(Directory.GetFiles(Spool)));
    }

    [Fact]
    public void What_was_tried_last_comes_last()
    {
        var directory = SpoolEntries.Directory(Spool);
        directory.Keep(default, SpoolEntries.Sample);
        directory.Keep(default, SpoolEntries.Sample with { Number = 8 });
        var first = directory.List().Single(name => name.Number == 7);
        File.SetLastWriteTimeUtc(Path.Combine(Spool, first.ToString()), SampleEvents.Noon.UtcDateTime.AddYears(9));

        Assert.Equal([8, 7], directory.List().Select(name => name.Number));
    }

    private void AssertRefused(string why)
    {
        var error = Assert.Throws<IOException>(() => SpoolEntries.Directory(Spool).Keep(default, SpoolEntries.Sample));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
