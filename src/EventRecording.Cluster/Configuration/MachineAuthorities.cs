using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventRecording.Cluster;

/// <summary>The certificate authorities of this machine.</summary>
internal static class MachineAuthorities
{
    private static int _wereRead;

    /// <summary>Begins what the first handshake of a process waits for on Linux, whoever is trusted: the runtime reads all of them, for 30 to 100 ms.</summary>
    public static void ReadAhead()
    {
        if (OperatingSystem.IsLinux() && Interlocked.Exchange(ref _wereRead, 1) == 0)
            _ = Task.Run(Read);
    }

    private static void Read()
    {
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly);
            foreach (var certificate in store.Certificates)
                certificate.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // The handshake meets the same, and tells.
        }
    }
}
