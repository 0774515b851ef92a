namespace EventRecording;

/// <summary>A series waits, from the moment on in which its stamp was this one.</summary>
/// <remarks>A class: of a queue of structs the runtime would compile each method on the way to the first event.</remarks>
internal sealed record SeriesWait(Series Series, int Stamp)
{
    /// <summary>It still is this wait.</summary>
    public bool Lasts(SeriesState state) => Series.State == state && Series.Stamp == Stamp;
}
