using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Puts stored bodies together to answers, without reading them again.</summary>
internal static class ListWriter
{
    public static byte[] WriteObject(Resource resource, StoredObject stored)
    {
        var body = resource.Strategy.View(stored);
        var result = new byte[resource.Header.Length + body.Length - 1];
        resource.Header.CopyTo(result, 0);
        body.AsSpan(1).CopyTo(result.AsSpan(resource.Header.Length));
        return result;
    }

    public static byte[] Write(Resource resource, ListPage page)
    {
        var metadata = JsonText.WriteString(Metadata(page));
        var head = Encoding.UTF8.GetBytes(
            $$"""{"kind":"{{resource.ListKind}}","apiVersion":"{{resource.GroupVersion}}","metadata":{{metadata}},"items":[""");
        var itemHead = resource.Strategy.ItemsNameTheirKind ? resource.Header : "{"u8.ToArray();
        var size = head.Length + 2 + Math.Max(0, page.Items.Count - 1);
        foreach (var item in page.Items)
            size += itemHead.Length + resource.Strategy.View(item).Length - 1;
        // Made in one piece: a list of 80,000 events would otherwise be copied seven times while a buffer grows.
        var result = new byte[size];
        var rest = result.AsSpan();
        Put(ref rest, head);
        for (var i = 0; i < page.Items.Count; i++)
        {
            if (i > 0)
                Put(ref rest, ","u8);
            Put(ref rest, itemHead);
            Put(ref rest, resource.Strategy.View(page.Items[i]).AsSpan(1));
        }
        Put(ref rest, "]}"u8);
        return result;
    }

    public static JsonObject Metadata(ListPage page)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Version };
        if (page.Continue is not null)
            metadata["continue"] = page.Continue;
        if (page.Remaining is { } remaining)
            metadata["remainingItemCount"] = remaining;
        return metadata;
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="Version">Version of the whole list.</param>
/// <param name="Continue">Token of the next page, if there is one.</param>
/// <param name="Remaining">How many come after the page, where that is known without looking at each.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, string Version, string? Continue = null, long? Remaining = null)
{
    /// <summary>One object by itself.</summary>
    public ListPage(StoredObject stored)
        : this([stored], stored.Version.ToString(CultureInfo.InvariantCulture))
    {
    }
}
