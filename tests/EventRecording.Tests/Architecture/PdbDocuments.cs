using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace EventRecording.Tests.Architecture;

/// <summary>The source files that the symbols name for a type by itself: interfaces and enumerations have no line of code that would.</summary>
internal sealed class PdbDocuments
{
    private readonly Dictionary<int, string[]> _documents = [];

    public PdbDocuments(string pdbPath)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(pdbPath));
        var symbols = provider.GetMetadataReader();
        foreach (var handle in symbols.CustomDebugInformation)
        {
            var information = symbols.GetCustomDebugInformation(handle);
            if (information.Parent.Kind == HandleKind.TypeDefinition)
                _documents[MetadataTokens.GetToken(information.Parent)] = Read(symbols, information);
        }
    }

    public IReadOnlyList<string> Of(int typeToken) => _documents.GetValueOrDefault(typeToken, []);

    // A row number of the table of documents, one after another.
    private static string[] Read(MetadataReader symbols, CustomDebugInformation information)
    {
        var rows = symbols.GetBlobReader(information.Value);
        var names = new List<string>();
        while (rows.RemainingBytes > 0)
            names.Add(symbols.GetString(symbols.GetDocument(MetadataTokens.DocumentHandle(rows.ReadCompressedInteger())).Name));
        return [.. names];
    }
}
