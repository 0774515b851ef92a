using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using EventRecording.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventRecording.Tests.Hosting;

/// <summary>Options of the configuration and of the code.</summary>
public sealed class ConfiguredOptionsTests : HostedRecorderTests
{
    [Fact]
    public async Task Options_come_from_the_configuration_and_then_from_the_code()
    {
        Builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventRecording:ApiVersion"] = EventApiVersion.EventsV1,
            ["EventRecording:ReportingInstance"] = "of the configuration",
            ["EventRecording:WriteDeadline"] = "00:01:00",
            ["EventRecording:RateLimit:Burst"] = "7",
            ["EventRecording:Combining:Threshold"] = "4",
        });
        EventBroadcasterOptions? seen = null;
        Builder.Services.AddEventRecorder("redis-operator", options => (seen = options) with { ReportingInstance = "of the code" });
        using var host = await StartAsync();
        Assert.Equal((TimeSpan.FromMinutes(1), 7, 4), (seen!.WriteDeadline, seen.RateLimit!.Burst, seen.Combining!.Threshold));
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        var recorded = Assert.Single(Sink.Events);
        Assert.Equal((EventApiVersion.EventsV1, "of the code"), (recorded.ApiVersion, recorded.ReportingInstance));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("WriteDeadline", "00:11:00", "EventRecording:WriteDeadline is '00:11:00' in the configuration. WriteDeadline is 00:11:00: at most")]
    [InlineData("WriteDeadline", "60", "60 seconds are 00:01:00 (hh:mm:ss), 60 days 60.00:00:00.")]
    [InlineData("DisposeDeadline", "20", "EventRecording:DisposeDeadline is '20' in the configuration, which would be days: ")]
    [InlineData("Spool:EventTimeToLive", "1", "EventRecording:Spool:EventTimeToLive is '1' in the configuration, which would be days: ")]
    [InlineData("WriteDeadline", "soon", "'EventRecording:WriteDeadline'")]
    [InlineData("RateLimit:Burst", "0", "EventRecording:RateLimit:Burst is '0' in the configuration. RateLimit.Burst is 0: at least 1.")]
    [InlineData("WriteDedline", "00:01:00", "EventRecording:WriteDedline in the configuration is no option of the recorder. There are: AllowOtherTypes, ApiVersion, Combining, DisposeDeadline, FlushOnSignals, IdleSeriesCapacity, IntakeCapacity, MaxConcurrentWrites, RateLimit, ReportingInstance, RequestTimeout, SeriesCapacity, Spool, WriteDeadline.")]
    [InlineData("Spool:Directroy", "spool", "EventRecording:Spool:Directroy in the configuration is no option of the recorder. There are: Cluster, Directory, ")]
    [InlineData("Random:Seed", "1", "EventRecording:Random is in the configuration, and only code can set it: AddEventRecorder(…, options => options with { Random = … }).")]
    [InlineData("observers:0", "x", "EventRecording:observers is in the configuration, and only code can set it: ")]
    [InlineData("TimeProvider", "x", "EventRecording:TimeProvider is in the configuration, and only code can set it: ")]
    [InlineData("ObjectReader", "x", "EventRecording:ObjectReader is in the configuration, and only code can set it: ")]
    public async Task A_host_does_not_start_with_an_option_that_is_wrong_and_says_which_and_where(string option, string value, string message)
    {
        Builder.Configuration[$"EventRecording:{option}"] = value;
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = Builder.Build();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BinderOptions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_of_the_code_is_not_looked_for_in_the_configuration()
    {
        Builder.Services.AddEventRecorder("redis-operator", options => options with { WriteDeadline = TimeSpan.FromMinutes(11) });
        using var host = Builder.Build();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => host.StartAsync());
        Assert.StartsWith("WriteDeadline is 00:11:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_returns_no_options_is_an_error_that_names_its_call()
    {
        Builder.Services.AddEventRecorder("redis-operator", _ => null!);
        using var host = Builder.Build();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.StartsWith("The function that AddEventRecorder(\"redis-operator\", …) was given returned null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trimmed_app_keeps_all_options_that_the_configuration_can_give()
    {
        var bind = typeof(EventRecorderServices).Assembly.GetType("EventRecording.Hosting.ConfiguredOptions", throwOnError: true)!.GetMethod("Bind")!;
        var nested = typeof(EventBroadcasterOptions).GetProperties().Select(property => property.PropertyType).Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal));
        Assert.Equal(
            nested.Append(typeof(EventBroadcasterOptions)).Select(type => type.Name).Order(),
            bind.GetCustomAttributes<DynamicDependencyAttribute>().Select(kept => kept.Type!.Name).Order());
    }

    [Theory]
    [InlineData("RateLimit", "null")]
    [InlineData("combining", "{}")]
    public async Task What_a_file_cannot_switch_off_is_an_error_there_and_not_ignored(string option, string json)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "EventRecording": { "{{option}}": {{json}} } }"""));
        Builder.Configuration.AddJsonStream(file);
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = Builder.Build();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => host.StartAsync());
        Assert.StartsWith($"EventRecording:{option} is null or empty in the configuration", error.Message, StringComparison.Ordinal);
    }
}
