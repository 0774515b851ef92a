namespace EventRecording;

/// <summary>Objects that are looked for, by their names: there are thousands of them if an object owns many.</summary>
internal sealed class ObjectIndex(IEnumerable<ObjectReference> objects)
{
    private readonly ILookup<string, ObjectReference> _byName = objects.ToLookup(it => it.Name ?? "");

    /// <summary>Whether an event is about one of them.</summary>
    public bool HasObjectOf(KubeEvent candidate) =>
        Has(candidate, "") || (!string.IsNullOrEmpty(candidate.InvolvedObject.Name) && Has(candidate, candidate.InvolvedObject.Name));

    private bool Has(KubeEvent candidate, string name)
    {
        foreach (var wanted in _byName[name])
        {
            if (IsAbout(candidate, wanted))
                return true;
        }

        return false;
    }

    private static bool IsAbout(KubeEvent candidate, ObjectReference wanted)
    {
        var found = candidate.InvolvedObject;
        return Agrees(wanted.Kind, found.Kind)
            && Agrees(wanted.Name, found.Name)
            && Agrees(wanted.Namespace, found.Namespace)
            && Agrees(wanted.FieldPath, found.FieldPath)
            && HasSameIdentity(wanted, found);
    }

    private static bool Agrees(string? wanted, string? found) =>
        string.IsNullOrEmpty(wanted) || string.Equals(wanted, found, StringComparison.Ordinal);

    private static bool HasSameIdentity(ObjectReference wanted, ObjectReference found) =>
        wanted.UidOfApi() is { } uid && found.UidOfApi() is { } other ? uid == other : HasSameGroup(wanted, found);

    // The group, not the version: one object has several versions. Many writers leave the apiVersion out.
    private static bool HasSameGroup(ObjectReference wanted, ObjectReference found) =>
        string.IsNullOrEmpty(wanted.ApiVersion) || string.IsNullOrEmpty(found.ApiVersion) || wanted.ApiGroup == found.ApiGroup;
}
