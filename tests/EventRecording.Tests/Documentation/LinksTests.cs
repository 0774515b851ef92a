using System.Text.RegularExpressions;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Documentation;

public sealed partial class LinksTests
{
    [Fact]
    public void Every_link_to_a_file_leads_somewhere()
    {
        string[] folders = ["docs", "samples"];
        var pages = Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories))).ToList();
        Assert.True(pages.Count > 10);
        var broken = from page in pages
                     from link in Link().Matches(File.ReadAllText(page))
                     let target = Path.GetFullPath(link.Groups["path"].Value, Path.GetDirectoryName(page)!)
                     where !File.Exists(target) && !Directory.Exists(target)
                     select $"{Path.GetRelativePath(Repository.Root, page)}: {link.Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_page_of_the_docs_is_in_their_index()
    {
        var index = File.ReadAllText(Repository.PathOf("docs/README.md"));
        var pages = Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(Repository.PathOf("docs"), page).Replace('\\', '/'))
            .Where(page => page != "README.md");
        Assert.DoesNotContain(pages, page => !index.Contains($"({page})", StringComparison.Ordinal));
    }

    // Links to the web and within a page are not followed.
    [GeneratedRegex(@"\]\((?!https?:|#)(?<path>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
