using EventRecording;
using EventRecording.Cluster;
using EventRecording.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds recorders of Kubernetes events to the services of a host.</summary>
public static class EventRecorderServices
{
    /// <summary>The section of the configuration that <see cref="EventBroadcasterOptions"/> are read from.</summary>
    public const string Section = "EventRecording";

    /// <summary>The category of all that is logged: what did not reach the cluster, notices of the recorder, warnings of the API server; at the level Debug what is tried again.</summary>
    public const string LogCategory = "EventRecording";

    /// <summary>Adds an <see cref="IEventRecorder"/> that records in the name of a component.</summary>
    /// <remarks>
    /// <para>Call it once for each component: all share one <see cref="EventBroadcaster"/>. Without a key the first recorder is meant; each one has its component as its key.</para>
    /// <para>
    /// Events go to the <see cref="IEventSink"/> of the services; else to the cluster of their <see cref="ClusterConnection"/>; else, as with kubectl, to that of KUBECONFIG,
    /// of <c>~/.kube/config</c>, or of the pod. Each <see cref="IEventObserver"/> of the services is told of what happens, and a <see cref="TimeProvider"/> of the services is the clock.
    /// </para>
    /// <para>
    /// The options come from the section <c>EventRecording</c> of the configuration, such as <c>"EventRecording": { "WriteDeadline": "00:01:00" }</c>, and then from <paramref name="configure"/>.
    /// <c>"Spool": { "Directory": "/var/spool/redis-operator" }</c> is enough where events go to a cluster by a <see cref="ClusterEventSink"/>: the cluster and the user are those of its connection.
    /// A host does not start with options that are not valid, or without a cluster, unless its <see cref="IEventRecorder"/> is another one, such as a mock. When it stops, and all its services have, what is pending is written,
    /// until <see cref="EventBroadcasterOptions.DisposeDeadline"/> after it began to stop, and for 2 seconds at least; what cannot be is logged, and kept in the spool where there is one.
    /// The end of the host's shutdown timeout leaves 2 seconds, too, and so does the disposal of the services for what they record in it.
    /// </para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="component">Name of the controller, such as <c>redis-operator</c>. Column From of <c>kubectl describe</c>.</param>
    /// <param name="configure">Changes the options, which are those of the one broadcaster and so of all components: <c>options => options with { RateLimit = null }</c>. Several are applied in the order of the calls.</param>
    public static IServiceCollection AddEventRecorder(
        this IServiceCollection services, string component, Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(component);
        if (services.All(service => service.ServiceType != typeof(EventBroadcaster)))
            AddBroadcaster(services);
        if (configure is not null)
            services.AddSingleton(new OptionsChange(component, configure));
        services.AddKeyedSingleton<IEventRecorder>(component, static (provider, key) => provider.GetRequiredService<EventBroadcaster>().NewRecorder((string)key!));
        services.TryAddSingleton<IEventRecorder>(provider => provider.GetRequiredKeyedService<IEventRecorder>(component));
        return services;
    }

    private static void AddBroadcaster(IServiceCollection services)
    {
        services.AddOptions<EventBroadcasterOptions>().Configure<IServiceProvider>(static (options, provider) => ConfiguredOptions.Bind(options, SectionOf(provider)));
        services.AddSingleton(static provider => new EventLog(
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(LogCategory), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(static provider => Connect(provider.GetRequiredService<EventLog>()));
        services.TryAddSingleton<IEventSink>(static provider => new ClusterEventSink(provider.GetRequiredService<ClusterConnection>()));
        services.AddSingleton(provider => new BroadcasterFactory(() => Make(provider), ObserversOf(services)));
        services.AddSingleton(static provider => provider.GetRequiredService<BroadcasterFactory>().Make());
        services.AddHostedService<EventFlush>();
    }

    private static ClusterConnection Connect(EventLog log)
    {
        var connection = new ClusterConnection(Configured(), new ClusterConnectionOptions { PluginOutput = log.PluginSaid });
        connection.WarningReceived += (_, warning) => log.Warned(warning);
        return connection;
    }

    private static ClusterConfiguration Configured()
    {
        try
        {
            return KubeConfigLoader.Load();
        }
        catch (ClusterNotConfiguredException error)
        {
            throw new ClusterConfigurationException($"{error.Message}\nOr add a ClusterConnection or an IEventSink to the services; for tests an InMemoryEventSink, or an IEventRecorder of your own.", error);
        }
    }

    private static EventBroadcaster Make(IServiceProvider provider)
    {
        var sink = provider.GetRequiredService<IEventSink>();
        var options = provider.GetRequiredService<IOptions<EventBroadcasterOptions>>().Value;
        options = options with
        {
            TimeProvider = provider.GetService<TimeProvider>() ?? options.TimeProvider,
            FlushOnSignals = options.FlushOnSignals && !LeavesSignalsToTheHost(provider),
        };
        foreach (var change in provider.GetServices<OptionsChange>())
            options = change.Apply(options) ?? throw new InvalidOperationException($"The function that AddEventRecorder(\"{change.Component}\", …) was given returned null instead of the options.");
        var log = provider.GetRequiredService<EventLog>();
        log.SpoolDirectory = options.Spool?.Directory;
        options = options with { Observers = [log, .. options.Observers, .. provider.GetServices<IEventObserver>()] };
        options = options with { Spool = ForCluster(options.Spool, sink) };
        try
        {
            return new EventBroadcaster(sink, options);
        }
        catch (ArgumentException error) when (ConfiguredOptions.Explain(error.Message, SectionOf(provider)) is { } explained)
        {
            throw new ArgumentException(explained, error);
        }
    }

    private static IConfigurationSection? SectionOf(IServiceProvider provider) => provider.GetService<IConfiguration>()?.GetSection(Section);

    // A host handles the signals, and flushes when it stops. Without one nobody does.
    private static bool LeavesSignalsToTheHost(IServiceProvider provider) =>
        provider.GetService<IHostApplicationLifetime>() is not null
        && SectionOf(provider)?[nameof(EventBroadcasterOptions.FlushOnSignals)] is null;

    private static string[] ObserversOf(IServiceCollection services) =>
        [.. services.Where(service => service.ServiceType == typeof(IEventObserver) && !service.IsKeyedService)
            .Select(service => (service.ImplementationType ?? service.ImplementationInstance?.GetType())?.FullName ?? "one made by a function")];

    // A file of configuration knows the directory, but hardly the cluster and the user.
    private static SpoolOptions? ForCluster(SpoolOptions? spool, IEventSink sink)
    {
        if (spool is not { Directory: not null, Cluster: null, User: null } || sink is not ClusterEventSink cluster)
            return spool;
        var own = ClusterSpool.For(cluster.Connection, spool.Directory);
        return spool with { Cluster = own.Cluster, User = own.User };
    }

    private sealed record OptionsChange(string Component, Func<EventBroadcasterOptions, EventBroadcasterOptions> Apply);
}
