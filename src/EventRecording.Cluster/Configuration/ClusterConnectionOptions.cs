namespace EventRecording.Cluster;

/// <summary>How a <see cref="ClusterConnection"/> behaves.</summary>
public sealed record ClusterConnectionOptions
{
    // What the handler's timers take is a little more.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(24);

    /// <summary>Sends the requests instead of a handler of the connection's own, as the sandbox does; it is not disposed.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Time and timers.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How long it may take to connect, TLS included. A request that has no connection by then was not sent.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request may take, its answer included, and what is waited where it is asked again. A watch is bounded by its own timeout.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the write of an event may take once it is connected, its answer included. Getting a credential and connecting do not count.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Takes each line that an exec plugin writes to its standard error while it runs: where to log in, for instance. A line
    /// that stays without its end for 250 ms, such as one that asks for a password, is given as it is. On any thread.
    /// </summary>
    /// <value>Default: it is dropped. A program that somebody looks at gives <c>Console.Error.WriteLine</c>; a plugin that fails is quoted in the error anyway.</value>
    public Action<string>? PluginOutput { get; init; }

    /// <summary>
    /// Gives the directory in which an exec plugin is started, each time that it is; one that is not there is passed over. On any thread.
    /// </summary>
    /// <value>Default: the current directory of the process.</value>
    public Func<string?>? PluginDirectory { get; init; }

    /// <summary>How large one answer may be, in bytes, after it was decompressed. A watch is bounded by the size of a frame (16 MiB) only.</summary>
    /// <value>Default: 256 MiB.</value>
    public long MaxResponseBytes { get; init; } = 256 * 1024 * 1024;

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        Check(ConnectTimeout, nameof(ConnectTimeout));
        Check(RequestTimeout, nameof(RequestTimeout));
        Check(WriteTimeout, nameof(WriteTimeout));
        if (MaxResponseBytes < 1)
            throw new ArgumentException($"MaxResponseBytes is {MaxResponseBytes}: at least 1.");
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time <= TimeSpan.Zero || time > LongestTime))
            throw new ArgumentException($"{name} is {time}: more than zero, at most {LongestTime}, or Timeout.InfiniteTimeSpan.");
    }

    /// <summary>Reads an environment variable, such as those that name a proxy.</summary>
    internal Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
