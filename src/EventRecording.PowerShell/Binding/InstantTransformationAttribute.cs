using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Takes a point in time as people write it: <c>90m</c>, <c>3d</c>, a TimeSpan, a DateTime.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InstantTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Instant.Read(AsTyped(inputData), TimeProvider.System);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    // To PowerShell 3d is a decimal and 90s a short; how they were typed it still knows.
    private static object? AsTyped(object input) =>
        input is PSObject { BaseObject: decimal or short } number ? number.ToString() : PowerShellObjects.Unwrap(input);
}
