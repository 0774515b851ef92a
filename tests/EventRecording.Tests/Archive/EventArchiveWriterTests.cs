using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Archive;

public sealed class EventArchiveWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(SampleEvents.Noon);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("week.ndjson", true)]
    [InlineData("week.ndjson", false)]
    [InlineData("week.ndjson.gz", true)]
    [InlineData("week.ndjson.gz", false)]
    public void Random_events_come_back_field_by_field_as_the_server_had_them(string name, bool isCore)
    {
        var random = new RandomEvents(42);
        var stored = Enumerable.Range(0, 2000).Select(_ => random.Next(isCore)).ToList();
        var json = new EventJson();
        using (var writer = new EventArchiveWriter(_folder.File(name)))
        {
            foreach (var item in stored)
                Assert.True(writer.Append(json.ReadEvent(System.Text.Encoding.UTF8.GetBytes(WithManagedFields(item).ToJsonString()))));
        }

        var lines = Lines(name);

        Assert.Equal(stored.Count, lines.Count);
        Assert.All(stored.Zip(lines), pair => AssertSame(pair.First, JsonNode.Parse(pair.Second)!));
        Append("copy.ndjson", [.. Read(name)]);
        Assert.Equal(lines, Lines("copy.ndjson"));
    }

    [Theory]
    [InlineData("week.ndjson")]
    [InlineData("week.ndjson.gz")]
    public void What_is_there_already_is_not_written_again_and_each_step_of_a_count_is_a_line(string name)
    {
        Append(name, Step(1), Step(2), Step(1));
        Append(name, Step(1), Step(2), Step(3));
        Append(name, Step(2) with { Uid = "another" });

        Assert.Equal(["1", "2", "3", "2"], Read(name).Select(it => it.ResourceVersion));
    }

    [Fact]
    public void An_error_about_a_file_steers_no_terminal_by_its_name() =>
        Assert.Equal("a^[]0;b.json: no", new EventArchiveException("a\u001b]0;b.json: no").Message);

    [Fact]
    public void A_file_in_other_letters_is_another_one_or_the_same_as_the_file_system_says()
    {
        Append("Week.ndjson", Step(1));
        Append("week.ndjson", Step(1), Step(2));

        Assert.Equal(["1", "2"], Read("week.ndjson").Select(it => it.ResourceVersion));
    }

    [WindowsTheory("They are names of files elsewhere.")]
    [InlineData("NUL")]
    [InlineData("aux.ndjson")]
    [InlineData("at 10:30.ndjson")]
    public void What_is_no_file_on_Windows_is_told(string name)
    {
        var path = Path.Join(_folder.Path, name);

        var error = Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(path));

        Assert.Contains($"{path} is a device, or a part of another file", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("week.ndjson")]
    [InlineData("week.ndjson.gz")]
    public void A_file_that_broke_off_at_any_byte_is_cut_to_its_last_whole_line_and_goes_on(string name)
    {
        Append("whole" + name, Step(1), Step(2));
        Append("whole" + name, Step(3));
        var whole = File.ReadAllBytes(_folder.File("whole" + name));
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(_folder.File(name), whole[..length]);

            Append(name, Step(1), Step(2), Step(3), Step(4));

            Assert.Equal(["1", "2", "3", "4"], Read(name).Select(it => it.ResourceVersion));
        }
    }

    [Fact]
    public void A_compressed_file_that_is_still_open_holds_every_line_at_once()
    {
        using var writer = new EventArchiveWriter(_folder.File("week.ndjson.gz"), time: _time);
        for (var step = 1; step <= 3; step++)
        {
            writer.Append(Step(step));
            Assert.Equal(step, Lines("week.ndjson.gz").Count);
        }
    }

    [Fact]
    public void A_flush_ends_a_member_so_that_other_programs_find_no_fault_a_second_later()
    {
        using var writer = new EventArchiveWriter(_folder.File("week.ndjson.gz"), time: _time);
        writer.Append(Step(1));
        Assert.Single(Problems("week.ndjson.gz"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(Problems("week.ndjson.gz"));
        writer.Append(Step(2));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Problems("week.ndjson.gz"));
        Assert.Equal(2, Lines("week.ndjson.gz").Count);
    }

    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[]}")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{}}\n")]
    [InlineData("{\n  \"apiVersion\": \"v1\"\n}\n")]
    [InlineData("no line feed")]
    public void A_file_of_something_else_is_left_as_it_is(string text)
    {
        foreach (var name in new[] { "other.ndjson", "other.ndjson.gz" })
        {
            _folder.Write(name, text);

            var error = Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File(name)));

            Assert.Contains("something else", error.Message, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(_folder.File(name)));
        }
    }

    [Fact]
    public void A_last_line_that_only_lacks_its_end_is_kept()
    {
        Append("week.ndjson", Step(1), Step(2));
        File.WriteAllText(_folder.File("week.ndjson"), File.ReadAllText(_folder.File("week.ndjson")).TrimEnd('\n'));

        Append("week.ndjson", Step(3));

        Assert.Equal(["1", "2", "3"], Read("week.ndjson").Select(it => it.ResourceVersion));
    }

    [Fact]
    public void A_second_writer_of_a_file_is_told()
    {
        using var first = new EventArchiveWriter(_folder.File("week.ndjson"));

        Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("week.ndjson")));

        first.Dispose();
        Assert.Equal(["week.ndjson"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
        Append("week.ndjson", Step(1));
    }

    [UnixFact("Windows lets only administrators make links.")]
    public void A_second_writer_that_comes_through_a_link_is_told_too()
    {
        File.CreateSymbolicLink(_folder.File("latest.ndjson"), "between.ndjson");
        File.CreateSymbolicLink(_folder.File("between.ndjson"), "week.ndjson");
        using (new EventArchiveWriter(_folder.File("latest.ndjson")))
        {
            Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("week.ndjson")));
            Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("between.ndjson")));
        }

        Append("week.ndjson", Step(1));
        Append("latest.ndjson", Step(2));
        Assert.Equal(["1", "2"], Read("week.ndjson").Select(it => it.ResourceVersion));
        Assert.Equal("between.ndjson", new FileInfo(_folder.File("latest.ndjson")).LinkTarget);
    }

    [UnixFact("There are no such pipes on Windows.")]
    public void A_pipe_is_no_file_to_go_on_with()
    {
        Process.Start("mkfifo", [_folder.File("pipe")]).WaitForExit();

        var error = Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("pipe")));

        Assert.Contains($"{_folder.File("pipe")} is a pipe or a device", error.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.File("pipe")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_rolls_by_time_and_old_files_of_its_name_are_deleted_and_no_others()
    {
        _folder.Write("logs/events-19700101T000000Z.log", "not ours");
        _folder.Write("logs/other-19700101T000000Z.ndjson", "not ours");
        var options = new EventArchiveOptions { RollEvery = TimeSpan.FromDays(1), KeepFor = TimeSpan.FromDays(2) };
        // From now on: the system says when a file was last written.
        var start = TimeProvider.System.GetUtcNow();
        var time = new FakeTimeProvider(start);
        using (var writer = new EventArchiveWriter(_folder.File("logs") + "/", options, time))
        {
            for (var day = 0; day < 6; day++)
            {
                writer.Append(Step(day));
                writer.Append(Step(day));
                time.Advance(TimeSpan.FromDays(1));
            }
        }

        var files = Directory.GetFiles(_folder.File("logs")).Select(Path.GetFileName).Order();

        Assert.Equal(
            [
                "events-19700101T000000Z.log",
                $"events-{start.AddDays(3):yyyyMMdd}T000000Z.ndjson",
                $"events-{start.AddDays(4):yyyyMMdd}T000000Z.ndjson",
                $"events-{start.AddDays(5):yyyyMMdd}T000000Z.ndjson",
                "other-19700101T000000Z.ndjson",
            ],
            files);
    }

    [Fact]
    public void A_file_that_was_rolled_more_slowly_stays_until_its_last_event_is_old()
    {
        var days = new EventArchiveOptions { RollEvery = TimeSpan.FromDays(1) };
        var hours = new EventArchiveOptions { RollEvery = TimeSpan.FromHours(1), KeepFor = TimeSpan.FromHours(6) };
        string file;
        using (var writer = new EventArchiveWriter(_folder.File("logs") + "/", days, _time))
        {
            writer.Append(Step(1));
            file = writer.File;
        }

        File.SetLastWriteTimeUtc(file, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromHours(6));
        new EventArchiveWriter(_folder.File("logs"), hours, _time).Dispose();
        Assert.True(File.Exists(file));

        _time.Advance(TimeSpan.FromMinutes(1));
        new EventArchiveWriter(_folder.File("logs"), hours, _time).Dispose();
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_old_file_that_somebody_reads_or_protects_holds_up_nothing_and_goes_later(bool isReadOnly)
    {
        var hours = new EventArchiveOptions { RollEvery = TimeSpan.FromHours(1), KeepFor = TimeSpan.FromHours(2) };
        using var writer = new EventArchiveWriter(_folder.File("logs") + "/", hours, _time);
        writer.Append(Step(1));
        var old = writer.File;
        _time.Advance(TimeSpan.FromHours(1));
        writer.Append(Step(2));
        File.SetLastWriteTimeUtc(old, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromHours(3));
        if (isReadOnly)
            File.SetAttributes(old, FileAttributes.ReadOnly);
        using (new FileStream(old, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            Assert.True(writer.Append(Step(3)));
        if (File.Exists(old))
            File.SetAttributes(old, FileAttributes.Normal);

        _time.Advance(TimeSpan.FromHours(1));
        writer.Append(Step(4));

        Assert.False(File.Exists(old));
    }

    [Fact]
    public void A_writer_that_could_not_be_made_keeps_nobody_out()
    {
        var options = new EventArchiveOptions { RollEvery = TimeSpan.FromDays(1) };
        var before = _folder.Write("week-20261119T000000Z.ndjson", "something else");
        Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("week.ndjson"), options, _time));
        Assert.Equal(0, _time.ActiveTimers);
        File.Delete(before);

        using var writer = new EventArchiveWriter(_folder.File("week.ndjson"), options, _time);

        Assert.True(writer.Append(Step(1)));
    }

    [Fact]
    public void A_writer_that_was_disposed_takes_nothing()
    {
        var writer = new EventArchiveWriter(_folder.File("week.ndjson"), time: _time);
        writer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => writer.Append(Step(1)));

        Append("week.ndjson", Step(2));
        Assert.Equal(["2"], Read("week.ndjson").Select(it => it.ResourceVersion));
        writer.Dispose();
    }

    [Fact]
    public void Doubles_are_known_across_files_that_rolled()
    {
        var options = new EventArchiveOptions { RollEvery = TimeSpan.FromHours(1) };
        for (var hour = 0; hour < 3; hour++)
        {
            using var writer = new EventArchiveWriter(_folder.File("week.ndjson.gz"), options, _time);
            Assert.Equal(hour == 0, writer.Append(Step(1)));
            writer.Append(Step(2 + hour));
            _time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    // A limit of the process stands for the end of the disk: a write takes what fits, and fails. The runtime keeps code in such files, unless told not to.
    [UnixFact("Windows has no limit of a file's size for a process.")]
    public async Task Where_the_disk_ends_an_error_says_so_and_the_file_is_whole()
    {
        foreach (var name in new[] { "full.ndjson", "full.ndjson.gz" })
        {
            var said = await Programs.RunAsync("bash", ["-c", $"trap '' XFSZ; ulimit -f 16; dotnet '{RecorderProcess.Program}' export '{_folder.File(name)}' 1"], new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
            var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);

            Assert.StartsWith($"Refused Events cannot be kept in {_folder.File(name)}: ", lines[^1], StringComparison.Ordinal);
            Assert.Equal(lines[..^1], Read(name).Select(it => $"Kept {it.ResourceVersion}"));
            Append(name, Step(1_000_000));
            Assert.Equal(lines.Length, Read(name).Count);
        }
    }

    // The end of a member is written by time.
    [UnixTheory("Windows has no limit of a file's size for a process.")]
    [InlineData("append")]
    [InlineData("flush")]
    [InlineData("dispose")]
    public async Task A_flush_by_time_that_failed_is_told_by_the_next_call(string call)
    {
        var said = await Programs.RunAsync(
            "bash", ["-c", $"trap '' XFSZ; ulimit -f 16; dotnet '{RecorderProcess.Program}' fill '{_folder.File("full.ndjson.gz")}' {call}"], new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });

        Assert.StartsWith($"Refused Events cannot be kept in {_folder.File("full.ndjson.gz")}: ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void The_file_of_the_period_before_that_broke_off_is_made_whole_at_the_next_start(double part)
    {
        var options = new EventArchiveOptions { RollEvery = TimeSpan.FromHours(1) };
        string before;
        using (var writer = new EventArchiveWriter(_folder.File("week.ndjson.gz"), options, _time))
        {
            writer.Append(Step(1));
            writer.Append(Step(2));
            before = writer.File;
            File.Copy(before, _folder.File("torn"));
        }

        var torn = File.ReadAllBytes(_folder.File("torn"));
        File.Delete(_folder.File("torn"));
        File.WriteAllBytes(before, torn[..(int)(torn.Length * part)]);
        _time.Advance(TimeSpan.FromHours(1));

        using (var writer = new EventArchiveWriter(_folder.File("week.ndjson.gz"), options, _time))
        {
            foreach (var step in new[] { 1, 2, 3 })
                writer.Append(Step(step));
        }

        var problems = new List<ArchiveProblem>();
        Assert.Equal(["1", "2", "3"], new EventArchiveReader { Problem = problems.Add }.Read([_folder.Path]).Select(it => it.ResourceVersion));
        Assert.Empty(problems);
    }

    [Fact]
    public void A_path_that_cannot_be_a_file_is_an_error_that_names_it()
    {
        _folder.Write("file", "");

        var error = Assert.Throws<EventArchiveException>(() => new EventArchiveWriter(_folder.File("file/week.ndjson")));

        Assert.Contains("file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_killed_again_and_again_loses_and_doubles_nothing_that_it_said()
    {
        foreach (var name in new[] { "killed.ndjson", "killed.ndjson.gz" })
        {
            var last = 0;
            for (var run = 0; run < 4; run++)
            {
                // It begins with what it had said last, as a server tells what is there already.
                using var victim = RecorderProcess.Exporting(_folder.File(name), Math.Max(1, last - 10));
                var said = await victim.KillAfterAsync(100 + (37 * run));
                last = said.Max(it => int.Parse(it.Message, CultureInfo.InvariantCulture));
            }

            Append(name);
            var kept = Read(name).Select(it => int.Parse(it.ResourceVersion!, CultureInfo.InvariantCulture)).ToList();

            Assert.Equal(Enumerable.Range(1, kept.Count), kept);
            Assert.InRange(kept.Count, last, int.MaxValue);
        }
    }

    private static KubeEvent Step(int step) => SampleEvents.ScaledUp with { ResourceVersion = step.ToString(CultureInfo.InvariantCulture), CoreCount = step };

    private static JsonObject WithManagedFields(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy["metadata"]!["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "kubelet" });
        copy["eventTime"] ??= null;
        return copy;
    }

    // No source and an empty one are the same to the API.
    private static void AssertSame(JsonObject stored, JsonNode kept) =>
        Assert.True(JsonNode.DeepEquals(stored, kept), $"{stored.ToJsonString()}\n{kept.ToJsonString()}");

    private void Append(string name, params KubeEvent[] events)
    {
        using var writer = new EventArchiveWriter(_folder.File(name), time: _time);
        foreach (var item in events)
            writer.Append(item);
    }

    private List<KubeEvent> Read(string name) => [.. new EventArchiveReader().Read([_folder.File(name)])];

    private List<ArchiveProblem> Problems(string name)
    {
        var problems = new List<ArchiveProblem>();
        Assert.NotEmpty(new EventArchiveReader { Problem = problems.Add }.Read([_folder.File(name)]).ToList());
        return problems;
    }

    private List<string> Lines(string name)
    {
        using var file = new FileStream(_folder.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
