using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventRecording.Reading;

namespace EventRecording.Benchmarks;

/// <summary>What reading the same pages costs in JSON and in protobuf: bytes of the answers, processor time, allocated bytes. No network.</summary>
internal static class EncodingBenchmark
{
    private const int PageSize = 500;

    /// <summary>What an API server keeps of each event that client-go wrote, as long as on a real one.</summary>
    private const string FieldsOfWriter =
        """{"f:count":{},"f:firstTimestamp":{},"f:involvedObject":{"f:apiVersion":{},"f:kind":{},"f:name":{},"f:namespace":{},"f:resourceVersion":{},"f:uid":{}},"f:lastTimestamp":{},"f:message":{},"f:reason":{},"f:reportingComponent":{},"f:source":{"f:component":{},"f:host":{}},"f:type":{}}""";

    private const string Writer = "redis-operator";
    private const string WrittenAt = "2026-11-20T12:00:30Z";

    public static async Task RunAsync(int count)
    {
        Console.WriteLine("| pages | encoding | MB | MB with managedFields | CPU us an event | with managedFields | bytes allocated an event |\n|---|---|---:|---:|---:|---:|---:|");
        var plain = await Pages.CreateAsync(count, managed: false);
        var managed = await Pages.CreateAsync(count, managed: true);
        await PrintAsync($"{count:N0} events", "JSON", plain, managed, pages => pages.Json, pages => pages.ReadJsonAsync());
        await PrintAsync("the same", "protobuf", plain, managed, pages => pages.Protobuf, pages => pages.ReadProtobufAsync());
    }

    private static async Task PrintAsync(
        string what, string encoding, Pages plain, Pages managed, Func<Pages, List<byte[]>> bytes, Func<Pages, Task> read)
    {
        var (without, with) = (await MeasureAsync(plain), await MeasureAsync(managed));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {encoding} | {Size(plain):F1} | {Size(managed):F1} | {1e6 / without.PerProcessorSecond:F2} | {1e6 / with.PerProcessorSecond:F2} | {without.BytesEach:N0} |"));

        Task<Measurement> MeasureAsync(Pages pages) => Measurement.MedianAsync(7, () => Measurement.OfAsync(pages.Count, () => read(pages)));
        double Size(Pages pages) => bytes(pages).Sum(page => (long)page.Length) / 1e6;
    }

    /// <summary>The same pages in both encodings.</summary>
    private sealed class Pages(int count)
    {
        public int Count => count;

        public List<byte[]> Json { get; } = [];

        public List<byte[]> Protobuf { get; } = [];

        public static async Task<Pages> CreateAsync(int count, bool managed)
        {
            var pages = new Pages(count);
            for (var first = 0; first < count; first += PageSize)
            {
                var json = JsonPage(first, Math.Min(PageSize, count - first), count, managed);
                var page = await ReadAsync(json, new TextPool());
                var protobuf = ProtobufPageWriter.Write(page, managed ? ManagedFields() : null);
                Compare(page.Items, new ProtobufPageReader().Read(protobuf));
                pages.Json.Add(json);
                pages.Protobuf.Add(protobuf);
            }

            return pages;
        }

        public async Task ReadJsonAsync()
        {
            var pool = new TextPool();
            foreach (var page in Json)
                await ReadAsync(page, pool);
        }

        public Task ReadProtobufAsync()
        {
            var reader = new ProtobufPageReader();
            foreach (var page in Protobuf)
                reader.Read(page);
            return Task.CompletedTask;
        }

        private static async Task<EventPage> ReadAsync(byte[] json, TextPool pool)
        {
            using var input = new JsonInput(new MemoryStream(json));
            return await new EventPageReader(input, EventApiVersion.CoreV1, pool).ReadAsync(CancellationToken.None);
        }

        private static byte[] JsonPage(int first, int length, int count, bool managed)
        {
            var items = Enumerable.Range(first, length).Select(number => JsonItem(number, managed));
            return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
                {"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"{{count}}","continue":"eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6","remainingItemCount":{{count - first - length}}},"items":[{{string.Join(',', items)}}]}
                """));
        }

        private static string JsonItem(int number, bool managed)
        {
            var item = JsonNode.Parse(EventServer.Event(number))!.AsObject();
            item.Remove("apiVersion");
            item.Remove("kind");
            var metadata = item["metadata"]!.AsObject();
            metadata["uid"] = string.Create(CultureInfo.InvariantCulture, $"c3d4e5f6-0000-4000-8000-{number:x12}");
            metadata["resourceVersion"] = (100_000 + number).ToString(CultureInfo.InvariantCulture);
            metadata["creationTimestamp"] = WrittenAt;
            if (managed)
            {
                metadata["managedFields"] = new JsonArray(new JsonObject
                {
                    ["manager"] = Writer,
                    ["operation"] = "Update",
                    ["apiVersion"] = "v1",
                    ["time"] = WrittenAt,
                    ["fieldsType"] = "FieldsV1",
                    ["fieldsV1"] = JsonNode.Parse(FieldsOfWriter),
                });
            }

            return item.ToJsonString();
        }

        private static byte[] ManagedFields()
        {
            var entry = new ProtobufOutput();
            entry.Text(1, Writer);
            entry.Text(2, "Update");
            entry.Text(3, "v1");
            entry.Message(4, time => time.Number(1, DateTimeOffset.Parse(WrittenAt, CultureInfo.InvariantCulture).ToUnixTimeSeconds()));
            entry.Text(6, "FieldsV1");
            entry.Message(7, fields => fields.Text(1, FieldsOfWriter));
            return entry.ToArray();
        }

        // What is measured must be the same work.
        private static void Compare(IReadOnlyList<KubeEvent> left, IReadOnlyList<KubeEvent> right)
        {
            if (!left.Select(Text).SequenceEqual(right.Select(Text)))
                throw new InvalidOperationException("The encodings give different events.");

            static string Text(KubeEvent item) => JsonSerializer.Serialize(item);
        }
    }
}
