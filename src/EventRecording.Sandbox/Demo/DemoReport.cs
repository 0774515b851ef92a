namespace EventRecording.Sandbox;

/// <summary>Prints what a person sees with kubectl.</summary>
internal sealed class DemoReport(EventReader reader, TextWriter output, TimeProvider time)
{
    public async Task PrintAsync(string ns, IEnumerable<ObjectReference> objects)
    {
        var all = await reader.ListSortedAsync(new EventQuery { Namespaces = [ns] }).ConfigureAwait(false);
        await PrintAsync($"kubectl get events -n {ns}", KubectlText.Table(all, time.GetUtcNow())).ConfigureAwait(false);
        foreach (var shown in objects)
        {
            var events = await reader.ListSortedAsync(new EventQuery { Objects = [shown] }).ConfigureAwait(false);
            var scope = shown.Namespace is null ? "" : $" -n {ns}";
            await PrintAsync($"kubectl describe {shown}{scope}", KubectlText.Description(events, time.GetUtcNow())).ConfigureAwait(false);
        }
    }

    private async Task PrintAsync(string command, IEnumerable<string> lines)
    {
        await output.WriteLineAsync($"\n> {command}").ConfigureAwait(false);
        foreach (var line in lines)
            await output.WriteLineAsync(line).ConfigureAwait(false);
    }
}
