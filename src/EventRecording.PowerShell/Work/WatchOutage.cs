using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>Knows whether a watch hears the server, and says once for each outage when it has not for half a minute.</summary>
internal sealed class WatchOutage(MessagePump output, TimeProvider time) : IProgress<WatchInterruption>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    // Servers close each watch every few minutes, and it goes on at once.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    // By namespace, with the time of the next try.
    private readonly Dictionary<string, (WatchInterruption Why, DateTimeOffset Next)> _cutOff = [];
    private bool _warned;

    /// <summary>Since when the server is not reachable, and why; <see langword="null"/> if it is.</summary>
    public string? Now
    {
        get
        {
            lock (_cutOff)
                return _cutOff.Values.OrderBy(it => it.Why.Since).Take(1).Where(it => time.GetUtcNow() - it.Why.Since >= Short).Select(it => $"not everything was seen: {Describe(it.Why, it.Next)}").SingleOrDefault();
        }
    }

    public void Report(WatchInterruption value)
    {
        var then = value.ListsAgain ? "reads everything again" : "goes on where it was";
        output.Post(new VerboseMessage(string.Create(CultureInfo.InvariantCulture, $"{Why(value)}; it {then} in {value.Delay.TotalSeconds:0.0} s.")));
        lock (_cutOff)
        {
            var next = time.GetUtcNow() + value.Delay;
            _cutOff[value.Namespace ?? ""] = (value, next);
            // Nothing is told before the next try.
            if (_warned || next - value.Since < Long)
                return;
            _warned = true;
            output.Post(new WarningMessage($"Nothing is seen for now: {Describe(value, next)} It is tried again until it answers; what is there then is told."));
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

    private string Describe(WatchInterruption value, DateTimeOffset next)
    {
        // A server that answers is no network that is gone.
        var what = value.Error is KubernetesApiException ? "lets nothing be watched" : "was not reachable";
        var again = value.Delay > Long ? $", and is asked again at {Clock(next)}" : "";
        return $"the API server {what} since {Clock(value.Since)} ({EventAge.Since(value.Since, time.GetUtcNow())}){again}. {Why(value)}.";
    }

    private string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Why(WatchInterruption value) => value.Error is null ? "The server ended the watch" : $"The watch broke: {value.Error.Message.TrimEnd('.')}";
}
