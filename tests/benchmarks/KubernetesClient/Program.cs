using k8s;

// Lists all events of a server or of one namespace once, in pages, and prints how many there were. The environment names the kubeconfig, an argument the namespace.
const int pageSize = 500;
using var client = new Kubernetes(KubernetesClientConfiguration.BuildDefaultConfig());
var count = 0;
string? token = null;
do
{
    var page = args.Length > 0
        ? await client.CoreV1.ListNamespacedEventAsync(args[0], continueParameter: token, limit: pageSize)
        : await client.CoreV1.ListEventForAllNamespacesAsync(continueParameter: token, limit: pageSize);
    count += page.Items.Count;
    token = page.Metadata.ContinueProperty;
}
while (!string.IsNullOrEmpty(token));

Console.WriteLine(count);
