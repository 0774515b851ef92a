using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Tests.Support;

/// <summary>A headless Chromium with one page, driven through the DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private readonly TempFolder _profile = new();
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _calls;
    private bool _isLoaded;

    private Chromium(bool dark)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1400,1100", "--hide-scrollbars", "--remote-debugging-port=0",
            $"--user-data-dir={_profile.Path}", $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "about:blank",
        ];
        _process = Programs.Start(new ProcessStartInfo(Path!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true });
    }

    /// <summary>Where Chromium is; <see langword="null"/> where there is none.</summary>
    public static string? Path { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from name in Names
        select System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);

    /// <summary>Opens a file, and waits until it is loaded.</summary>
    public static async Task<Chromium> OpenAsync(string page, bool dark = false)
    {
        var browser = new Chromium(dark);
        await browser.ConnectAsync();
        await browser.CallAsync("Page.enable", []);
        await browser.CallAsync("Page.navigate", new JsonObject { ["url"] = new Uri(page).AbsoluteUri });
        while (!browser._isLoaded)
            await browser.ReceiveAsync();
        return browser;
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.Null(result["exceptionDetails"]?.ToJsonString());
        return result["result"]!["value"];
    }

    /// <summary>Presses a key, such as <c>ArrowDown</c> or <c>+</c>.</summary>
    public async Task PressAsync(string key)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var text = key.Length == 1 && type == "keyDown" ? key : key == "Enter" ? "\r" : "";
            await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = key, ["text"] = text });
        }

        // What is drawn with the next frame is there then.
        await EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
    }

    /// <summary>A picture of the page, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() =>
        Convert.FromBase64String((string)(await CallAsync("Page.captureScreenshot", []))["data"]!);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task ConnectAsync()
    {
        using var client = new HttpClient();
        var port = await ReadPortAsync();
        var pages = JsonNode.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/json/list"))!.AsArray();
        var target = pages.Single(it => (string?)it!["type"] == "page")!;
        await _socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), CancellationToken.None);
    }

    // Chromium says where it listens, then it is ready.
    private async Task<string> ReadPortAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("DevTools listening on ", StringComparison.Ordinal))
            {
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new Uri(line.Split(' ')[^1]).Port.ToString(CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("Chromium ended before it listened.");
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var id = ++_calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        while (true)
        {
            var answer = await ReceiveAsync();
            if ((int?)answer["id"] == id)
                return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var message = new MemoryStream();
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
            message.Write(_buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        var answer = JsonNode.Parse(message.ToArray())!;
        _isLoaded |= (string?)answer["method"] == "Page.loadEventFired";
        return answer;
    }
}
