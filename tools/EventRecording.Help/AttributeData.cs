using System.Reflection;

namespace EventRecording.Help;

/// <summary>Attributes read as data, by the name of their type.</summary>
internal static class AttributeData
{
    public static IEnumerable<CustomAttributeData> AllData(this MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Where(data => data.AttributeType.Name == attribute);

    public static CustomAttributeData? Data(this MemberInfo member, string attribute) => member.AllData(attribute).FirstOrDefault();

    public static T? Named<T>(this CustomAttributeData data, string name) =>
        data.NamedArguments.Where(argument => argument.MemberName == name).Select(argument => (T?)argument.TypedValue.Value).FirstOrDefault();

    public static IEnumerable<string> Texts(this CustomAttributeData data) =>
        ((IEnumerable<CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!).Select(argument => (string)argument.Value!);
}
