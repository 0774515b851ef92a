using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventRecording;

/// <summary>The JSON of an <see cref="ObjectReference"/>.</summary>
internal static class ObjectReferenceJson
{
    [MethodImpl(Hot.Code)]
    public static ObjectReference? Read(ref Utf8JsonReader reader, StringPool pool)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? apiVersion = null, kind = null, ns = null, name = null, uid = null, resourceVersion = null, fieldPath = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.TakeProperty("apiVersion"u8))
                apiVersion = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("kind"u8))
                kind = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("namespace"u8))
                ns = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("name"u8))
                name = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("uid"u8))
                uid = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("resourceVersion"u8))
                resourceVersion = JsonText.Read(ref reader, pool);
            else if (reader.TakeProperty("fieldPath"u8))
                fieldPath = JsonText.Read(ref reader, pool);
            else
                reader.SkipProperty();
        }

        return new ObjectReference
        {
            ApiVersion = apiVersion,
            Kind = kind,
            Namespace = ns,
            Name = name,
            Uid = uid,
            ResourceVersion = resourceVersion,
            FieldPath = fieldPath,
        };
    }

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ObjectReference? reference)
    {
        if (reference is null)
            return;
        writer.WriteStartObject(name);
        writer.WriteText("apiVersion"u8, reference.ApiVersion);
        writer.WriteText("kind"u8, reference.Kind);
        writer.WriteText("namespace"u8, reference.Namespace);
        writer.WriteText("name"u8, reference.Name);
        writer.WriteText("uid"u8, reference.Uid);
        writer.WriteText("resourceVersion"u8, reference.ResourceVersion);
        writer.WriteText("fieldPath"u8, reference.FieldPath);
        writer.WriteEndObject();
    }
}
