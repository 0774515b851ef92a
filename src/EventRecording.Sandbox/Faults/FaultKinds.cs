namespace EventRecording.Sandbox;

/// <summary>When a connection breaks.</summary>
internal enum FaultMoment
{
    /// <summary>As soon as the head of the request is read.</summary>
    BeforeBody,

    /// <summary>While the body of the request comes.</summary>
    WithinBody,

    /// <summary>When the request is read, before it is applied.</summary>
    BeforeAnswer,

    /// <summary>When it is applied, before the answer is written.</summary>
    InsteadOfAnswer,
}

/// <summary>How a connection breaks.</summary>
internal enum HowToClose
{
    /// <summary>It never came to be.</summary>
    Refuse,

    /// <summary>FIN.</summary>
    Close,

    /// <summary>RST.</summary>
    Reset,

    /// <summary>It stays open, and nothing comes.</summary>
    Never,
}

/// <summary>The connection breaks around the request.</summary>
internal sealed record ConnectionFault(FaultMoment Moment, HowToClose How) : Fault;

/// <summary>The request waits.</summary>
internal sealed record DelayFault(TimeSpan Time) : Fault;

/// <summary>The connection breaks within the body of the answer.</summary>
internal sealed record BodyFault(BodyPlace Place, HowToClose How) : Fault;

/// <summary>Another answer, without handling the request.</summary>
internal sealed record AnswerFault(ApiResponse Response) : Fault;
