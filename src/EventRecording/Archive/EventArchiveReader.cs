using System.Text.Json;

namespace EventRecording;

/// <summary>Reads events from files: JSON lines, what <c>kubectl get events</c> gives as JSON or YAML, all of it compressed or not; what <c>Import-KubeEvent</c> does.</summary>
/// <remarks>
/// Files are told apart by what is in them. Both API groups, lists, and lists in lists are read.
/// In a folder, files that begin with something else than an event are passed over, so that a must-gather can be named as it is.
/// Memory does not grow with the number of events. An object may have 16 MiB.
/// </remarks>
/// <param name="yaml">Reads the objects of a YAML file; given its name for errors. Throws <see cref="InvalidDataException"/>. Default: YAML is not read.</param>
public sealed class EventArchiveReader(Func<Stream, string, IEnumerable<ArchiveItem>>? yaml = null)
{
    private const int MostNested = 8;
    private readonly StringPool _texts = new();

    /// <summary>Told what cannot be read; the rest is read.</summary>
    public Action<ArchiveProblem>? Problem { get; init; }

    /// <summary>Told each file before it is read.</summary>
    public Action<string>? FileBegins { get; init; }

    /// <summary>Goes through everything once, to find out which copy of each event is its latest, and how far files go that are still written. It tells no problems.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="contents">What is there before them; default: nothing.</param>
    /// <param name="pass">Called for each copy that was found; says whether to go on.</param>
    /// <param name="findsEnd">Whether to find out <see cref="EventArchiveContents.End"/> too, for which each event must be read whole.</param>
    public EventArchiveContents Scan(IEnumerable<string> paths, EventArchiveContents? contents = null, Func<bool>? pass = null, bool findsEnd = false)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var found = contents ?? new EventArchiveContents();
        if (findsEnd)
            GoThrough<KubeEvent>(ParseEvents, found.Add);
        else
            GoThrough<EventCopy>(ParseCopies, found.Add);
        return found;

        void GoThrough<T>(Func<ReadOnlyMemory<byte>, List<T>, bool> parse, Action<T> add)
        {
            foreach (var item in new EventArchiveReader(yaml).ReadAll(paths, parse, ended: found.Ends))
            {
                add(item);
                if (pass?.Invoke() == false)
                    break;
            }
        }
    }

    /// <summary>Reads events in the order of the files.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="query">Which events; default: all. Selectors of the server are not evaluated.</param>
    /// <param name="contents">Tells which copy of an event is its latest, and how far to read: what was written after the <see cref="Scan"/> is left out. Default: all copies are read.</param>
    /// <param name="pass">Called for each event that was found; says whether to go on.</param>
    /// <exception cref="ArgumentException">The query has a selector.</exception>
    /// <exception cref="EventArchiveException">A path is neither a file nor a folder.</exception>
    public IEnumerable<KubeEvent> Read(IEnumerable<string> paths, EventQuery? query = null, EventArchiveContents? contents = null, Func<bool>? pass = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var events = ReadAll<KubeEvent>(paths, ParseEvents, contents is null ? null : contents.ExtentOf);
        return Select(pass is null ? events : events.TakeWhile(_ => pass()), query ?? new EventQuery(), contents);
    }

    /// <summary>Reads one object: an event, or a list of them.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The events; <see langword="null"/> if it is something else.</returns>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public IReadOnlyList<KubeEvent>? ReadObject(ReadOnlyMemory<byte> json)
    {
        var found = new List<KubeEvent>();
        return ParseEvents(json, found) ? found : null;
    }

    /// <summary>Picks out of events that come from no server.</summary>
    /// <param name="events">All events, in the order in which <paramref name="contents"/> saw them.</param>
    /// <param name="query">Which events. Selectors of the server are not evaluated.</param>
    /// <param name="contents">Tells which copy of an event is its latest; default: all copies count.</param>
    /// <exception cref="ArgumentException">The query has a selector.</exception>
    public static IEnumerable<KubeEvent> Select(IEnumerable<KubeEvent> events, EventQuery query, EventArchiveContents? contents = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        var matching = Select(events, EventSelection.Local(query), contents);
        return query.First is { } first ? matching.Take(first) : matching;
    }

    private static IEnumerable<KubeEvent> Select(IEnumerable<KubeEvent> items, EventSelection selection, EventArchiveContents? contents)
    {
        foreach (var item in items)
        {
            if (contents?.IsLatest(item) != false && selection.Matches(item))
                yield return item;
        }
    }

    private IEnumerable<T> ReadAll<T>(
        IEnumerable<string> paths, Func<ReadOnlyMemory<byte>, List<T>, bool> parse, Func<string, long>? extentOf = null, Action<string, long>? ended = null)
    {
        foreach (var path in paths)
        {
            var isFolder = Directory.Exists(path);
            foreach (var file in ArchiveFiles.In(path))
            {
                FileBegins?.Invoke(file);
                using var reader = Open(file, isFolder);
                if (reader is null)
                {
                    // The next time it may be readable.
                    ended?.Invoke(file, long.MaxValue);
                    continue;
                }

                var extent = extentOf?.Invoke(file) ?? long.MaxValue;
                var count = 0L;
                // What is behind the last one may be damaged, which is told.
                foreach (var item in ReadFile(reader, file, isFolder, parse).TakeWhile(_ => count < extent))
                {
                    count++;
                    yield return item;
                }

                ended?.Invoke(file, count);
            }
        }
    }

    private IEnumerable<T> ReadFile<T>(ItemReader reader, string file, bool mayBeOther, Func<ReadOnlyMemory<byte>, List<T>, bool> parse)
    {
        var hasEvents = false;
        var found = new List<T>();
        while (Next(reader, file, parse, found) is { } isEvents)
        {
            // A dump of pods, say: none of its thousands is worth a word, if it was not asked for.
            if (!isEvents && !hasEvents && mayBeOther)
                yield break;
            if (!isEvents)
                Tell(file, reader.Line, "It is no event.");
            hasEvents |= isEvents;
            foreach (var item in found)
                yield return item;
        }
    }

    private ItemReader? Open(string file, bool mayBeOther)
    {
        try
        {
            return ItemSource.Open(file, yaml);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (!(mayBeOther && e is InvalidDataException))
                Tell(file, 0, e.Message);
            return null;
        }
    }

    /// <param name="reader">The file.</param>
    /// <param name="file">Its name.</param>
    /// <param name="parse">Adds an event, or those of a list; says <see langword="false"/> to something else.</param>
    /// <param name="found">What the next object holds.</param>
    /// <returns>Whether it is events; <see langword="null"/> at the end.</returns>
    private bool? Next<T>(ItemReader reader, string file, Func<ReadOnlyMemory<byte>, List<T>, bool> parse, List<T> found)
    {
        while (true)
        {
            // What an object held that broke off later is no part of the next.
            found.Clear();
            try
            {
                if (!reader.Read())
                    return null;
                if (reader.Problem is null)
                    return parse(reader.Json, found);
                Tell(file, reader.Line, reader.Problem);
            }
            catch (JsonException)
            {
                Tell(file, reader.Line, reader is YamlItemReader ? "It is no object." : "It is no whole JSON object.");
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                Tell(file, reader.Line, e.Message);
                return null;
            }
        }
    }

    private bool ParseEvents(ReadOnlyMemory<byte> json, List<KubeEvent> found) => Parse(json, found, 0);

    private bool ParseCopies(ReadOnlyMemory<byte> json, List<EventCopy> found)
    {
        if (EventCopyReader.TryRead(json.Span, out var copy))
        {
            found.Add(copy);
            return true;
        }

        var events = new List<KubeEvent>();
        if (!ParseEvents(json, events))
            return false;
        found.AddRange(events.Select(EventCopy.Of));
        return true;
    }

    private bool Parse(ReadOnlyMemory<byte> json, List<KubeEvent> found, int depth)
    {
        if (EventItem.TryRead(json.Span, _texts, out var item))
            found.Add(item);
        else if (depth < MostNested && item.OtherFields?.ContainsKey("items") == true)
            ParseList(json, found, depth + 1);
        else
            return false;
        return true;
    }

    private void ParseList(ReadOnlyMemory<byte> json, List<KubeEvent> found, int depth)
    {
        using var reader = new DocumentReader(new MemoryStream(json.ToArray()));
        while (reader.Read())
        {
            if (reader.Json.Span[0] == '{')
                Parse(reader.Json, found, depth);
        }
    }

    private void Tell(string file, long line, string message) => Problem?.Invoke(new ArchiveProblem(file, line, message));
}
