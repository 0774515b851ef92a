using System.Globalization;
using System.Text;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell.Timeline;

/// <summary>Timelines for tests.</summary>
internal static class TimelinePages
{
    /// <summary>What a hostile cluster would send.</summary>
    public const string Hostile =
        "</script><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\"> \"' onclick='x' <!-- <script> "
        + "]]> {{title}} \u2028\u2029 \u202Egnp.exe \u001b[31mred \0 \u0085 \uD800 &lt;b&gt; \\u003c/script>";

    public static string Write(IEnumerable<KubeEvent> events, string title = "Events")
    {
        using var page = new MemoryStream();
        using (var writer = new EventTimelineWriter(page, title, SampleEvents.Noon))
        {
            foreach (var item in events)
                writer.Write(item);
            writer.Complete();
        }

        return Encoding.UTF8.GetString(page.ToArray());
    }

    /// <summary>Six hours of a few operators: single and repeated events, warnings, and one event without a time.</summary>
    public static IEnumerable<KubeEvent> Day(int count)
    {
        var random = new Random(7);
        (string Type, string Reason, string Message)[] kinds =
        [
            (EventType.Normal, "ScaledUp", "replicas set to 3"),
            (EventType.Normal, "BackupCompleted", "backup took 12 s, 3.4 GiB written"),
            (EventType.Warning, "BackOff", "Back-off restarting failed container redis"),
            (EventType.Warning, "Unhealthy", "Readiness probe failed: connection refused"),
        ];
        yield return SampleEvents.Numbered(count) with { Reason = "Sometime", FirstTimestamp = null, LastTimestamp = null };
        for (var number = 1; number < count; number++)
        {
            var (type, reason, message) = kinds[random.Next(kinds.Length)];
            var first = SampleEvents.Noon.AddSeconds(-random.Next(21_600));
            var times = random.Next(3) == 0 ? random.Next(2, 40) : 1;
            yield return SampleEvents.Numbered(number) with
            {
                InvolvedObject = SampleEvents.Redis with { Name = string.Create(CultureInfo.InvariantCulture, $"cache-{random.Next(1 + (count / 20))}") },
                Type = type,
                Reason = reason,
                Message = message,
                FirstTimestamp = first,
                LastTimestamp = times == 1 ? first : first.AddSeconds(random.Next(30, 4000)),
                CoreCount = times,
            };
        }
    }
}
