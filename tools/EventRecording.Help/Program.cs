using System.Reflection;
using EventRecording.Help;

if (args is not [var assemblyPath, var mamlPath])
{
    Console.Error.WriteLine("Usage: EventRecording.Help ASSEMBLY MAML-FILE");
    return 2;
}

var assembly = Assembly.LoadFrom(Path.GetFullPath(assemblyPath));
MamlDocument.Save(new CmdletReader(DocComments.Beside(assembly)).Read(assembly), mamlPath);
return 0;
