namespace EventRecording;

/// <summary>Where and for how long events are kept that could not be written in time.</summary>
/// <remarks>
/// What is given up (write deadline, disposal, end of the process) is kept in a file and brought to the server by the next broadcaster on the same
/// directory, in any process, with its original times and its exact count, once; its outcome is <see cref="EventOutcomeKind.Spooled"/>.
/// What the server refused is not kept; a 401, which is about who asks, is no refusal where there is a spool. What cannot be kept stays failed or unknown, with a <see cref="SpoolException"/> that says why.
/// A file survives the end and the killing of the process; after a loss of power it may be missing or damaged.
/// <i>Once</i> holds as long as the event lives on the server: see <see cref="EventTimeToLive"/>.
/// The files hold no credential. The directory must be its owner's alone (0700; on Windows also the system's and its administrators'); it is made so if it is not there.
/// </remarks>
public sealed record SpoolOptions
{
    internal static readonly TimeSpan LongestEventTimeToLive = TimeSpan.FromDays(7);

    /// <summary>The directory, on a local file system; several processes may share it.</summary>
    public required string Directory { get; init; }

    /// <summary>Which cluster the events are for; only a broadcaster with the same text sends them. Such as the address of its API server; <c>ClusterSpool.For</c> of EventRecording.Cluster makes both of a connection.</summary>
    public required string Cluster { get; init; }

    /// <summary>As whom they are written; only a broadcaster with the same text sends them. Such as the name of the service account. No secret: it is on disk.</summary>
    public required string User { get; init; }

    /// <summary>After this time on disk a write is given up for good, and reported as failed.</summary>
    /// <value>Default: 7 days.</value>
    public TimeSpan LongestAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How large the directory may get; what does not fit is not kept.</summary>
    /// <value>Default: 64 MiB (a write takes about 1 kB). Several processes may go over it by what they keep in the same second.</value>
    public long MostBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long events live on the server: its option <c>--event-ttl</c>, or less.</summary>
    /// <remarks>
    /// A write that was sent without an answer is looked for on its event before it is sent again. When the event may be gone, nobody can say whether
    /// it was applied: it is reported as unknown and never sent again.
    /// </remarks>
    /// <value>Default: 1 hour, as the API server's; at most 7 days.</value>
    public TimeSpan EventTimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Makes files; tests fill the disk here.</summary>
    internal Func<string, FileStreamOptions, Stream> CreateFile { get; init; } = static (path, options) => new FileStream(path, options);

    /// <summary>Lists the files of the directory; tests let it fail or hang here.</summary>
    internal Func<DirectoryInfo, IEnumerable<FileInfo>> ListFiles { get; init; } = static directory => directory.EnumerateFiles();

    internal void Validate()
    {
        Filled(Directory, nameof(Directory));
        Filled(Cluster, nameof(Cluster));
        Filled(User, nameof(User));
        if (LongestAge <= TimeSpan.Zero)
            throw new ArgumentException($"Spool.LongestAge is {LongestAge}: more than zero.");
        if (MostBytes < 1)
            throw new ArgumentException($"Spool.MostBytes is {MostBytes}: at least 1.");
        if (EventTimeToLive <= TimeSpan.Zero || EventTimeToLive > LongestEventTimeToLive)
            throw new ArgumentException($"Spool.EventTimeToLive is {EventTimeToLive}: more than zero and at most {LongestEventTimeToLive.TotalDays:0} days.");
    }

    private static void Filled(string value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw new ArgumentException($"Spool.{name} is empty: the spool needs a directory, and names for the cluster and the user whose events lie there, the same at each start, such as the address of the API server and the name of the service account.");
    }
}
