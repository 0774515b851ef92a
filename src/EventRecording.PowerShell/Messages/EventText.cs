using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>What is said of an event in lines for people; safe for a terminal.</summary>
internal static class EventText
{
    // Kind, slash and name, as long as the API lets them be.
    private const int LongestObject = 320;

    /// <summary>The object, with its namespace: <c>redis/my-op-redis in namespace default</c>.</summary>
    public static string Of(ObjectReference reference)
    {
        var name = Object(reference.ToString());
        return string.IsNullOrEmpty(reference.Namespace) ? name : $"{name} in namespace {SafeText.Quote(reference.Namespace)}";
    }

    /// <summary>The name of an object, as <c>kind/name</c>.</summary>
    public static string Object(string name) => SafeText.Quote(name, LongestObject);

    /// <summary>What is recorded: <c>Normal ScaledUp: 3 replicas</c>; long texts are cut.</summary>
    public static string Of(string type, string reason, string message) =>
        $"{SafeText.Quote(type)} {SafeText.Quote(reason)}: {SafeText.Quote(message)}";

    /// <summary>Why nothing was recorded on change.</summary>
    public static string Unchanged(string what, string on, KubeEvent last, DateTimeOffset now) =>
        $"Unchanged on {on}: {what}. The value was last recorded {EventAge.Since(last.LastSeen, now)} ago.";

    /// <summary>What is said of a <c>-Since</c> that is yet to come, as <c>(Get-Date 22:00)</c> is in the morning; <see langword="null"/> of others. Clocks may differ by a minute.</summary>
    public static string? YetToCome(DateTimeOffset? since, DateTimeOffset now) => since - now > TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"-Since is {since:yyyy-MM-dd'T'HH:mm:ssK}, which is yet to come: nothing has happened since then.")
        : null;

    /// <summary>What is kept for later, and what has to be done for it to be written.</summary>
    public static string Spooled(string what, string on, string directory, Exception error) =>
        $"Not recorded yet on {on}: {what}. It is kept in {directory}; the next Write-KubeEvent or Sync-KubeEvent with this -SpoolPath writes it. {error.Message}";

    /// <summary>As <see cref="Spooled(string, string, string, Exception)"/>, of several.</summary>
    public static string Spooled(long count, string first) =>
        string.Create(CultureInfo.InvariantCulture, $"Events not recorded yet, but kept: {count}. The first of them: {first}");

    /// <summary>What <c>Sync-KubeEvent</c> leaves in a spool.</summary>
    public static string StillSpooled(long count, string directory, string? fault) =>
        string.Create(CultureInfo.InvariantCulture, $"Events still kept in {directory}: {count}. The next Write-KubeEvent or Sync-KubeEvent with this -SpoolPath tries again.{(fault is null ? "" : $" {fault}")}");

    /// <summary>What this cluster and user cannot send.</summary>
    public static string SpooledForOthers(long count, string directory) =>
        string.Create(CultureInfo.InvariantCulture, $"Events of another cluster or user kept in {directory}: {count}. Sync-KubeEvent sends them with the -Context, and as the user, that they were recorded with.");

    /// <summary>Why nobody knows what lies in a spool.</summary>
    public static string SpoolUnusable(string directory, string fault) =>
        $"The spool {directory} cannot be used, so nobody knows whether events lie in it: {fault}";

    public static string Of(EventRetry retry)
    {
        var (type, reason, message) = (retry.Occurrence.Type, retry.Occurrence.Reason, retry.Occurrence.Message);
        var seconds = retry.Delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{Of(retry.Occurrence.Regarding)}: {Of(type, reason, message)} is not written yet, next try in {seconds} s: {retry.Error.Message}";
    }
}
