namespace EventRecording.Tests.Support;

/// <summary>A class of tests that is disposed of asynchronously after each: xunit 2 takes no notice of <see cref="IAsyncDisposable"/> alone.</summary>
internal interface IAsyncTeardown : IAsyncDisposable, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => ((IAsyncDisposable)this).DisposeAsync().AsTask();
}
