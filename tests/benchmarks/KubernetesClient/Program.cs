using k8s;

// Lists all events of a server once, in pages, and prints how many there were. Its argument is the address,
// or a namespace of the server that the environment's kubeconfig names: a kubeconfig without a credential is refused by this client.
const int pageSize = 500;
var isAddress = Uri.TryCreate(args[0], UriKind.Absolute, out _);
using var client = new Kubernetes(isAddress ? new KubernetesClientConfiguration { Host = args[0] } : KubernetesClientConfiguration.BuildDefaultConfig());
var count = 0;
string? token = null;
do
{
    var page = isAddress
        ? await client.CoreV1.ListEventForAllNamespacesAsync(continueParameter: token, limit: pageSize)
        : await client.CoreV1.ListNamespacedEventAsync(args[0], continueParameter: token, limit: pageSize);
    count += page.Items.Count;
    token = page.Metadata.ContinueProperty;
}
while (!string.IsNullOrEmpty(token));

Console.WriteLine(count);
