using EventRecording.Tests.Support;
using Mono.Cecil;

namespace EventRecording.Tests.Architecture;

public sealed class FloorsTests
{
    public static TheoryData<string> Projects => [.. FloorPlan.Read().Keys];

    [Fact]
    public void Every_library_and_the_module_have_their_floors_drawn() => Assert.Equal(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Where(HasFolders).Order(),
        FloorPlan.Read().Keys.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_is_a_room_and_every_room_a_folder(string project)
    {
        using var arrows = ArrowsOf(project);

        Assert.Equal(FloorPlan.Read()[project].SelectMany(rooms => rooms).Order(), arrows.Folders.Values.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_arrow_between_folders_runs_down(string project)
    {
        using var arrows = ArrowsOf(project);
        var floors = FloorPlan.Read()[project];
        var floorOf = floors.SelectMany((rooms, floor) => rooms.Select(room => (room, floor))).ToDictionary(it => it.room, it => it.floor);

        var wrong =
            from arrow in arrows.Find()
            let here = arrows.Folders[arrow.From]
            let there = arrows.Folders[arrow.To]
            where here != there && floorOf[here] >= floorOf[there]
            select $"{here} → {there}: {arrow.From} uses {arrow.To}";

        Assert.Equal("", string.Join('\n', wrong.Order()));
    }

    [Fact]
    public void The_core_has_no_http()
    {
        using var core = ModuleDefinition.ReadModule(typeof(EventRecorder).Assembly.Location);

        Assert.DoesNotContain(core.AssemblyReferences, it => it.Name.StartsWith("System.Net", StringComparison.Ordinal));
    }

    private static bool HasFolders(string? project) =>
        Directory.EnumerateDirectories(Repository.PathOf($"src/{project}")).Any(folder => Path.GetFileName(folder) is not ("bin" or "obj"));

    private static AssemblyArrows ArrowsOf(string project) => new(Path.Combine(AppContext.BaseDirectory, project + ".dll"), project);
}
