using System.Text;
using EventRecording.Sandbox;

// The code page of a console of Windows lacks most letters.
Console.OutputEncoding = Encoding.UTF8;
return await CommandLine.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
