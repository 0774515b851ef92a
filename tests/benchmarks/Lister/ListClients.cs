using System.Globalization;
using System.Net;
using System.Text;
using EventRecording.Cluster;

namespace EventRecording.Benchmarks;

/// <summary>Programs that list all events once: what is measured, and the limit of what can be reached.</summary>
internal static class ListClients
{
    // As large as the pages of the reading path become.
    private const int PageSize = 2000;

    /// <summary>The reading path: every event as an object, in the server's order or sorted by last seen.</summary>
    public static async Task<long> ListAsync(string[] namespaces, bool sorted)
    {
        using var connection = new ClusterConnection(KubeConfigLoader.Load());
        var reader = new EventReader(new ClusterEventSource(connection));
        var query = new EventQuery { Namespaces = namespaces };
        if (sorted)
            return (await reader.ListSortedAsync(query)).Count;
        var count = 0L;
        await foreach (var _ in reader.ListAsync(query))
            count++;
        return count;
    }

    /// <summary>Pages one after the other, with nothing read of them but the token of the next page.</summary>
    public static async Task<long> FetchAsync()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = KubeConfigLoader.Load().Server };
        var buffer = new byte[4 << 20];
        long total = 0;
        string? token = "";
        while (token is not null)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/events?limit={PageSize}&continue={Uri.EscapeDataString(token)}");
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            total += length;
            token = FindToken(buffer.AsSpan(0, length));
        }

        return total;
    }

    // The metadata of the list stands in front of its items.
    private static string? FindToken(ReadOnlySpan<byte> page)
    {
        page = page[..page.IndexOf("\"items\""u8)];
        var key = "\"continue\":\""u8;
        var start = page.IndexOf(key);
        if (start < 0)
            return null;
        var rest = page[(start + key.Length)..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)'"')]);
    }
}
