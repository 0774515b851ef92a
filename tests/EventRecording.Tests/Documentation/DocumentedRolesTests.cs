using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.PowerShell;

namespace EventRecording.Tests.Documentation;

public sealed class DocumentedRolesTests
{
    [Fact]
    public async Task The_role_of_the_cron_job_is_enough_to_record_by_name_and_to_count_up()
    {
        await using var bench = BenchOf("docs/cronjob.md");
        var redis = bench.Redis("my-op-redis");
        var first = Assert.IsType<EventMessage>(await WriteAsync(bench, new NamedTarget("redis/my-op-redis")));
        var second = Assert.IsType<EventMessage>(await WriteAsync(bench, new NamedTarget("redis/my-op-redis")));
        Assert.Equal((EventOutcomeKind.Created, EventOutcomeKind.Counted), (first.Outcome, second.Outcome));
        Assert.Equal(redis.Uid, second.Event.InvolvedObject.Uid);
        Assert.Equal(2, second.Event.Count);
    }

    [Fact]
    public async Task The_role_of_the_readme_is_enough_to_record_on_objects_and_to_count_up()
    {
        await using var bench = BenchOf("README.md");
        var redis = bench.Known("my-op-redis");
        Assert.Equal(EventOutcomeKind.Created, Assert.IsType<EventMessage>(await WriteAsync(bench, redis)).Outcome);
        Assert.Equal(EventOutcomeKind.Counted, Assert.IsType<EventMessage>(await WriteAsync(bench, redis)).Outcome);
    }

    private static CmdletBench BenchOf(string page)
    {
        var rules = DocumentedRoles.In(page);
        Assert.NotEmpty(rules);
        return new CmdletBench(users: new SandboxUser("system:serviceaccount:default:redis-backup", "token", rules));
    }

    private static Task<CmdletMessage> WriteAsync(CmdletBench bench, ObjectTarget target)
    {
        var request = new WriteRequest { Reason = "BackupCompleted", Message = "saved", Source = new EventReporter("redis-backup") };
        return new EventWriting(bench.Session, request, CancellationToken.None).WriteAsync(target);
    }
}
