using System.Globalization;
using EventRecording.Reading;

namespace EventRecording.PowerShell;

/// <summary>Lists events; what stands behind <c>Get-KubeEvent</c>.</summary>
internal sealed class EventListing(ClusterSession session, MessagePump output)
{
    private const string Activity = "Reading events";

    // Shorter lists are there before anybody could read a progress bar.
    private const int ManyEvents = 1000;

    public async Task RunAsync(EventFilter filter, bool unsorted, CancellationToken cancellationToken)
    {
        var query = await filter.ResolveAsync(session, output, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new VerboseMessage(query.ToString()), cancellationToken).ConfigureAwait(false);
        var reader = new EventReader(session.Source);
        var progress = new Progress(output);
        if (unsorted)
        {
            await foreach (var item in reader.ListAsync(query, progress, cancellationToken).ConfigureAwait(false))
                await output.WriteAsync(new EventMessage(item), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            foreach (var item in await reader.ListSortedAsync(query, progress, cancellationToken).ConfigureAwait(false))
                await output.WriteAsync(new EventMessage(item), cancellationToken).ConfigureAwait(false);
        }

        progress.End();
    }

    private sealed class Progress(MessagePump output) : IProgress<EventReadProgress>
    {
        private bool _shown;

        public void Report(EventReadProgress value)
        {
            if (value is not { Read: > ManyEvents, Remaining: { } remaining })
                return;
            _shown = true;
            var status = string.Create(CultureInfo.InvariantCulture, $"{value.Read} of {value.Read + remaining}");
            output.Post(new ProgressMessage(Activity, status, (int)(value.Read * 100 / (value.Read + remaining))));
        }

        public void End()
        {
            if (_shown)
                output.Post(new ProgressMessage(Activity, "Done", null));
        }
    }
}
