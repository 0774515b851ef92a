using System.Text;

namespace EventRecording.Sandbox;

/// <summary>Lays out rows of cells in columns as kubectl does: every cell but the last padded, width counted in code points.</summary>
internal static class ColumnWriter
{
    /// <param name="rows">Rows with the same number of cells.</param>
    /// <param name="minimum">Least width of a column, its padding included.</param>
    /// <param name="padding">Spaces behind the widest cell.</param>
    public static IEnumerable<string> Layout(IReadOnlyList<string[]> rows, int minimum, int padding)
    {
        if (rows.Count == 0)
            return [];
        var widths = Enumerable.Range(0, rows[0].Length)
            .Select(column => Math.Max(minimum, rows.Max(row => Width(row[column])) + padding))
            .ToArray();
        return rows.Select(row => Join(row, widths));
    }

    private static string Join(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < row.Length - 1; i++)
            line.Append(row[i]).Append(' ', widths[i] - Width(row[i]));
        return line.Append(row[^1]).ToString();
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();
}
