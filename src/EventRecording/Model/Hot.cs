using System.Runtime.CompilerServices;

namespace EventRecording;

/// <summary>Code that is run for each event of a long list.</summary>
internal static class Hot
{
    /// <summary>Compiled well at once, or it would run long in its first form. What is so marked cannot be compiled ahead of time, and what is compiled ahead needs no mark, but for what looks at each octet.</summary>
    public const MethodImplOptions Code =
#if COMPILED_AHEAD
        default;
#else
        MethodImplOptions.AggressiveOptimization;
#endif
}
