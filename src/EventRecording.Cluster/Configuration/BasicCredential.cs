namespace EventRecording.Cluster;

/// <summary>A name and a password.</summary>
/// <param name="Name">Name of the user; without a colon.</param>
/// <param name="Password">The password.</param>
public sealed record BasicCredential(string Name, string Password)
{
    /// <summary>The name; no password.</summary>
    public override string ToString() => Name;
}
