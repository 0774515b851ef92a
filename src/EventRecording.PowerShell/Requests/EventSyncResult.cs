namespace EventRecording.PowerShell;

/// <summary>What <c>Sync-KubeEvent</c> came to.</summary>
/// <param name="Written">Occurrences that reached the server since the last <c>Sync-KubeEvent</c>: handed over with <c>-NoWait</c> or to a recorder, or from the spool; those with <c>-OnChange</c> that found nothing to write count, too.</param>
/// <param name="Pending">Occurrences handed over that still had no outcome at the timeout; they go on being tried.</param>
/// <param name="Spooled">Occurrences that lie in the spool, for a later try.</param>
/// <param name="Failed">Occurrences that did not reach the server since the last <c>Sync-KubeEvent</c>, or not surely; each is reported as an error.</param>
public sealed record EventSyncResult(long Written, long Pending, long Spooled, long Failed);
