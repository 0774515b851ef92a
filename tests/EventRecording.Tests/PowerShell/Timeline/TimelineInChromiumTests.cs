using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell.Timeline;

/// <summary>The page in a real browser. With EVENTRECORDING_SCREENSHOTS set to a folder, pictures of it are kept there.</summary>
public sealed class TimelineInChromiumTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [ChromiumFact]
    public async Task Ten_thousand_events_are_there_in_under_three_seconds()
    {
        await using var browser = await OpenAsync(TimelinePages.Day(10_000));

        Assert.InRange(await NumberAsync(browser, "parseInt(document.documentElement.dataset.readyAfter)"), 0, 3000);
        Assert.Equal("10,000 events, 501 objects", await TextAsync(browser, "count.textContent"));
        Assert.Equal(200, await NumberAsync(browser, "document.querySelectorAll('tbody tr').length"));
        Assert.InRange(await NumberAsync(browser, "document.querySelectorAll('.bar').length"), 20, 5000);
        await browser.EvaluateAsync("more.click()");
        Assert.Equal(1200, await NumberAsync(browser, "document.querySelectorAll('tbody tr').length"));
    }

    [ChromiumFact]
    public async Task Hostile_text_is_shown_and_never_run()
    {
        var hostile = SampleEvents.ScaledUp with { Message = TimelinePages.Hostile, Reason = TimelinePages.Hostile, InvolvedObject = SampleEvents.Redis with { Name = TimelinePages.Hostile } };
        await using var browser = await OpenAsync([hostile], TimelinePages.Hostile);

        Assert.StartsWith("</script><script>", await TextAsync(browser, "document.title"), StringComparison.Ordinal);
        Assert.Equal(EventRecording.SafeText.Escape(TimelinePages.Hostile), await TextAsync(browser, "document.querySelector('td.message').textContent"));
        Assert.Equal(0, await NumberAsync(browser, "document.querySelectorAll('img, [onerror], [onclick]').length"));
    }

    [ChromiumFact]
    public async Task The_filter_narrows_lanes_and_rows_alike()
    {
        await using var browser = await OpenAsync(TimelinePages.Day(100));
        var warnings = TimelinePages.Day(100).Count(it => it.Type == EventType.Warning);
        var probes = TimelinePages.Day(100).Count(it => it.Reason == "Unhealthy");

        await browser.EvaluateAsync("warnings.click()");
        Assert.Equal(warnings, await NumberAsync(browser, "document.querySelectorAll('tbody tr').length"));
        Assert.Equal(0, await NumberAsync(browser, "document.querySelectorAll('.bar:not(.warning)').length"));

        await browser.EvaluateAsync("filter.focus()");
        foreach (var key in "unhealthy refused")
            await browser.PressAsync(key.ToString());
        Assert.Equal($"{probes} of 100 events", await TextAsync(browser, "count.textContent"));
        await browser.EvaluateAsync("filter.value = 'nothing like it'; filter.dispatchEvent(new Event('input'))");
        Assert.Equal("0 of 100 events", await TextAsync(browser, "count.textContent"));
        Assert.Equal("No event with a time fits the filter.", await TextAsync(browser, "canvas.textContent"));
    }

    [ChromiumFact]
    public async Task Everything_can_be_reached_with_the_keyboard()
    {
        await using var browser = await OpenAsync(TimelinePages.Day(100));
        await browser.EvaluateAsync("chart.focus()");

        await browser.PressAsync("ArrowRight");
        var first = await TextAsync(browser, "document.activeElement.getAttribute('aria-label')");
        await browser.PressAsync("ArrowDown");
        var below = await TextAsync(browser, "document.activeElement.getAttribute('aria-label')");
        Assert.Contains(", Redis/cache-", first, StringComparison.Ordinal);
        Assert.NotEqual(first, below);
        Assert.Equal("bar", await TextAsync(browser, "document.activeElement.classList[0]"));
        Assert.False((bool)(await browser.EvaluateAsync("tip.hidden"))!);

        var fitted = await TextAsync(browser, "axis.textContent");
        await browser.PressAsync("+");
        await browser.PressAsync("+");
        Assert.NotEqual(fitted, await TextAsync(browser, "axis.textContent"));
        Assert.Equal(below, await TextAsync(browser, "document.activeElement.getAttribute('aria-label')"));
        await browser.PressAsync("0");
        Assert.Equal(fitted, await TextAsync(browser, "axis.textContent"));

        await browser.PressAsync("Enter");
        Assert.Equal(1, await NumberAsync(browser, "document.querySelectorAll('tr.chosen').length"));
        Assert.Equal("show", await TextAsync(browser, "document.activeElement.className"));
        await browser.PressAsync("Enter");
        Assert.Equal(below, await TextAsync(browser, "document.activeElement.getAttribute('aria-label')"));
    }

    [ChromiumFact]
    public async Task Everything_has_a_name_and_warnings_are_told_by_more_than_their_colour()
    {
        await using var browser = await OpenAsync(TimelinePages.Day(60));

        Assert.Equal(0, await NumberAsync(browser, "[...document.querySelectorAll('button, input')].filter(it => !it.getAttribute('aria-label') && !it.textContent && !it.labels?.length).length"));
        Assert.Equal(0, await NumberAsync(browser, "[...document.querySelectorAll('.bar.warning:not(.cluster)')].filter(it => !it.textContent.startsWith('!') || !it.getAttribute('aria-label').startsWith('Warning')).length"));
        Assert.Equal("1 event without a time: in the table only.", await TextAsync(browser, "timeless.textContent"));
    }

    [ChromiumFact]
    public async Task Lanes_of_several_contexts_stand_below_a_heading_for_each()
    {
        await using var several = await OpenAsync([SampleEvents.ScaledUp with { Context = "stage" }, SampleEvents.ScaledUp with { Context = "prod" }]);
        await using var one = await OpenAsync([SampleEvents.ScaledUp with { Context = "prod" }]);
        const string Rows = "[...document.querySelectorAll('.context, .lane')].sort((a, b) => a.offsetTop - b.offsetTop).map(it => it.querySelector('b')?.textContent ?? it.textContent).join()";

        Assert.Equal("prod,my-op-redis,stage,my-op-redis", await TextAsync(several, Rows));
        Assert.Equal("my-op-redis", await TextAsync(one, Rows));
    }

    [ChromiumFact]
    public async Task It_is_light_or_dark_as_the_reader_has_it()
    {
        await using var light = await OpenAsync(TimelinePages.Day(60), "Events of redis in wire");
        await using var dark = await OpenAsync(TimelinePages.Day(60), "Events of redis in wire", dark: true);
        const string Brightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0)";

        Assert.InRange(await NumberAsync(light, Brightness), 600, 765);
        Assert.InRange(await NumberAsync(dark, Brightness), 0, 150);
        await KeepAsync("timeline-light.png", await light.ScreenshotAsync());
        await KeepAsync("timeline-dark.png", await dark.ScreenshotAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task KeepAsync(string name, byte[] picture)
    {
        Assert.True(picture.Length > 20_000, $"{name} shows next to nothing");
        if (Environment.GetEnvironmentVariable("EVENTRECORDING_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, name), picture);
    }

    private static async Task<int> NumberAsync(Chromium browser, string expression) => (await browser.EvaluateAsync(expression))!.GetValue<int>();

    private static async Task<string> TextAsync(Chromium browser, string expression) => (await browser.EvaluateAsync(expression))!.GetValue<string>();

    private Task<Chromium> OpenAsync(IEnumerable<KubeEvent> events, string title = "Events", bool dark = false)
    {
        var file = _folder.File(Guid.NewGuid().ToString("N") + ".html");
        File.WriteAllText(file, TimelinePages.Write(events, title));
        return Chromium.OpenAsync(file, dark);
    }
}
