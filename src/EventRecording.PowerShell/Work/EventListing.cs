using static System.FormattableString;

namespace EventRecording.PowerShell;

/// <summary>Lists events; what stands behind <c>Get-KubeEvent</c>.</summary>
internal sealed class EventListing(ClusterSession session, MessagePump output)
{
    private const string Activity = "Reading events";

    // Shorter lists are there before anybody could read a progress bar.
    private const int ManyEvents = 1000;

    private const int HandedOverAtOnce = 16;

    public async Task RunAsync(EventFilter filter, bool unsorted, CancellationToken cancellationToken)
    {
        var query = await filter.ResolveAsync(session, output, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var reader = new EventReader(session.Source);
        var progress = new Progress(output);
        if (unsorted)
            await PassOnAsync(reader.ListPagesAsync(query, progress, cancellationToken), filter, cancellationToken).ConfigureAwait(false);
        else
            await PassOnAsync(await reader.ListSortedAsync(query, progress, cancellationToken).ConfigureAwait(false), filter, cancellationToken).ConfigureAwait(false);
        progress.End();
    }

    private async Task PassOnAsync(IAsyncEnumerable<IReadOnlyList<KubeEvent>> pages, EventFilter filter, CancellationToken cancellationToken)
    {
        await foreach (var page in pages.ConfigureAwait(false))
            await PassOnAsync(page, filter, cancellationToken).ConfigureAwait(false);
    }

    private async Task PassOnAsync(IReadOnlyList<KubeEvent> events, EventFilter filter, CancellationToken cancellationToken)
    {
        foreach (var some in events.Chunk(HandedOverAtOnce))
            await output.WriteAsync(new EventsMessage(some, filter.SpansNamespaces), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Progress(MessagePump output) : IProgress<EventReadProgress>
    {
        private bool _shown;

        public void Report(EventReadProgress value)
        {
            if (value is { Read: <= ManyEvents } or { Remaining: 0 })
                return;
            _shown = true;
            output.Post(value.Remaining is { } remaining
                ? Of(Invariant($"{value.Read} of {value.Read + remaining}"), (int)(value.Read * 100 / (value.Read + remaining)))
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
