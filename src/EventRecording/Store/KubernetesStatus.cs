using System.Globalization;

namespace EventRecording;

/// <summary>The <c>Status</c> object by which an API server explains an error.</summary>
/// <remarks>What is read from a server is fit for a terminal, as <see cref="SafeText.Lines"/> makes it: unlike an event, it is there for people alone.</remarks>
public sealed record KubernetesStatus
{
    /// <summary>HTTP status code.</summary>
    public int Code { get; init; }

    /// <summary>
    /// Reason in one word, such as <c>Forbidden</c>, <c>AlreadyExists</c>, <c>Conflict</c>; empty where the server gave none.
    /// </summary>
    public string Reason { get; init; } = "";

    /// <summary>What the server says, for people. Untrusted text.</summary>
    public string Message { get; init; } = "";

    /// <summary><c>details.name</c>: the object that the request was about.</summary>
    public string? Name { get; init; }

    /// <summary><c>details.group</c>; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary><c>details.kind</c>: the resource (plural), or a kind in errors of validation.</summary>
    public string? Kind { get; init; }

    /// <summary><c>details.causes</c>: what exactly is wrong. Empty for a refusal by RBAC.</summary>
    public IReadOnlyList<KubernetesStatusCause> Causes { get; init; } = [];

    /// <summary>
    /// How long to wait before trying again: the header Retry-After (seconds or date), else <c>details.retryAfterSeconds</c>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A right is missing that a role could give: the only refusal after which the recorder tries the other API group, or creates where it may not patch.</summary>
    /// <value>Default: what <see cref="AccessDenial.From"/> reads out of a 403 of a kube-apiserver. A sink whose server words it differently sets it.</value>
    public bool IsForbiddenByRole
    {
        get => field || Denial is not null;
        init;
    }

    /// <summary>Who may not do what, where the message says so as a kube-apiserver does; else <see langword="null"/>.</summary>
    public AccessDenial? Denial => AccessDenial.From(this);

    /// <summary>The server has just started and refuses for a moment what it will allow, since it has not read its roles and custom resources: the request was not applied, and a later try may succeed.</summary>
    public bool IsStarting { get; init; }

    /// <summary><c>metadata.continue</c>: with 410 on a page of a list, the token with which the rest can be read.</summary>
    public string? Continue { get; init; }

    /// <summary>Code, reason and message in one line, fit for a terminal.</summary>
    public override string ToString() => SafeText.OneLine(string.Join(' ', new[] { Code.ToString(CultureInfo.InvariantCulture), Reason, Message }.Where(text => text.Length > 0)));
}

/// <summary>One cause of a <see cref="KubernetesStatus"/>.</summary>
/// <param name="Reason">Reason in one word, such as <c>FieldValueInvalid</c> or <c>NamespaceTerminating</c>.</param>
/// <param name="Message">For people. Untrusted text.</param>
/// <param name="Field">Path of the field, such as <c>involvedObject.namespace</c>.</param>
public sealed record KubernetesStatusCause(string Reason, string Message, string Field)
{
    /// <summary>Field, message and reason in one line, fit for a terminal.</summary>
    public override string ToString() => SafeText.OneLine(string.Join(' ', new[] { Field, Message, Reason }.Where(text => text.Length > 0)));
}
