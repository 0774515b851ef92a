namespace EventRecording;

/// <summary>A page on its way. The token of the next one can be there before it, so that a server prepares one page while another is read.</summary>
internal sealed class PageFetch
{
    private readonly TaskCompletionSource<string> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PageFetch(IEventSource source, EventListRequest request, CancellationToken cancellationToken) =>
        Page = source.ListAsync(request with { ContinueRead = token => _token.TrySetResult(token) }, cancellationToken).AsTask();

    /// <summary>The page, or why it did not come.</summary>
    public Task<EventPage> Page { get; }

    /// <summary>The token of the next page, as soon as it is known; <see langword="null"/> if there is none, or no page.</summary>
    public async Task<string?> TokenAsync()
    {
        if (await Task.WhenAny(_token.Task, Page).ConfigureAwait(false) == _token.Task)
            return await _token.Task.ConfigureAwait(false);
        return Page.IsCompletedSuccessfully ? (await Page.ConfigureAwait(false)).Continue : null;
    }

    /// <summary>Waits for the end of a page that nobody wants any more.</summary>
    public Task EndAsync() => Page.ContinueWith(static task => task.Exception, TaskScheduler.Default);
}
