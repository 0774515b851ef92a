namespace EventRecording;

/// <summary>What became of entries of the spool while a flush lasted, whoever began to send them.</summary>
internal sealed class SpoolReport
{
    public List<EventFailure> Failures { get; } = [];

    public long Written { get; set; }
}

/// <summary>Tells each flush that lasts what becomes of entries.</summary>
internal sealed class SpoolReports : IBatchListener
{
    private readonly List<SpoolReport> _open = [];

    public SpoolReport Open()
    {
        var report = new SpoolReport();
        lock (_open)
            _open.Add(report);
        return report;
    }

    /// <summary>Nothing is added to the report from now on.</summary>
    public void Close(SpoolReport report)
    {
        lock (_open)
            _open.Remove(report);
    }

    public void Settle(EventOutcome outcome, int count, EventFailure? failure)
    {
        lock (_open)
        {
            foreach (var report in _open)
            {
                report.Written += outcome.IsOnServer ? count : 0;
                if (failure is not null)
                    report.Failures.Add(failure);
            }
        }
    }
}
