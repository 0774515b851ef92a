using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Something that goes wrong with a request. Over TCP it happens to the bytes; the handler throws what HttpClient would.</summary>
public abstract record Fault
{
    private protected Fault()
    {
    }

    /// <summary>Nothing is there: <c>ConnectionRefused</c> from the handler. A TCP connection that is made already can only be reset;
    /// for one that is refused see <see cref="KubernetesSandbox.RefuseConnections"/>.</summary>
    public static Fault Refuse() => new ConnectionFault(FaultMoment.BeforeBody, HowToClose.Refuse);

    /// <summary>A reset (RST) before the request is applied.</summary>
    public static Fault Reset() => new ConnectionFault(FaultMoment.BeforeAnswer, HowToClose.Reset);

    /// <summary>A reset (RST) while the body of the request is on its way.</summary>
    public static Fault ResetInRequest() => new ConnectionFault(FaultMoment.WithinBody, HowToClose.Reset);

    /// <summary>The end of the connection (FIN) before the request is applied.</summary>
    public static Fault Close() => new ConnectionFault(FaultMoment.BeforeAnswer, HowToClose.Close);

    /// <summary>The request is applied; the connection ends (FIN) instead of an answer.</summary>
    public static Fault LoseAnswer() => new ConnectionFault(FaultMoment.InsteadOfAnswer, HowToClose.Close);

    /// <summary>The request is applied; the connection is reset (RST) instead of an answer.</summary>
    public static Fault LoseAnswerByReset() => new ConnectionFault(FaultMoment.InsteadOfAnswer, HowToClose.Reset);

    /// <summary>Never an answer, and the request is not applied.</summary>
    public static Fault Hang() => new ConnectionFault(FaultMoment.BeforeAnswer, HowToClose.Never);

    /// <summary>Never an answer, but the request is applied.</summary>
    public static Fault HangAfterApplying() => new ConnectionFault(FaultMoment.InsteadOfAnswer, HowToClose.Never);

    /// <summary>The request is handled after a while, on the sandbox's clock.</summary>
    public static Fault Delay(TimeSpan time) => new DelayFault(time);

    /// <summary>The answer stops after so many bytes of its body, and the connection stays open.</summary>
    public static Fault StallBody(int afterBytes) => new BodyFault(BodyPlace.AfterBytes(afterBytes), HowToClose.Never);

    /// <summary>The connection ends (FIN) after so many bytes of the body: less than Content-Length or the chunks promised.</summary>
    public static Fault CutBody(int afterBytes) => new BodyFault(BodyPlace.AfterBytes(afterBytes), HowToClose.Close);

    /// <summary>A reset (RST) after so many bytes of the body.</summary>
    public static Fault ResetBody(int afterBytes) => new BodyFault(BodyPlace.AfterBytes(afterBytes), HowToClose.Reset);

    /// <summary>The connection ends (FIN) in the middle of a line of the body, such as a frame of a watch.</summary>
    /// <param name="line">Number of the line, from 1.</param>
    public static Fault CutLine(int line) => new BodyFault(BodyPlace.MiddleOfLine(line), HowToClose.Close);

    /// <summary>A reset (RST) in the middle of a line of the body.</summary>
    /// <param name="line">Number of the line, from 1.</param>
    public static Fault ResetLine(int line) => new BodyFault(BodyPlace.MiddleOfLine(line), HowToClose.Reset);

    /// <summary>The answer stops in the middle of a line of the body, and the connection stays open.</summary>
    /// <param name="line">Number of the line, from 1.</param>
    public static Fault StallLine(int line) => new BodyFault(BodyPlace.MiddleOfLine(line), HowToClose.Never);

    /// <summary>An error with a Status; the request is not applied.</summary>
    public static Fault Status(int code, string reason, string message) =>
        new AnswerFault(ApiStatus.Failure(code, reason, message).ToResponse());

    /// <summary>429, with <c>Retry-After</c> in seconds if a time is given.</summary>
    public static Fault TooManyRequests(TimeSpan? retryAfter = null) =>
        TooManyRequests(retryAfter is { } time ? ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>429, with <c>Retry-After</c> as a date.</summary>
    public static Fault TooManyRequests(DateTimeOffset retryAt) => TooManyRequests(retryAt.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>401 as the server says it.</summary>
    public static Fault Unauthorized() => new AnswerFault(ApiStatus.Unauthorized().ToResponse());

    /// <summary>403 of admission, such as a quota: with causes, so that it is no refusal by RBAC.</summary>
    public static Fault ForbiddenByAdmission(string message)
    {
        var status = ApiStatus.Failure(403, "Forbidden", message, new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "QuotaExceeded", ["message"] = message, ["field"] = "" }),
        });
        return new AnswerFault(status.ToResponse());
    }

    /// <summary>An answer of any form, such as the error page of a proxy; the request is not applied.</summary>
    public static Fault Answer(int code, string contentType, string body) =>
        new AnswerFault(new ApiResponse { StatusCode = code, ContentType = contentType, Body = System.Text.Encoding.UTF8.GetBytes(body) });

    /// <summary>307 to another place.</summary>
    public static Fault Redirect(Uri location)
    {
        ArgumentNullException.ThrowIfNull(location);
        var response = ApiResponse.Text(307, "");
        response.Headers.Add(("Location", location.OriginalString));
        return new AnswerFault(response);
    }

    private static AnswerFault TooManyRequests(string? retryAfter)
    {
        var status = ApiStatus.Failure(429, "TooManyRequests", "Too many requests, please try again later.");
        if (retryAfter is not null)
            status.Headers.Add(("Retry-After", retryAfter));
        return new AnswerFault(status.ToResponse());
    }
}
