using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace EventRecording.Tests.PublicApi;

/// <summary>Lists the public API of an assembly, sorted, much as C# writes it. What every record has is left out.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var space in assembly.GetExportedTypes().Where(type => !type.IsNested).GroupBy(type => type.Namespace!).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"namespace {space.Key}\n");
            foreach (var type in space.OrderBy(type => type.Name, StringComparer.Ordinal))
                Append(text, type, "");
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, Type type, string indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{indent}{Heading(type)}\n");
        foreach (var line in Members(type))
            text.Append(CultureInfo.InvariantCulture, $"{indent}    {line}\n");
        foreach (var nested in type.GetNestedTypes().OrderBy(it => it.Name, StringComparer.Ordinal))
            Append(text, nested, indent + "    ");
    }

    private static string Heading(Type type)
    {
        var bases = type.IsEnum ? [] : Bases(type).Select(TypeName.Of).Order(StringComparer.Ordinal).ToList();
        return $"{Kind(type)} {TypeName.Of(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => type.IsDefined(typeof(FlagsAttribute)) ? "flags enum" : "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => IsRecord(type) ? "record struct" : "struct",
        _ => (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (IsRecord(type) ? "record" : "class"),
    };

    private static IEnumerable<Type> Bases(Type type)
    {
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            yield return parent;
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(it => it.GetInterfaces())).ToHashSet();
        foreach (var own in type.GetInterfaces().Where(it => !inherited.Contains(it) && it.IsPublic && !IsOfRecord(type, it)))
            yield return own;
    }

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared) is not null;

    private static bool IsOfRecord(Type type, Type it) => IsRecord(type) && it.IsGenericType && it.GetGenericTypeDefinition() == typeof(IEquatable<>);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        return type.GetMembers(Declared).Where(member => !Generated(member))
            .OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.ToString(), StringComparer.Ordinal)
            .Select(MemberText.Of).OfType<string>();
    }

    private static int Rank(MemberInfo member) => member switch
    {
        FieldInfo => 0,
        ConstructorInfo => 1,
        PropertyInfo => 2,
        EventInfo => 3,
        _ => 4,
    };

    private static bool Generated(MemberInfo member) => member switch
    {
        MethodBase method when method.IsDefined(typeof(CompilerGeneratedAttribute)) => true,
        MethodInfo { IsSpecialName: true } or PropertyInfo { Name: "EqualityContract" } => true,
        MethodInfo method => method.GetBaseDefinition().DeclaringType?.Namespace == nameof(System) || method.Name.StartsWith('<'),
        _ => false,
    };
}
