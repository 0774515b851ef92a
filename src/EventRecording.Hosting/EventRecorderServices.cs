using System.Diagnostics.CodeAnalysis;
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

    private const DynamicallyAccessedMemberTypes Bound = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;

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
    /// The end of the host's shutdown timeout leaves 2 seconds, too.
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
            services.AddSingleton(new OptionsChange(configure));
        services.AddKeyedSingleton<IEventRecorder>(component, static (provider, key) => provider.GetRequiredService<EventBroadcaster>().NewRecorder((string)key!));
        services.TryAddSingleton<IEventRecorder>(provider => provider.GetRequiredKeyedService<IEventRecorder>(component));
        return services;
    }

    private static void AddBroadcaster(IServiceCollection services)
    {
        services.AddOptions<EventBroadcasterOptions>().Configure<IServiceProvider>(static (options, provider) => Bind(options, provider.GetService<IConfiguration>()?.GetSection(Section)));
        services.AddSingleton(static provider => new EventLog((provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(LogCategory)));
        services.TryAddSingleton(static provider => Connect(provider.GetRequiredService<EventLog>()));
        services.TryAddSingleton<IEventSink>(static provider => new ClusterEventSink(provider.GetRequiredService<ClusterConnection>()));
        services.AddSingleton(provider => new BroadcasterFactory(() => Make(provider), ObserversOf(services)));
        services.AddSingleton(static provider => provider.GetRequiredService<BroadcasterFactory>().Make());
        services.AddHostedService<EventFlush>();
    }

    // The binder finds properties at run time: a trimmed app would keep only those that its own code names.
    [DynamicDependency(Bound, typeof(EventBroadcasterOptions))]
    [DynamicDependency(Bound, typeof(CombiningOptions))]
    [DynamicDependency(Bound, typeof(RateLimitOptions))]
    [DynamicDependency(Bound, typeof(SpoolOptions))]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is bound is kept.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "What is bound is made of no generic types but those of the runtime.")]
    private static void Bind(EventBroadcasterOptions options, IConfigurationSection? section)
    {
        // The binder leaves the default where a file says null, and cannot tell that from {}.
        string[] canBeOff = [nameof(EventBroadcasterOptions.RateLimit), nameof(EventBroadcasterOptions.Combining)];
        foreach (var given in section?.GetChildren() ?? [])
        {
            if (string.IsNullOrEmpty(given.Value) && !given.GetChildren().Any() && canBeOff.FirstOrDefault(name => name.Equals(given.Key, StringComparison.OrdinalIgnoreCase)) is { } name)
                throw new ArgumentException($"{given.Path} is null or empty in the configuration: leave it out for the default. Code switches it off: AddEventRecorder(…, options => options with {{ {name} = null }}).");
        }

        section?.Bind(options, binding => binding.ErrorOnUnknownConfiguration = true);
    }

    private static ClusterConnection Connect(EventLog log)
    {
        var connection = new ClusterConnection(KubeConfigLoader.Load(), new ClusterConnectionOptions { PluginOutput = log.PluginSaid });
        connection.WarningReceived += (_, warning) => log.Warned(warning);
        return connection;
    }

    private static (EventBroadcaster Broadcaster, EventBroadcasterOptions Options) Make(IServiceProvider provider)
    {
        var sink = provider.GetRequiredService<IEventSink>();
        var options = provider.GetRequiredService<IOptions<EventBroadcasterOptions>>().Value;
        options = options with
        {
            TimeProvider = provider.GetService<TimeProvider>() ?? options.TimeProvider,
            FlushOnSignals = options.FlushOnSignals && !LeavesSignalsToTheHost(provider),
        };
        foreach (var change in provider.GetServices<OptionsChange>())
            options = change.Apply(options);
        options = options with { Observers = [provider.GetRequiredService<EventLog>(), .. options.Observers, .. provider.GetServices<IEventObserver>()] };
        options = options with { Spool = ForCluster(options.Spool, sink) };
        return (new EventBroadcaster(sink, options), options);
    }

    // A host handles the signals, and flushes when it stops. Without one nobody does.
    private static bool LeavesSignalsToTheHost(IServiceProvider provider) =>
        provider.GetService<IHostApplicationLifetime>() is not null
        && provider.GetService<IConfiguration>()?.GetSection(Section)[nameof(EventBroadcasterOptions.FlushOnSignals)] is null;

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

    private sealed record OptionsChange(Func<EventBroadcasterOptions, EventBroadcasterOptions> Apply);
}
