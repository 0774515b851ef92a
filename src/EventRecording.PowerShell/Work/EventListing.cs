using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace EventRecording.PowerShell;

/// <summary>Lists the events of one cluster, or of several; what stands behind <c>Get-KubeEvent</c>.</summary>
internal sealed class EventListing(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private const string Activity = "Reading events";

    // Shorter lists are there before anybody could read a progress bar.
    private const int ManyEvents = 1000;

    private const int HandedOverAtOnce = 16;

    private readonly ClusterFan _clusters = new(sessions, output);

    public async Task RunAsync(EventFilter filter, bool unsorted, CancellationToken cancellationToken)
    {
        var lists = _clusters.ReadAsync((session, token) => ListAsync(session, filter, unsorted, token), cancellationToken);
        if (!unsorted && sessions.Count > 1)
            await PassOnAsync(await SortAsync(lists).ConfigureAwait(false), filter, filter.First, cancellationToken).ConfigureAwait(false);
        else
            await PassOnAsync(lists, filter, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<IReadOnlyList<KubeEvent>> ListAsync(ClusterSession session, EventFilter filter, bool unsorted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = _clusters.OutputOf(session);
        var query = await new FilterQueries(filter, session, told).ResolveAsync(cancellationToken).ConfigureAwait(false);
        await told.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var reader = new EventReader(session.Source) { Refused = RefusedPlaces.ToldTo(told) };
        var progress = new Progress(told);
        if (!unsorted)
            yield return await reader.ListSortedAsync(query, progress, cancellationToken).ConfigureAwait(false);
        else
        {
            await foreach (var page in reader.ListPagesAsync(query, progress, cancellationToken).ConfigureAwait(false))
                yield return page;
        }

        progress.End();
        if (filter.Since is { } since && progress.Oldest is { } oldest && oldest > since && !(unsorted && filter.First is not null))
            await told.WriteAsync(new VerboseMessage(NotThatOld(since, oldest)), cancellationToken).ConfigureAwait(false);
    }

    private static string NotThatOld(DateTimeOffset since, DateTimeOffset oldest) => Invariant(
        $"The server has nothing older: of all events that it was asked for, the oldest was last seen at {oldest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, and -Since is {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}. A server forgets events, usually after an hour.");

    private static async Task<IReadOnlyList<KubeEvent>> SortAsync(IAsyncEnumerable<IReadOnlyList<KubeEvent>> lists)
    {
        var all = new List<KubeEvent>();
        await foreach (var list in lists.ConfigureAwait(false))
            all.AddRange(list);
        return [.. all.Order(EventOrder.ByLastSeen)];
    }

    private async Task PassOnAsync(IAsyncEnumerable<IReadOnlyList<KubeEvent>> lists, EventFilter filter, CancellationToken cancellationToken)
    {
        var left = filter.First;
        await foreach (var list in lists.ConfigureAwait(false))
        {
            await PassOnAsync(list, filter, left, cancellationToken).ConfigureAwait(false);
            if ((left -= list.Count) <= 0)
                break;
        }
    }

    private async Task PassOnAsync(IReadOnlyList<KubeEvent> events, EventFilter filter, int? most, CancellationToken cancellationToken)
    {
        foreach (var some in events.Take(most ?? int.MaxValue).Chunk(HandedOverAtOnce))
            await output.WriteAsync(new EventsMessage(some, filter.SpanOf(sessions)), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Progress(MessagePump output) : IProgress<EventReadProgress>
    {
        private bool _shown;

        public DateTimeOffset? Oldest { get; private set; }

        public void Report(EventReadProgress value)
        {
            Oldest = value.Oldest;
            if (value is { Read: <= ManyEvents } or { Remaining: 0 })
                return;
            _shown = true;
            // Whatever the server says: no long holds the sum of any two.
            output.Post(value.Remaining is { } remaining and > 0 && (decimal)value.Read + remaining is var all
                ? Of(Invariant($"{value.Read} of {all}"), (int)(value.Read * 100m / all))
                : Of(Invariant($"{value.Read} so far"), null));
        }

        public void End()
        {
            if (_shown)
                output.Post(Of("Done", 100) with { IsOver = true });
        }

        private static ProgressMessage Of(string status, int? percent) => new(Activity, status, percent);
    }
}
