using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace EventRecording.Hosting;

/// <summary>Reads the options out of their section, and says of an error where in it it stands.</summary>
internal static class ConfiguredOptions
{
    private const DynamicallyAccessedMemberTypes Bound = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;

    // The binder leaves the default where a file says null, and cannot tell that from {}.
    private static readonly string[] CanBeOff = [nameof(EventBroadcasterOptions.RateLimit), nameof(EventBroadcasterOptions.Combining)];

    private static readonly string[] OfCodeAlone =
        [nameof(EventBroadcasterOptions.ObjectReader), nameof(EventBroadcasterOptions.Observers), nameof(EventBroadcasterOptions.Random), nameof(EventBroadcasterOptions.TimeProvider)];

    // The binder finds properties at run time: a trimmed app would keep only those that its own code names.
    [DynamicDependency(Bound, typeof(EventBroadcasterOptions))]
    [DynamicDependency(Bound, typeof(CombiningOptions))]
    [DynamicDependency(Bound, typeof(RateLimitOptions))]
    [DynamicDependency(Bound, typeof(SpoolOptions))]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is bound is kept.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "What is bound is made of no generic types but those of the runtime.")]
    public static void Bind(EventBroadcasterOptions options, IConfigurationSection? section)
    {
        if (section is null)
            return;
        foreach (var given in section.GetChildren())
        {
            if (string.IsNullOrEmpty(given.Value) && !given.GetChildren().Any() && CanBeOff.FirstOrDefault(name => name.Equals(given.Key, StringComparison.OrdinalIgnoreCase)) is { } name)
                throw new ArgumentException($"{given.Path} is null or empty in the configuration: leave it out for the default. Code switches it off: AddEventRecorder(…, options => options with {{ {name} = null }}).");
        }

        // The binder would name of an unknown key the key alone, and its own settings.
        MustKnow<EventBroadcasterOptions>(section);
        MustKnow<CombiningOptions>(section.GetSection(nameof(EventBroadcasterOptions.Combining)));
        MustKnow<RateLimitOptions>(section.GetSection(nameof(EventBroadcasterOptions.RateLimit)));
        MustKnow<SpoolOptions>(section.GetSection(nameof(EventBroadcasterOptions.Spool)));
        section.Bind(options, static binding => binding.ErrorOnUnknownConfiguration = true);
    }

    /// <summary>What to say of an option that is out of its range, where the configuration gave it.</summary>
    /// <param name="complaint">Of <see cref="EventBroadcaster"/>; it begins with the option's name, such as <c>RateLimit.Burst</c>.</param>
    /// <param name="section">The section.</param>
    /// <returns><see langword="null"/> if the configuration does not give it, nor a spool that needs it.</returns>
    public static string? Explain(string complaint, IConfigurationSection? section)
    {
        var option = complaint.Split(' ', 2)[0];
        var given = section?.GetSection(option.Replace('.', ConfigurationPath.KeyDelimiter[0]));
        if (given?.Value is { } value)
            return $"{given.Path} is '{value}' in the configuration. {complaint}";
        // With a ClusterEventSink the rest of a spool is known.
        return given is not null && section!.GetSection(nameof(EventBroadcasterOptions.Spool)).Exists() && option.StartsWith(nameof(EventBroadcasterOptions.Spool) + ".", StringComparison.Ordinal)
            ? $"{given.Path} is missing in the configuration. {complaint} Only where events go through a ClusterEventSink the directory alone is enough."
            : null;
    }

    private static void MustKnow<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(IConfigurationSection section)
    {
        var known = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var given in section.GetChildren())
        {
            if (!known.TryGetValue(given.Key, out var property))
                throw new ArgumentException($"{given.Path} in the configuration is no option of the recorder. There are: {string.Join(", ", known.Keys.Except(OfCodeAlone).Order(StringComparer.Ordinal))}.");
            if (OfCodeAlone.Contains(property.Name))
                throw new ArgumentException($"{given.Path} is in the configuration, and only code can set it: AddEventRecorder(…, options => options with {{ {property.Name} = … }}).");
            // The binder takes it for days.
            if ((property.PropertyType == typeof(TimeSpan) || property.PropertyType == typeof(TimeSpan?)) && int.TryParse(given.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number != 0)
                throw new ArgumentException($"{given.Path} is '{given.Value}' in the configuration, which would be days: {number} seconds are {TimeSpan.FromSeconds(number)} (hh:mm:ss), {number} days {number}.00:00:00.");
        }
    }
}
