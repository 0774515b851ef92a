using System.Text.Json.Nodes;
using EventRecording.Sandbox.Table;

namespace EventRecording.Sandbox.Resources;

/// <summary>Access reviews: asked by creating one, stored nowhere.</summary>
internal sealed class ReviewStrategy : ResourceStrategy
{
    public static readonly ReviewStrategy Instance = new();

    public override string StorageName => "reviews";

    public override IReadOnlyList<TableColumn> Columns => [];

    public override JsonObject Decode(JsonObject source, ICollection<string> unknown) => source;
}
