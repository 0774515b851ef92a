using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EventRecording.Tests.Architecture;

/// <summary>Which type of an assembly uses which other one of it, and in which folder of its project each is written.</summary>
/// <remarks>Of what is compiled: constants and names are copied and leave no arrow. The folder is that of the source file in the symbols.</remarks>
internal sealed class AssemblyArrows : IDisposable
{
    private readonly ModuleDefinition _module;
    private readonly string _project;
    private readonly PdbDocuments _documents;

    public AssemblyArrows(string assemblyPath, string project)
    {
        _project = project;
        _module = ModuleDefinition.ReadModule(assemblyPath, new ReaderParameters { ReadSymbols = true });
        _documents = new PdbDocuments(Path.ChangeExtension(assemblyPath, ".pdb"));
        Folders = _module.Types.Where(type => SourceOf(type) is not null).ToDictionary(type => type.FullName, FolderOf);
    }

    /// <summary>Each type with the first folder of its project that it is written in, <c>.</c> for none; generated types are left out.</summary>
    public IReadOnlyDictionary<string, string> Folders { get; }

    /// <summary>All pairs of a type and one that it uses, in signatures, fields, attributes and bodies.</summary>
    public IEnumerable<(string From, string To)> Find()
    {
        foreach (var type in _module.Types.Where(type => Folders.ContainsKey(type.FullName)))
        {
            var used = new HashSet<string>();
            foreach (var part in WithNested(type))
                Collect(part, it => Add(it, used));
            used.Remove(type.FullName);
            foreach (var other in used)
                yield return (type.FullName, other);
        }
    }

    public void Dispose() => _module.Dispose();

    private string FolderOf(TypeDefinition type)
    {
        var source = SourceOf(type)!;
        var inProject = source[(source.LastIndexOf($"/{_project}/", StringComparison.Ordinal) + _project.Length + 2)..];
        return inProject.Contains('/', StringComparison.Ordinal) ? inProject[..inProject.IndexOf('/', StringComparison.Ordinal)] : ".";
    }

    private string? SourceOf(TypeDefinition type)
    {
        var sources = WithNested(type)
            .SelectMany(part => part.Methods)
            .SelectMany(method => method.DebugInformation.SequencePoints)
            .Select(point => point.Document.Url)
            .Concat(WithNested(type).SelectMany(part => _documents.Of(part.MetadataToken.ToInt32())));
        return sources
            .Select(url => url.Replace('\\', '/'))
            .FirstOrDefault(url => url.Contains($"/{_project}/", StringComparison.Ordinal) && !url.Contains("/obj/", StringComparison.Ordinal));
    }

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private void Add(TypeReference? reference, HashSet<string> used)
    {
        switch (reference)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                    Add(argument, used);
                break;
            case FunctionPointerType:
                return;
        }

        if (reference is TypeSpecification specification)
        {
            Add(specification.ElementType, used);
            return;
        }

        while (reference.DeclaringType is { } outer)
            reference = outer;
        if (reference.Scope == _module && Folders.ContainsKey(reference.FullName))
            used.Add(reference.FullName);
    }

    private static void Collect(TypeDefinition type, Action<TypeReference?> add)
    {
        add(type.BaseType);
        Collect(type, type.CustomAttributes, add);
        foreach (var implemented in type.Interfaces)
            add(implemented.InterfaceType);
        foreach (var parameter in type.GenericParameters)
            Collect(parameter, add);
        foreach (var field in type.Fields)
        {
            add(field.FieldType);
            Collect(field, field.CustomAttributes, add);
        }

        foreach (var property in type.Properties)
            Collect(property, property.CustomAttributes, add);
        foreach (var method in type.Methods)
            Collect(method, add);
    }

    private static void Collect(GenericParameter parameter, Action<TypeReference?> add)
    {
        foreach (var constraint in parameter.Constraints)
            add(constraint.ConstraintType);
    }

    private static void Collect(MethodDefinition method, Action<TypeReference?> add)
    {
        add(method.ReturnType);
        Collect(method, method.CustomAttributes, add);
        foreach (var parameter in method.Parameters)
            add(parameter.ParameterType);
        foreach (var parameter in method.GenericParameters)
            Collect(parameter, add);
        if (!method.HasBody)
            return;
        foreach (var local in method.Body.Variables)
            add(local.VariableType);
        foreach (var handler in method.Body.ExceptionHandlers)
            add(handler.CatchType);
        foreach (var instruction in method.Body.Instructions)
            Collect(instruction, add);
    }

    private static void Collect(Instruction instruction, Action<TypeReference?> add)
    {
        switch (instruction.Operand)
        {
            case TypeReference type:
                add(type);
                break;
            case FieldReference field:
                add(field.DeclaringType);
                add(field.FieldType);
                break;
            case MethodReference called:
                add(called.DeclaringType);
                add(called.ReturnType);
                foreach (var parameter in called.Parameters)
                    add(parameter.ParameterType);
                foreach (var argument in (called as GenericInstanceMethod)?.GenericArguments ?? [])
                    add(argument);
                break;
        }
    }

    private static void Collect(object owner, IEnumerable<CustomAttribute> attributes, Action<TypeReference?> add)
    {
        foreach (var attribute in attributes)
        {
            add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.Properties.Select(property => property.Argument)))
                add(argument.Value as TypeReference);
        }
    }
}
