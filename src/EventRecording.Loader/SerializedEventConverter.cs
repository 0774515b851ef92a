using System.ComponentModel;
using System.Management.Automation;

namespace EventRecording.Loader;

/// <summary>Makes an event again of what PowerShell made of one for another process or a file: out of a job, a remote session or Import-Clixml come events as <c>Get-KubeEvent</c> gave them.</summary>
/// <remarks>EventRecording.Types.ps1xml names it. It is here because PowerShell looks for it before it loads the assembly of the cmdlets.</remarks>
[TypeConverter(typeof(SerializedEventConverter))]
public sealed class SerializedEventConverter : PSTypeConverter
{
    private const string Serialized = "Deserialized.EventRecording.KubeEvent";

    static SerializedEventConverter() => ModuleImages.Load();

    /// <summary>Reads such an object; <see langword="null"/> if it is none. The cmdlets' assembly gives it.</summary>
    public static Func<object, PSObject?>? Reader { get; set; }

    /// <inheritdoc/>
    public override bool CanConvertFrom(PSObject sourceValue, Type destinationType) => CanConvertFrom((object)sourceValue, destinationType);

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType) => sourceValue is PSObject source && source.TypeNames.Contains(Serialized);

    /// <inheritdoc/>
    public override object ConvertFrom(PSObject sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => Read(sourceValue, destinationType);

    /// <inheritdoc/>
    public override object ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => Read(sourceValue, destinationType);

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) => throw NoEvent();

    // Only what comes from elsewhere is shown as it was there; an argument is the event itself.
    private static object Read(object source, Type type) =>
        Reader?.Invoke(source) is not { } read ? throw NoEvent() : type == typeof(SerializedEventConverter) ? read : read.BaseObject;

    private static PSInvalidCastException NoEvent() => new("This object is no event that came from another process.");
}
