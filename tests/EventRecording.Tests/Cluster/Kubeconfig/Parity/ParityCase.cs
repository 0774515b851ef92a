using System.Text;
using System.Text.RegularExpressions;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig.Parity;

/// <summary>
/// A kubeconfig file with what must come of it: lines <c># word: text</c> at its head. Further files follow lines <c>### file: path</c>.
/// </summary>
/// <remarks>
/// <c>seen</c>: the identity that the server sees. <c>refused</c>: what our error says.
/// <c>kubectl-seen</c>, <c>kubectl-refused</c>: the same of kubectl where it differs, and <c>differs</c>: why.
/// <c>kubectl-says</c>: what kubectl's error says. <c>context</c>: the one that is asked for. <c>kubeconfig</c>: value of KUBECONFIG.
/// <c>protocol</c>, <c>host</c>: why ours is another one.
/// </remarks>
internal sealed partial record ParityCase(IReadOnlyDictionary<string, string> Words, IReadOnlyList<(string Path, string Text)> Files)
{
    private static readonly HashSet<string> Known =
        ["seen", "refused", "kubectl-seen", "kubectl-refused", "kubectl-says", "differs", "context", "kubeconfig", "protocol", "host"];

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Cluster", "Kubeconfig", "Parity", "Cases");

    public string? this[string word] => Words.GetValueOrDefault(word);

    public void Write(TempFolder folder, Func<string, string> fill)
    {
        foreach (var (path, text) in Files)
        {
            folder.Write(path, "");
            File.WriteAllBytes(folder.File(path), Encoding.Latin1.GetBytes(fill(text)));
        }
    }

    public static ParityCase Read(string name)
    {
        // As bytes: some cases are about what is no UTF-8.
        var lines = File.ReadAllText(Path.Combine(Folder, name + ".yaml"), Encoding.Latin1).Split('\n');
        var head = lines.Select(line => Word().Match(line)).TakeWhile(match => match.Success).ToArray();
        var words = head.ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim(), StringComparer.Ordinal);
        Assert.Empty(words.Keys.Except(Known));
        Assert.True(words.ContainsKey("seen") != words.ContainsKey("refused"), $"{name}: either seen or refused");
        Assert.True(words.ContainsKey("differs") == (words.ContainsKey("kubectl-seen") || words.ContainsKey("kubectl-refused")), $"{name}: a difference has a reason");
        var parts = FileLine().Split(string.Join('\n', lines.Skip(head.Length)));
        var files = new List<(string, string)> { ("config", parts[0]) };
        for (var i = 1; i < parts.Length; i += 2)
            files.Add((parts[i].Trim(), parts[i + 1]));
        return new ParityCase(words, files);
    }

    [GeneratedRegex("^# ([a-z-]+):(.*)$")]
    private static partial Regex Word();

    [GeneratedRegex("^### file: (.*)\n", RegexOptions.Multiline)]
    private static partial Regex FileLine();
}
