using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>What is particular about a resource: how it is decoded, prepared, checked, selected and shown.</summary>
internal abstract class ResourceStrategy
{
    public abstract string StorageName { get; }

    /// <summary>Items of lists carry kind and apiVersion: custom resources only.</summary>
    public virtual bool ItemsNameTheirKind => false;

    /// <summary>A strategic merge patch needs a typed object.</summary>
    public virtual bool IsTyped => true;

    /// <summary>PUT creates what is not there (events only).</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>How long an object stays after its last write.</summary>
    public virtual TimeSpan? TimeToLive => null;

    /// <summary>Labels for field selectors beside <c>metadata.name</c> and <c>metadata.namespace</c>, as the group names them.</summary>
    public virtual IReadOnlyList<string> FieldLabels => [];

    /// <summary>Columns of the table that kubectl asks for.</summary>
    public abstract IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The object in the form in which it is stored.</summary>
    /// <param name="source">What the client sent, without kind and apiVersion.</param>
    /// <param name="unknown">Takes the paths of fields that are not known.</param>
    /// <exception cref="DecodeException">A field has the wrong type.</exception>
    public abstract JsonObject Decode(JsonObject source, ICollection<string> unknown);

    /// <summary>JSON of the stored object in the form of this group.</summary>
    public virtual byte[] View(StoredObject stored) => stored.Body;

    public virtual string[] ReadFields(JsonObject stored) => [];

    public virtual void PrepareForCreate(JsonObject created)
    {
    }

    /// <param name="updated">The new object, to be corrected where the client may not change it.</param>
    /// <param name="old">What is stored.</param>
    /// <param name="subresource">Empty, or <c>status</c>.</param>
    public virtual void PrepareForUpdate(JsonObject updated, JsonObject old, string subresource)
    {
    }

    /// <summary>The rule for names.</summary>
    public virtual IEnumerable<string> ValidateName(string name) => Names.Subdomain(name);

    public virtual IEnumerable<FieldError> ValidateCreate(JsonObject created) => [];

    public virtual IEnumerable<FieldError> ValidateUpdate(JsonObject updated, JsonObject old) => [];
}
