using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>
/// The attribute <c>KubernetesEntity</c> of the classes of KubernetesClient, found by its name since that package is none of ours.
/// </summary>
internal sealed record EntityAttribute(string? ApiVersion, string? Kind)
{
    private static readonly ConcurrentDictionary<Type, EntityAttribute?> Known = [];

    public static EntityAttribute? Of(Type type) => Known.GetOrAdd(type, static type => Find(type));

    private static EntityAttribute? Find(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: true).FirstOrDefault(one => one.GetType().Name == "KubernetesEntityAttribute");
        if (attribute is null)
            return null;
        var group = Text("Group");
        var version = Text("ApiVersion");
        return new EntityAttribute(string.IsNullOrEmpty(group) || version is null ? version : $"{group}/{version}", Text("Kind"));

        string? Text(string name) => ObjectProperties.Read(attribute, name) as string;
    }
}
