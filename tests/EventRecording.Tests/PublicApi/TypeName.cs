using System.Reflection;

namespace EventRecording.Tests.PublicApi;

/// <summary>Types as C# writes them.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(Type type) => Of(type, null);

    /// <summary>With the question marks of what may be null.</summary>
    public static string Of(NullabilityInfo nullability) =>
        Of(nullability.Type, nullability) + (IsNullable(nullability) && Nullable.GetUnderlyingType(nullability.Type) is null ? "?" : "");

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability?.ElementType ?? nullability);
        if (type.IsArray)
            return (nullability?.ElementType is { } element ? Of(element) : Of(type.GetElementType()!)) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (!type.IsGenericType)
            return type.Name;
        var arguments = nullability?.GenericTypeArguments.Length > 0 ? nullability.GenericTypeArguments.Select(Of) : type.GetGenericArguments().Select(Of);
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", arguments)}>";
    }

    // The type parameters of others, such as that of Task, say nothing of whether null may come.
    private static bool IsNullable(NullabilityInfo nullability) =>
        !nullability.Type.IsValueType && (nullability.ReadState == NullabilityState.Nullable || nullability.WriteState == NullabilityState.Nullable);
}
