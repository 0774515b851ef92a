namespace EventRecording.Cluster;

/// <summary>
/// Which API server to talk to, and as whom. Made by hand, from a kubeconfig file or by <see cref="InClusterConfiguration"/>.
/// </summary>
/// <remarks>Holds secrets, none of which appears in <see cref="ToString"/> or in an error.</remarks>
public sealed record ClusterConfiguration
{
    /// <summary>Address of the API server, http or https, with a path if it stands behind one.</summary>
    public required Uri Server { get; init; }

    /// <summary>Namespace where none is given.</summary>
    /// <value>Default: <c>default</c>.</value>
    public string Namespace { get; init; } = "default";

    /// <summary>Where this configuration comes from, as errors name it: <c>context 'prod' of /home/me/.kube/config</c>.</summary>
    public string Origin { get; init; } = "the given configuration";

    /// <summary>Name of the context in the kubeconfig.</summary>
    public string? ContextName { get; init; }

    /// <summary>Name of the cluster in the kubeconfig.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Name of the user in the kubeconfig, which need not be the user's name for the server.</summary>
    public string? UserName { get; init; }

    /// <summary>Certificates of the authorities that may have signed the server's certificate, PEM (several) or DER (one).</summary>
    /// <value>Empty (default): the authorities that the operating system trusts.</value>
    public ReadOnlyMemory<byte> CertificateAuthority { get; init; }

    /// <summary>
    /// File that holds <see cref="CertificateAuthority"/>: read when a connection is made, and again as it is replaced; then it counts
    /// instead of the bytes.
    /// </summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>
    /// Name that the server's certificate must have, and that the server is asked for (SNI), where it isn't that of <see cref="Server"/>.
    /// </summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accepts any certificate. Whoever is between here and the server can then read and change everything.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Client certificate and its key.</summary>
    public ClientCertificate? ClientCertificate { get; init; }

    /// <summary>
    /// Files that hold <see cref="ClientCertificate"/>: read when a connection is made, and again as they are replaced; then they count
    /// instead of the bytes.
    /// </summary>
    public ClientCertificateFiles? ClientCertificateFiles { get; init; }

    /// <summary>Bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>File that holds the bearer token; read again as it rotates, and preferred to <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Name and password for basic authentication.</summary>
    public BasicCredential? Basic { get; init; }

    /// <summary>A program that prints the credential.</summary>
    public ExecPlugin? Exec { get; init; }

    /// <summary>Proxy on the way to the server: http, https or socks5.</summary>
    /// <value>Default: what the environment says (HTTPS_PROXY, NO_PROXY).</value>
    public Uri? Proxy { get; init; }

    /// <summary>Asks for no compressed answers: <c>disable-compression</c> of a kubeconfig, for a server whose processor is scarcer than the way to it.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool DisableCompression { get; init; }

    /// <summary>The user to act as.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>The address and the origin; no secret.</summary>
    public override string ToString() => $"{Server} ({Origin})";
}
