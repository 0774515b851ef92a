using System.Net.Http.Headers;

namespace EventRecording.Cluster;

/// <summary>Compares the server's clock, by the <c>Date</c> of its answers, with ours, and warns once if they are far apart.</summary>
internal sealed class ServerClock(ClusterConfiguration configuration, TimeProvider time, ServerWarnings warnings)
{
    // Less is usual.
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);
    private volatile string? _lastDate;

    public void Observe(HttpResponseHeaders headers)
    {
        // The same for a whole second, and costly to read.
        if (!headers.NonValidated.TryGetValues("Date", out var dates) || dates.ToString() is not { } text || text == _lastDate)
            return;
        _lastDate = text;
        if (headers.Date is { } date)
            Note(date - time.GetUtcNow());
    }

    private void Note(TimeSpan skew)
    {
        if (skew.Duration() <= MostSkew)
            return;
        var direction = skew > TimeSpan.Zero ? "behind" : "ahead of";
        warnings.TellOnce($"The clock of this machine is {skew.Duration().TotalMinutes:0} minutes {direction} that of {configuration}: the times of recorded events will be wrong, as are ages and times counted from now, such as those of -Since.", subject: "clock");
    }
}
