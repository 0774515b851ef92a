using System.Net.Security;

namespace EventRecording.Cluster;

/// <summary>A client certificate with its key as TLS takes it. Disposing removes the key, which on Windows lies in a file of the user's key store.</summary>
internal sealed class ClientKey : IDisposable
{
    public ClientKey(SslStreamCertificateContext context)
    {
        Context = context;
        // Nobody disposes at the end of a process, and the file would stay.
        if (OperatingSystem.IsWindows())
            AppDomain.CurrentDomain.ProcessExit += DisposeAtExit;
    }

    public SslStreamCertificateContext Context { get; }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= DisposeAtExit;
        Context.TargetCertificate.Dispose();
    }

    private void DisposeAtExit(object? sender, EventArgs arguments) => Dispose();
}
