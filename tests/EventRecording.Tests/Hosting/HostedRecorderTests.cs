using System.Collections.Concurrent;
using EventRecording.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventRecording.Tests.Hosting;

/// <summary>The recorder in a real generic host.</summary>
public abstract class HostedRecorderTests
{
    private int _seen;

    private protected HostedRecorderTests()
    {
        Builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        Builder.Services.AddSingleton<IEventSink>(Sink);
    }

    // Only a hung host takes as long.
    private protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    private protected HostApplicationBuilder Builder { get; } = Host.CreateEmptyApplicationBuilder(null);

    private protected InMemoryEventSink Sink { get; } = new();

    private protected CollectedLog Log { get; } = new();

    private protected async Task<IHost> StartAsync()
    {
        var host = Builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>The log has these lines, by their beginnings, since it was last asked; retries aside.</summary>
    private protected void AssertLogged(params string[] expected)
    {
        var lines = Log.Lines.Where(line => line.Level != LogLevel.Debug).Skip(_seen).Select(line => line.Text).ToArray();
        _seen += lines.Length;
        Assert.Equal(expected, lines.Zip(expected.Concat(Enumerable.Repeat("", lines.Length)), (line, start) => line.StartsWith(start, StringComparison.Ordinal) && start.Length > 0 ? start : line));
    }

    /// <summary>Keeps what is logged in the category of the recorder.</summary>
    private protected sealed class CollectedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

        public (LogLevel Level, string Category, string Text)[] Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(CollectedLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (category.StartsWith("EventRecording", StringComparison.Ordinal))
                    log._lines.Enqueue((logLevel, category, formatter(state, exception)));
            }
        }
    }
}
