using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

public sealed class FaultPlanTests : IDisposable
{
    private static readonly Fault Down = Fault.Status(503, "ServiceUnavailable", "down");

    private readonly KubernetesSandbox _sandbox = new();
    private readonly SandboxClient _client;

    public FaultPlanTests() => _client = InProcess(_sandbox);

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Fact]
    public async Task Next_hits_one_request_and_several_follow_each_other()
    {
        _sandbox.Faults.Next(Down).Next(Fault.Unauthorized());
        Assert.Equal("503 401 200", await AskAsync(3));
    }

    [Fact]
    public async Task The_nth_request_is_hit_once()
    {
        _sandbox.Faults.Nth(3, Down);
        Assert.Equal("200 200 503 200 200 200", await AskAsync(6));
    }

    [Fact]
    public async Task Every_nth_request_is_hit_until_the_plan_is_cleared()
    {
        _sandbox.Faults.Every(2, Down);
        Assert.Equal("200 503 200 503", await AskAsync(4));
        _sandbox.Faults.Clear();
        Assert.Equal("200 200", await AskAsync(2));
    }

    [Fact]
    public async Task Only_requests_that_fit_are_counted_and_hit()
    {
        _sandbox.Faults.Nth(2, Down, request => request is { Verb: "create", Resource: "events", Namespace: "default" });
        var statuses = new List<string>();
        foreach (var name in new[] { "a.1", "a.2", "a.3" })
        {
            statuses.Add(await AskAsync(1));
            statuses.Add($"{(int)(await _client.SendAsync("POST", Events, Event(name))).Status}");
        }
        Assert.Equal("200 201 200 503 200 201", string.Join(' ', statuses));
    }

    [Fact]
    public async Task Chance_is_the_same_for_the_same_seed()
    {
        _sandbox.Faults.Sometimes(0.5, seed: 7, Down);
        var first = await AskAsync(40);
        _sandbox.Faults.Clear();
        _sandbox.Faults.Sometimes(0.5, seed: 7, Down);
        Assert.Equal(first, await AskAsync(40));
        Assert.Contains("200", first, StringComparison.Ordinal);
        Assert.Contains("503", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_remembers_what_went_wrong_with_it()
    {
        _sandbox.Faults.Next(Down);
        await AskAsync(2);
        Assert.Equal([Down, null], _sandbox.Requests.Select(request => request.Fault));
    }

    [Fact]
    public void A_plan_that_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _sandbox.Faults.Nth(0, Down));
        Assert.Throws<ArgumentNullException>(() => _sandbox.Faults.Next(null!));
    }

    /// <summary>The statuses of so many requests.</summary>
    private async Task<string> AskAsync(int times)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
        {
            using var response = await _client.SendRawAsync("GET", "/version");
            statuses.Add((int)response.StatusCode);
        }
        return string.Join(' ', statuses);
    }
}
