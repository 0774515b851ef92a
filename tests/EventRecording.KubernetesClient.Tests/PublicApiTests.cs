using EventRecording.Tests.PublicApi;
using EventRecording.Tests.Support;

namespace EventRecording.KubernetesClient.Tests;

[Trait("Category", ApprovedText.Category)]
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one() =>
        ApprovedText.Check("tests/EventRecording.KubernetesClient.Tests/EventRecording.KubernetesClient.txt", PublicApiText.Of(typeof(KubernetesModels).Assembly));
}
