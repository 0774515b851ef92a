using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Documentation;

/// <summary>The RBAC rules that a page shows, as rules of the sandbox.</summary>
internal static partial class DocumentedRoles
{
    public static SandboxRule[] In(string page) =>
    [
        .. YamlBlock().Matches(File.ReadAllText(Repository.PathOf(page)).ReplaceLineEndings("\n"))
            .SelectMany(block => block.Groups["yaml"].Value.Split("\n---\n"))
            .Select(document => JsonNode.Parse(YamlJson.Write(YamlReader.Read(page, document)!))!)
            .SelectMany(document => document["rules"]?.AsArray() ?? [])
            .Select(rule => new SandboxRule(Texts(rule!["verbs"]), Texts(rule["apiGroups"]), Texts(rule["resources"]))),
    ];

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(item => (string)item!)];

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
