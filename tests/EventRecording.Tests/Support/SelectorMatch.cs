using System.Text;

namespace EventRecording.Tests.Support;

/// <summary>Field and label selectors as the API server reads them, of equality only.</summary>
internal sealed class SelectorMatch(string? fieldSelector, string? labelSelector)
{
    private readonly List<Term> _fields = Parse(fieldSelector);
    private readonly List<Term> _labels = Parse(labelSelector);

    public bool IsEmpty => _fields.Count + _labels.Count == 0;

    public bool Matches(KubeEvent item) =>
        _fields.TrueForAll(term => term.Holds(Field(item, term.Name))) && _labels.TrueForAll(term => term.Holds(item.Labels.GetValueOrDefault(term.Name)));

    private static string? Field(KubeEvent item, string name) => name switch
    {
        "type" => item.Type,
        "reason" => item.Reason,
        "source" => item.Source,
        "metadata.name" => item.Name,
        "metadata.namespace" => item.Namespace,
        "reportingComponent" or "reportingController" => item.ReportingController,
        "involvedObject.kind" or "regarding.kind" => item.InvolvedObject.Kind,
        "involvedObject.name" or "regarding.name" => item.InvolvedObject.Name,
        "involvedObject.namespace" or "regarding.namespace" => item.InvolvedObject.Namespace,
        "involvedObject.uid" or "regarding.uid" => item.InvolvedObject.Uid,
        "involvedObject.fieldPath" or "regarding.fieldPath" => item.InvolvedObject.FieldPath,
        _ => throw new ArgumentException($"field label not supported: {name}"),
    };

    private static List<Term> Parse(string? selector)
    {
        var terms = new List<Term>();
        var text = new StringBuilder();
        string? name = null;
        var isEqual = true;
        for (var i = 0; i < (selector?.Length ?? 0); i++)
        {
            if (selector![i] == '\\')
                text.Append(selector[++i]);
            else if (selector[i] == ',')
                End();
            else if (name is null && selector[i] == '!')
                isEqual = false;
            else if (name is null && selector[i] == '=')
                name = Take();
            else
                text.Append(selector[i]);
        }

        if (name is not null)
            End();
        return terms;

        string Take()
        {
            var taken = text.ToString();
            text.Clear();
            return taken;
        }

        void End()
        {
            terms.Add(new Term(name!, Take(), isEqual));
            (name, isEqual) = (null, true);
        }
    }

    private sealed record Term(string Name, string Value, bool IsEqual)
    {
        public bool Holds(string? found) => (found ?? "") == Value == IsEqual;
    }
}
