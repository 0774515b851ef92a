using System.Collections;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Takes a value to compare: PowerShell would make its type's name of an object or a hashtable, which never changes.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValueTextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PowerShellObjects.Unwrap(inputData) is IDictionary or PSObject or (IEnumerable and not string) ? PlainJson.Text(inputData) : inputData;
}
