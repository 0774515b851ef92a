using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Rules for the metadata of any object.</summary>
internal static class MetadataValidation
{
    private const int AnnotationBytes = 262_144;

    /// <param name="metadata">The metadata, in the form in which it is stored.</param>
    /// <param name="name">The rule for names.</param>
    public static IEnumerable<FieldError> Validate(JsonObject metadata, Func<string, IEnumerable<string>> name)
    {
        if (metadata.Text("name") is { Length: > 0 } given)
        {
            foreach (var message in name(given))
                yield return FieldError.Invalid("metadata.name", given, message);
        }
        else
            yield return FieldError.Required("metadata.name", "name or generateName is required");
        foreach (var error in Labels(metadata.Object("labels")))
            yield return error;
        foreach (var error in Annotations(metadata.Object("annotations")))
            yield return error;
        foreach (var error in (metadata.Array("ownerReferences") ?? []).OfType<JsonObject>().SelectMany(Owner))
            yield return error;
    }

    private static IEnumerable<FieldError> Owner(JsonObject owner)
    {
        const string Field = "metadata.ownerReferences.";
        var version = owner.Text("apiVersion");
        // Without a slash it is the version alone.
        if (version.Split('/') is not ([{ Length: > 0 }] or [_, { Length: > 0 }]))
            yield return FieldError.Invalid(Field + "apiVersion", version, "version must not be empty");
        foreach (var name in (string[])["kind", "name", "uid"])
        {
            if (owner.Text(name).Length == 0)
                yield return FieldError.Invalid(Field + name, "", "must not be empty");
        }
    }

    private static IEnumerable<FieldError> Labels(JsonObject? labels)
    {
        foreach (var (key, node) in labels ?? [])
        {
            var value = node.AsText() ?? "";
            foreach (var message in Names.Qualified(key))
                yield return FieldError.Invalid("metadata.labels", key, message);
            foreach (var message in Names.LabelValue(value))
                yield return FieldError.Invalid("metadata.labels", value, message);
        }
    }

    private static IEnumerable<FieldError> Annotations(JsonObject? annotations)
    {
        var size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
#pragma warning disable CA1308 // the server looks at the lower-case key
            foreach (var message in Names.Qualified(key.ToLowerInvariant()))
#pragma warning restore CA1308
                yield return FieldError.Invalid("metadata.annotations", key, message);
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.AsText() ?? "");
        }
        if (size > AnnotationBytes)
            yield return FieldError.TooLong("metadata.annotations", AnnotationBytes);
    }
}
