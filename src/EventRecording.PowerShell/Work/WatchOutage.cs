using System.Globalization;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Knows whether a watch hears the server, and says once for each outage when it has not for half a minute.</summary>
internal sealed class WatchOutage(MessagePump output, TimeProvider time) : IProgress<WatchInterruption>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    // Servers close each watch every few minutes, and it goes on at once: until the next one is open for a second.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, CutOff> _cutOff = [];
    private bool _warned;

    /// <summary>Since when the server is not reachable, and why; <see langword="null"/> if it is.</summary>
    public string? Now
    {
        get
        {
            lock (_cutOff)
                return _cutOff.Values.MinBy(it => it.Why.Since) is { } longest && (longest.Why.Error is KubernetesApiException || time.GetUtcNow() - longest.Why.Since >= Short) ? Describe(longest) : null;
        }
    }

    public void Report(WatchInterruption value)
    {
        var then = value.ListsAgain ? "reads everything again" : "goes on where it was";
        output.Post(new VerboseMessage(string.Create(CultureInfo.InvariantCulture, $"{Why(value)}; it {then} in {value.Delay.TotalSeconds:0.0} s.")));
        lock (_cutOff)
        {
            var cutOff = _cutOff[value.Namespace ?? ""] = new CutOff(value, NextTry: time.GetUtcNow() + value.Delay);
            // Nothing is told before the next try.
            if (_warned || cutOff.NextTry - value.Since < Long)
                return;
            _warned = true;
            output.Post(new WarningMessage($"Nothing is seen for now: {Describe(cutOff)} It is tried again until it answers; what is there then is told."));
        }
    }

    /// <summary>The server answers again.</summary>
    public void End(WatchInterruption value)
    {
        lock (_cutOff)
        {
            _cutOff.Remove(value.Namespace ?? "");
            if (!_warned || _cutOff.Count > 0)
                return;
            _warned = false;
            output.Post(new WarningMessage($"The API server answers again after {EventAge.HumanDuration(time.GetUtcNow() - value.Since)}; the watch goes on."));
        }
    }

    private string Describe(CutOff cutOff)
    {
        var why = cutOff.Why;
        // A server that answers is no network that is gone.
        var what = why.Error switch
        {
            KubernetesApiException => "lets nothing be watched",
            ClusterConfigurationException => "was not asked",
            _ => "was not reachable",
        };
        var again = why.Delay > Long ? $", and is asked again at {Clock(cutOff.NextTry)}" : "";
        return $"the API server {what} since {Clock(why.Since)} ({EventAge.Since(why.Since, time.GetUtcNow())}){again}. {Why(why)}.";
    }

    private string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Why(WatchInterruption value) => value.Error is null ? "The server ended the watch" : $"The watch broke: {value.Error.Message.TrimEnd('.')}";

    private sealed record CutOff(WatchInterruption Why, DateTimeOffset NextTry);
}
