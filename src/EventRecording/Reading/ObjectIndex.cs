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
            if (candidate.IsAbout(wanted))
                return true;
        }

        return false;
    }
}
