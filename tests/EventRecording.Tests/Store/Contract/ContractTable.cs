using System.Text;

namespace EventRecording.Contract;

/// <summary>The cases of the contract, and who passes which.</summary>
public static class ContractTable
{
    /// <param name="implementations">The classes of tests.</param>
    public static string Of(params Type[] implementations)
    {
        var text = new StringBuilder();
        foreach (var contract in (Type[])[typeof(EventSinkContract), typeof(EventSourceContract)])
        {
            var columns = implementations.Where(contract.IsAssignableFrom).ToArray();
            text.Append("\n| ").Append(contract.Name).Append(" | ").AppendJoin(" | ", columns.Select(column => Words(column.Name))).Append(" |\n");
            text.Append("|---|").AppendJoin('|', columns.Select(_ => "---")).Append("|\n");
            foreach (var name in contract.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => method.Name))
                text.Append("| ").Append(name.Replace('_', ' ')).Append(" | ").AppendJoin(" | ", columns.Select(column => Cell(column, name))).Append(" |\n");
        }

        return text.ToString().TrimStart('\n');
    }

    private static string Cell(Type implementation, string name)
    {
        var fact = (FactAttribute)Attribute.GetCustomAttribute(implementation.GetMethod(name)!, typeof(FactAttribute), inherit: true)!;
        return fact.Skip is { } reason ? "no: " + reason : "yes";
    }

    private static string Words(string name) => name.Replace("ContractTests", "", StringComparison.Ordinal);
}
