using k8s;

// Lists all events of a server once, in pages, and prints how many there were. Its argument is the address.
const int pageSize = 500;
using var client = new Kubernetes(new KubernetesClientConfiguration { Host = args[0] });
var count = 0;
string? token = null;
do
{
    var page = await client.CoreV1.ListEventForAllNamespacesAsync(continueParameter: token, limit: pageSize);
    count += page.Items.Count;
    token = page.Metadata.ContinueProperty;
}
while (!string.IsNullOrEmpty(token));

Console.WriteLine(count);
