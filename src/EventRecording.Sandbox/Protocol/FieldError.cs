namespace EventRecording.Sandbox;

/// <summary>Something that is wrong with one field, as the server words it.</summary>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    public static FieldError Invalid(string field, string value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {Quote(value)}: {detail}");

    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : "Required value: " + detail);

    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", "Forbidden: " + detail);

    public static FieldError TooLong(string field, int bytes) =>
        new(field, "FieldValueTooLong", $"Too long: must have at most {bytes} bytes");

    public static FieldError NotSupported(string field, string value, params string[] supported)
    {
        var list = string.Join(", ", supported.Select(Quote));
        return new FieldError(field, "FieldValueNotSupported", $"Unsupported value: {Quote(value)}: supported values: {list}");
    }

    public static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
