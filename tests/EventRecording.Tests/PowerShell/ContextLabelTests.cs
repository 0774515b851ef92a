using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class ContextLabelTests
{
    private const string Arn = "arn:aws:eks:eu-central-1:123456789012:cluster/production-shop-0";
    private const string Gke = "gke_acme-prod_europe-west3_shop";

    [Theory]
    [InlineData("stage", 10, "stage")]
    [InlineData("prod-eu-west-1", 14, "prod-eu-west-1")]
    [InlineData("prod-eu-west-1", 10, "prod…est-1")]
    [InlineData(Arn, 80, Arn)]
    [InlineData(Arn, 20, "production-shop-0")]
    [InlineData(Arn, 8, "pro…op-0")]
    [InlineData(Gke, 27, "acme-prod_europe-west3_shop")]
    [InlineData(Gke, 20, "europe-west3_shop")]
    [InlineData(Gke, 10, "shop")]
    [InlineData("jane@prod.eu-west-1.eksctl.io", 20, "prod.eu-west-1")]
    [InlineData("a-name-that-is-too-long@", 10, "a-na…long@")]
    [InlineData("kubernetes-admin@kubernetes", 10, "kubernetes")]
    [InlineData("arn:", 3, "a…:")]
    [InlineData("red\u001b[31m-and-more", 10, "red^…-more")]
    [InlineData("ab😀cdefgh😀ij", 7, "ab…ij")]
    [InlineData(null, 8, "")]
    public void It_fits_and_keeps_what_tells_clusters_apart(string? context, int width, string expected)
    {
        Assert.Equal(expected, ContextLabel.Of(context, width));
        Assert.InRange(expected.Length, 0, width);
    }
}
