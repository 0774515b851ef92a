using System.Globalization;

namespace EventRecording;

/// <summary>Records events in the name of one component, through an <see cref="EventBroadcaster"/>.</summary>
/// <remarks>An occurrence that is not accepted reaches the observers with the reason.</remarks>
public sealed class EventRecorder : IEventRecorder
{
    private readonly EventBroadcaster _broadcaster;

    internal EventRecorder(EventBroadcaster broadcaster, EventReporter source)
    {
        _broadcaster = broadcaster;
        Source = source;
    }

    /// <summary>In whose name this recorder records.</summary>
    public EventReporter Source { get; }

    /// <inheritdoc/>
    public bool Event(object regarding, string type, string reason, string message)
    {
        if (Refer(regarding, out var error) is not { } reference)
            return Reject(Occurrence(new ObjectReference(), type, reason, message), new OccurrenceRejectedException(error!));
        if (_broadcaster.Rules.Fault(reference, type, reason) is { } fault)
            return Reject(Occurrence(reference, type, reason, message), new OccurrenceRejectedException(fault));
        var now = _broadcaster.Options.TimeProvider.GetUtcNow().UtcDateTime;
        var key = new SeriesKey(Source, reference, type, Utf8Text.ReplaceLoneSurrogates(reason), Utf8Text.ReplaceLoneSurrogates(message ?? ""), null, null);
        return _broadcaster.TryAccept(new AcceptedOccurrence(key, now, now, null, null))
            || Reject(Occurrence(reference, type, reason, message), _broadcaster.WhyNotAccepted());
    }

    /// <inheritdoc/>
    public bool Eventf(object regarding, string type, string reason, string format, params object?[] args) =>
        Event(regarding, type, reason, Format(format, args));

    /// <inheritdoc/>
    public bool AnnotatedEventf(object regarding, IReadOnlyDictionary<string, string> annotations, string type, string reason, string format, params object?[] args) =>
        Refer(regarding, out var error) is { } reference
            ? TryRecord(Occurrence(reference, type, reason, Format(format, args)) with { Annotations = annotations })
            : Reject(Occurrence(new ObjectReference(), type, reason, Format(format, args)) with { Annotations = annotations }, new OccurrenceRejectedException(error!));

    /// <inheritdoc/>
    public bool TryRecord(Occurrence occurrence)
    {
        try
        {
            if (Fault(occurrence) is { } fault)
                return Reject(occurrence, new OccurrenceRejectedException(fault));
            return _broadcaster.TryAccept(Accepted(occurrence, null)) || Reject(occurrence, _broadcaster.WhyNotAccepted());
        }
#pragma warning disable CA1031 // Annotations are the caller's collection: changed by another thread, it throws.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Reject(occurrence, new OccurrenceRejectedException($"The occurrence cannot be read: {error.Message}", error));
        }
    }

    /// <inheritdoc/>
    public async Task<EventOutcome> RecordAsync(Occurrence occurrence, CancellationToken cancellationToken = default)
    {
        var outcome = new OutcomeSource();
        await AcceptAsync(occurrence, outcome, cancellationToken).ConfigureAwait(false);
        return await outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task EnqueueAsync(Occurrence occurrence, CancellationToken cancellationToken = default) => AcceptAsync(occurrence, null, cancellationToken);

    private async Task AcceptAsync(Occurrence occurrence, OutcomeSource? outcome, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Fault(occurrence) is { } fault)
                throw new OccurrenceRejectedException(fault);
            await _broadcaster.AcceptAsync(Accepted(occurrence, outcome), cancellationToken).ConfigureAwait(false);
        }
        // Who cancels knows it: it is nothing to alert on.
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Reject(occurrence, error);
            throw;
        }
    }

    private static string Format(string? format, object?[]? args)
    {
        if (format is null || args is not { Length: > 0 })
            return format ?? "";
        try
        {
            var text = string.Format(CultureInfo.InvariantCulture, format, args);
            if (NamesAnArgument(format))
                return text;
        }
#pragma warning disable CA1031 // An argument's ToString may throw anything.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        return $"{format} [{string.Join(", ", args.Select(Text))}]";
    }

    // Go's %s does not, nor does a message that was meant as it stands.
    private static bool NamesAnArgument(string validFormat)
    {
        var brace = validFormat.IndexOf('{', StringComparison.Ordinal);
        while (brace >= 0 && validFormat[brace + 1] == '{')
            brace = validFormat.IndexOf('{', brace + 2);
        return brace >= 0;
    }

    private static string Text(object? argument)
    {
        try
        {
            return Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "";
        }
#pragma warning disable CA1031 // An argument's ToString may throw anything.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error.GetType().Name;
        }
    }

    private string? Fault(Occurrence? occurrence) => occurrence is null ? "The occurrence is null." : _broadcaster.Rules.Fault(occurrence);

    private AcceptedOccurrence Accepted(Occurrence occurrence, IOutcomeListener? listener)
    {
        var last = occurrence.Timestamp?.UtcDateTime ?? _broadcaster.Options.TimeProvider.GetUtcNow().UtcDateTime;
        var key = new SeriesKey(
            Source,
            occurrence.Regarding,
            occurrence.Type,
            Utf8Text.ReplaceLoneSurrogates(occurrence.Reason),
            Utf8Text.ReplaceLoneSurrogates(occurrence.Message ?? ""),
            occurrence.Action is null ? null : Utf8Text.ReplaceLoneSurrogates(occurrence.Action),
            occurrence.Related);
        var first = occurrence.FirstTimestamp?.UtcDateTime ?? last;
        return new AcceptedOccurrence(key, first < last ? first : last, last, HasDetails(occurrence) ? Snapshot(occurrence) : null, listener);
    }

    private static bool HasDetails(Occurrence occurrence) =>
        occurrence.Annotations is not null || occurrence.Labels is not null || occurrence.ReportingInstance is not null || occurrence.WriteDeadline is not null
        || occurrence.OnChange is not null;

    // The caller may go on using its dictionaries.
    private static Occurrence Snapshot(Occurrence occurrence) =>
        occurrence with { Annotations = Copy(occurrence.Annotations), Labels = Copy(occurrence.Labels) };

    private static Dictionary<string, string>? Copy(IReadOnlyDictionary<string, string>? texts) =>
        texts?.ToDictionary(entry => entry.Key, entry => entry.Value ?? "");

    private static Occurrence Occurrence(ObjectReference regarding, string? type, string? reason, string? message) =>
        new() { Regarding = regarding, Type = type ?? "", Reason = reason ?? "", Message = message ?? "" };

    private ObjectReference? Refer(object? regarding, out string? error)
    {
        error = null;
        if (regarding is ObjectReference reference)
            return reference;
        try
        {
            return _broadcaster.Options.ObjectReader.TryRead(regarding, out error);
        }
#pragma warning disable CA1031 // A property of somebody's class may throw anything.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            error = $"The object of the type {regarding?.GetType().Name} cannot be read: {(thrown.InnerException ?? thrown).Message}";
            return null;
        }
    }

    private bool Reject(Occurrence? occurrence, Exception error)
    {
        _broadcaster.Reject(Source, occurrence, error);
        return false;
    }
}
