using EventRecording.Sandbox.Store;

namespace EventRecording.Sandbox.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="Version">Version of the whole list.</param>
/// <param name="Continue">Token of the next page, if there is one.</param>
/// <param name="Remaining">How many come after the page, where that is known without looking at each.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, string Version, string? Continue, long? Remaining);
