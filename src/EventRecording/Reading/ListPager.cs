namespace EventRecording;

/// <summary>
/// Reads a list page by page, one page ahead of its user, and asks for that one as soon as its token is known; a page that failed can
/// be asked for again. The pages grow, and one that does not come is asked for as small as the first.
/// </summary>
/// <remarks>
/// A continue token that is too old (410) is replaced by the one in the server's answer, or by a new list in which everything
/// up to the last key is passed over: the server lists in the order of its keys.
/// </remarks>
internal sealed class ListPager : IAsyncDisposable
{
    // A server counts for each page all that is left behind it. Larger ones hardly gain, and two of them are held in memory.
    public const int LargestPage = 2000;

    private readonly IEventSource _source;
    private readonly CancellationTokenSource _cancellation;
    private readonly int? _first;
    private EventListRequest _request;
    private int _largest = LargestPage;
    private PageFetch? _ahead;
    private bool _isComplete;
    private KubeEvent? _last;
    private KubeEvent? _passOverTo;
    private bool _isInKeyOrder = true;
    private bool _hasAdvanced;

    public ListPager(IEventSource source, EventListRequest request, CancellationToken cancellationToken)
    {
        _source = source;
        _request = request;
        _first = request.Limit;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Version of the first page; a watch from it misses nothing. <see langword="null"/> until that page is there.</summary>
    public string? ResourceVersion { get; private set; }

    /// <summary>
    /// The next page, or <see langword="null"/> behind the last one. After an exception it can be called again, for the same page.
    /// </summary>
    /// <param name="isLast">Given a page, tells that no further one will be wanted.</param>
    public async Task<EventPage?> NextAsync(Func<EventPage, bool>? isLast = null)
    {
        if (_isComplete)
            return null;
        var current = _ahead ?? Begin(_request);
        _ahead = null;

        // Whether a further page will be wanted may depend on this one.
        if (isLast is null)
            await BeginAheadAsync(current).ConfigureAwait(false);
        var page = await ReadAsync(current).ConfigureAwait(false);
        _isComplete = string.IsNullOrEmpty(page.Continue);
        if (!_isComplete && isLast?.Invoke(page) != true)
            _ahead ??= Begin(_request);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync().ConfigureAwait(false);
        if (_ahead is not null)
            await _ahead.EndAsync().ConfigureAwait(false);
        _cancellation.Dispose();
    }

    private PageFetch Begin(EventListRequest request) => new(_source, request, _cancellation.Token);

    private async Task BeginAheadAsync(PageFetch current)
    {
        if (await current.TokenAsync().ConfigureAwait(false) is { Length: > 0 } token)
            _ahead = Begin(Following(token));
    }

    private async Task<EventPage> ReadAsync(PageFetch current)
    {
        while (true)
        {
            try
            {
                return Accept(await current.Page.ConfigureAwait(false));
            }
            catch (KubernetesApiException e) when (IsTokenTooOld(e.Status) && CanGoOn(e.Status.Continue))
            {
                _hasAdvanced = false;
                _passOverTo = e.Status.Continue is null ? _last : null;
                _request = _request with { Continue = e.Status.Continue };
            }
            catch (EventStoreException) when (_request.Limit > _first)
            {
                // Too much at a time for the way there, or for what may be read.
                DropAhead();
                _largest = _first.Value;
                _request = _request with { Limit = _first };
            }
            catch
            {
                // It is asked for again, and then the page behind it, too.
                DropAhead();
                throw;
            }

            current = Begin(_request);
        }
    }

    // The first page is there soon, and those that follow are few.
    private EventListRequest Following(string? token) => _request with { Continue = token, Limit = _request.Limit is { } limit ? Math.Min(limit * 2, _largest) : null };

    private void DropAhead()
    {
        _ = _ahead?.EndAsync();
        _ahead = null;
    }

    private bool IsTokenTooOld(KubernetesStatus status) => status.Code == 410 && _request.Continue is not null;

    // Each time something must have been read, or a server whose tokens are always too old would be asked for ever.
    private bool CanGoOn(string? token) => _hasAdvanced && (token is not null || _isInKeyOrder);

    private EventPage Accept(EventPage page)
    {
        // It would be followed for ever.
        if (page.Continue is { Length: > 0 } token && token == _request.Continue)
            throw new EventStoreException("The server names the page that it just gave as the next one.") { IsTransient = false };
        ResourceVersion ??= page.ResourceVersion;
        _request = Following(page.Continue);
        var items = _passOverTo is { } passed ? [.. page.Items.Where(it => CompareKeys(it, passed) > 0)] : page.Items;
        foreach (var item in items)
        {
            _isInKeyOrder &= _last is null || CompareKeys(item, _last) > 0;
            _last = item;
        }

        _hasAdvanced |= items.Count > 0;
        return page with { Items = items };
    }

    // In the store the namespace and the name are one text, so "a-b/x" stands before "a/x".
    private static int CompareKeys(KubeEvent left, KubeEvent right) => left.Namespace == right.Namespace
        ? string.CompareOrdinal(left.Name, right.Name)
        : string.CompareOrdinal($"{left.Namespace}/{left.Name}", $"{right.Namespace}/{right.Name}");
}

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
