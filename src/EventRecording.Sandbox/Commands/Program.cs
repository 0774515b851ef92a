using System.Text;
using EventRecording.Sandbox;

try
{
    // The code page of a console of Windows lacks most letters.
    Console.OutputEncoding = Encoding.UTF8;
}
catch (IOException)
{
    // There is no console, and what is redirected keeps its encoding.
}

return await CommandLine.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
