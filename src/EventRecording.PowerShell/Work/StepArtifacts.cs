using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Saves what is known around the objects of a step that failed, for whoever looks into it later.</summary>
/// <param name="session">The cluster.</param>
/// <param name="output">Is told what could not be read.</param>
internal sealed class StepArtifacts(ClusterSession session, MessagePump output)
{
    /// <summary>Saves the events of the objects and of all that has to do with them, as JSON lines and as a timeline with conditions.</summary>
    /// <param name="directory">Where; it is made.</param>
    /// <param name="reason">What the files are called by, such as <c>BackupFailed</c>.</param>
    /// <param name="filter">The objects.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The files.</returns>
    /// <exception cref="TimeoutException">It took longer.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public async Task<IReadOnlyList<string>> SaveAsync(string directory, string reason, EventFilter filter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, session.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            var events = await new RelatedListing([session], output).ListAsync(session, filter, related: true, conditions: true, both.Token).ConfigureAwait(false);
            return Write(directory, Name(reason, filter.For), events);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The events did not come within {timeout.TotalSeconds} s."));
        }
    }

    private string[] Write(string directory, string name, IReadOnlyList<RelatedEventMessage> events)
    {
        Directory.CreateDirectory(directory);
        var kept = Path.Combine(directory, name + ".ndjson");
        using (var writer = new EventArchiveWriter(kept, time: session.Time))
        {
            foreach (var item in events.Select(it => it.Event).Where(it => it is not ConditionTransition))
                writer.Append(item);
        }

        var page = Path.Combine(directory, name + ".html");
        using var timeline = new TimelineFile(page, name, replaces: false, session.Time);
        foreach (var item in events)
            timeline.Add(item.Event, item.Relation);
        timeline.Complete();
        return [kept, page];
    }

    // A step may run for many objects at the same time.
    private string Name(string reason, IReadOnlyList<ObjectTarget> targets)
    {
        var text = $"{reason}-{targets[0] switch
        {
            KnownTarget { Reference: var it } => it.ToString(),
            NamedTarget { Name: var name } => name,
            _ => "object",
        }}";
        var plain = string.Concat(text.Select(it => char.IsAsciiLetterOrDigit(it) || it is '.' or '-' ? it : '-').Take(120));
        return plain + session.Time.GetUtcNow().ToString("'-'yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
    }
}
