namespace EventRecording.Sandbox.Schema;

/// <summary>How a field is written and checked.</summary>
internal enum FieldType
{
    String,
    Int32,
    Int64,
    Bool,

    /// <summary>Whole seconds, any RFC 3339 form accepted.</summary>
    Time,

    /// <summary>Exactly six digits of a second (transcripts <c>create</c>, <c>events-v1</c>).</summary>
    MicroTime,

    /// <summary>A struct, which is written even when nothing is in it.</summary>
    Struct,

    /// <summary>A pointer to a struct, which is left out when it is null.</summary>
    Pointer,
    StringMap,
    StringList,
    StructList,

    /// <summary>Known and accepted, but not served.</summary>
    Dropped,
}

/// <summary>One field of a typed object.</summary>
/// <param name="Name">Name in JSON.</param>
/// <param name="Type">How it is written and checked.</param>
/// <param name="Always">Written even when it is empty, as a field without <c>omitempty</c> is.</param>
/// <param name="Schema">Fields of a struct.</param>
internal sealed record FieldSchema(string Name, FieldType Type, bool Always = false, ObjectSchema? Schema = null);
