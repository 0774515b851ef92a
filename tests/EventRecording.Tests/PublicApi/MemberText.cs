using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace EventRecording.Tests.PublicApi;

/// <summary>One member as C# writes it.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The member; <see langword="null"/> for one that users do not see.</summary>
    public static string? Of(MemberInfo member) => member switch
    {
        ConstructorInfo it => IsVisible(it) ? $"{Access(it)}new({Parameters(it)})" : null,
        MethodInfo it => IsVisible(it) ? $"{Access(it)}{Modifier(it)}{TypeName.Of(Nullability.Create(it.ReturnParameter))} {it.Name}{Generics(it)}({Parameters(it)})" : null,
        PropertyInfo it => Property(it),
        FieldInfo it => Field(it),
        EventInfo it => $"event {TypeName.Of(it.EventHandlerType!)} {it.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true, DeclaringType.IsSealed: false };

    private static string Access(MethodBase method) => method.IsFamily ? "protected " : "";

    private static string Modifier(MethodBase method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => method.IsAbstract ? "" : "default ",
        { IsAbstract: true } => "abstract ",
        MethodInfo { IsVirtual: true } it when it.GetBaseDefinition() != it => "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeName.Of))}>" : "";

    private static string? Property(PropertyInfo property)
    {
        var accessor = new[] { property.GetMethod, property.SetMethod }.FirstOrDefault(IsVisible);
        if (accessor is null)
            return null;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var get = IsVisible(property.GetMethod) ? "get; " : "";
        var set = !IsVisible(property.SetMethod) ? "" : property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";
        return $"{Access(accessor)}{required}{Modifier(accessor)}{TypeName.Of(Nullability.Create(property))} {property.Name} {{ {get}{set}}}";
    }

    private static string? Field(FieldInfo field) => field switch
    {
        { IsPublic: false } => null,
        { IsLiteral: true } => $"const {TypeName.Of(field.FieldType)} {field.Name} = {Value(field.GetRawConstantValue())}",
        { IsStatic: true } => $"static readonly {TypeName.Of(Nullability.Create(field))} {field.Name}",
        _ => $"{TypeName.Of(Nullability.Create(field))} {field.Name}",
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var kind = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {Value(parameter.DefaultValue)}" : "";
        return $"{kind}{TypeName.Of(Nullability.Create(parameter))} {parameter.Name}{value}";
    }));

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
