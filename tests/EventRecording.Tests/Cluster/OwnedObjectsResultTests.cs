using EventRecording.Cluster;

namespace EventRecording.Tests.Cluster;

public class OwnedObjectsResultTests
{
    private static readonly SkippedResource Services = new(new ApiResource("serving.knative.dev", "v1", "services", "service", "Service", true, ["ksvc"]), "wire", new TimeoutException());

    [Theory]
    [InlineData("serving.knative.dev/v1beta1", "Service", true)]
    [InlineData("v1", "Service", false)]
    [InlineData(null, "Service", true)]
    [InlineData("serving.knative.dev/v1", "Route", false)]
    [InlineData("metrics.k8s.io/v1", "PodMetrics", true)]
    public void An_object_of_what_could_not_be_looked_through_may_be_owned_and_none_of_the_same_kind_in_another_group(string? apiVersion, string kind, bool mayBeOwned)
    {
        var result = new OwnedObjectsResult([], [Services], ["metrics.k8s.io/v1beta1"]);

        Assert.Equal(mayBeOwned, result.MayLack(new ObjectReference { ApiVersion = apiVersion, Kind = kind, Namespace = "wire", Name = "web" }));
    }

    [Theory]
    [InlineData("v1", "v1", true)]
    [InlineData("apps/v1", "v1", false)]
    [InlineData("apps/v1", "apps/v1beta1", true)]
    [InlineData("v1", "apps/v1", false)]
    [InlineData("apps/v1", null, true)]
    public void An_object_of_a_group_that_did_not_answer_may_be_owned(string unanswered, string? apiVersion, bool mayBeOwned) =>
        Assert.Equal(mayBeOwned, new OwnedObjectsResult([], [], [unanswered]).MayLack(new ObjectReference { ApiVersion = apiVersion, Kind = "Pod", Namespace = "wire", Name = "web-0" }));

    [Fact]
    public void Results_that_say_the_same_are_equal()
    {
        IReadOnlyList<SkippedResource> skipped = [Services];

        Assert.Equal(new OwnedObjectsResult([], skipped, []), new OwnedObjectsResult([], skipped, []));
    }
}
