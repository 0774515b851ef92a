using EventRecording.Contract;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Store;

public class ContractTableTests
{
    [Fact]
    [Trait("Category", ApprovedText.Category)]
    public void The_table_of_cases_and_implementations_is_the_approved_one()
    {
        Type[] all = [.. typeof(EventSinkContract).Assembly.GetTypes().Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(EventSinkContract)) || type.IsSubclassOf(typeof(EventSourceContract)))).OrderBy(type => type.Name, StringComparer.Ordinal)];
        ApprovedText.Check("tests/EventRecording.Tests/Store/Contract/table.md", ContractTable.Of(all));
    }
}
