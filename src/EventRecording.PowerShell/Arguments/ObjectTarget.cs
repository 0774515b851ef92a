namespace EventRecording.PowerShell;

/// <summary>An object as it was given to a cmdlet.</summary>
/// <param name="Given">What was given, for errors.</param>
internal abstract record ObjectTarget(object Given)
{
    /// <summary>How it is called in lines for people; safe for a terminal.</summary>
    public virtual string ToText() => "the given object";
}

/// <summary>An object named by <c>kind/name</c>, <c>resource/name</c> or <c>shortname/name</c>, to be looked up.</summary>
/// <param name="Name">The name, with the kind.</param>
/// <param name="Namespace">Where it is; <see langword="null"/> where that was not said.</param>
/// <param name="Row">What was given, if not the name itself.</param>
internal sealed record NamedTarget(string Name, string? Namespace = null, object? Row = null) : ObjectTarget(Row ?? Name)
{
    public override string ToText() => Name.Length == 0 ? base.ToText() : EventText.Object(Name);
}

/// <summary>An object that says itself what it is.</summary>
internal sealed record KnownTarget(object Given, ObjectReference Reference) : ObjectTarget(Given)
{
    public override string ToText() => EventText.Of(Reference);
}

/// <summary>Something that an event cannot refer to.</summary>
/// <param name="Given">What was given.</param>
/// <param name="Error">What is wrong with it.</param>
/// <param name="IsLineOfText">It is a line of what kubectl prints, and so are those around it.</param>
internal sealed record BadTarget(object Given, ObjectReferenceException Error, bool IsLineOfText = false) : ObjectTarget(Given);
