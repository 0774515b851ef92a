using System.Collections;
using System.Collections.ObjectModel;
using System.Text;
using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class PowerShellObjectsTests
{
    public static TheoryData<IDictionary> Dictionaries => new()
    {
        new Hashtable { ["example.com/n"] = 3 },
        new Dictionary<string, int> { ["example.com/n"] = 3 },
        new SortedDictionary<string, object> { ["example.com/n"] = 3 },
        new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["example.com/n"] = 3 }),
    };

    [Theory]
    [MemberData(nameof(Dictionaries))]
    public void Any_dictionary_is_read_as_a_hashtable_is(IDictionary table)
    {
        Assert.Equal(new Dictionary<string, string> { ["example.com/n"] = "3" }, PowerShellObjects.Texts(table));
        Assert.Equal("""{"example.com/n":3}""", Encoding.UTF8.GetString(PlainJson.Write(table).Span));
    }
}
