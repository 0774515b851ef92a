using System.Globalization;
using System.Net;

namespace EventRecording.Cluster;

/// <summary>
/// The proxy on the way to a server: the configuration's, else the environment's by the rules of Go, which kubectl follows.
/// </summary>
/// <remarks>
/// HTTPS_PROXY or HTTP_PROXY by the scheme of the server; NO_PROXY names hosts, domains, addresses and ranges; never for this computer
/// itself.
/// </remarks>
internal sealed class ClusterProxy : IWebProxy
{
    private readonly Uri? _proxy;

    private ClusterProxy(Uri? proxy)
    {
        if (proxy is null)
            return;
        // Apart, since errors show the address; its path and query mean nothing.
        Credentials = proxy.UserInfo.Length > 0 ? CredentialOf(proxy) : null;
        _proxy = new UriBuilder(proxy) { UserName = "", Password = "", Path = "", Query = "", Fragment = "" }.Uri;
    }

    public ICredentials? Credentials { get; set; }

    /// <exception cref="ClusterConfigurationException">The address of the proxy cannot be used.</exception>
    public static ClusterProxy Create(ClusterConfiguration configuration, Func<string, string?> variable)
    {
        if (configuration.Proxy is { } given)
            return new ClusterProxy(given);
        var name = configuration.Server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
#pragma warning disable CA1308 // The lower-case names are as common.
        var text = First(variable, name, name.ToLowerInvariant());
#pragma warning restore CA1308
        var except = (First(variable, "NO_PROXY", "no_proxy") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // First: what is not used may be wrong, as for kubectl.
        if (text is null || configuration.Server.IsLoopback || Array.Exists(except, rule => Matches(rule, configuration.Server)))
            return new ClusterProxy(null);
        if (!text.Contains("://", StringComparison.Ordinal))
            text = "http://" + text;
        // As curl has it: the proxy finds the host by its name, as it does with socks5 here, too.
        if (text.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase))
            text = text.Remove("socks5".Length, 1);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var proxy) || proxy.Scheme is not ("http" or "https" or "socks5"))
            throw new ClusterConfigurationException(
                $"The environment variable {name} holds no address of a proxy: it must start with http://, https://, socks5:// or socks5h://.");
        return new ClusterProxy(proxy);
    }

    // Whoever asks means the server: no redirect is followed.
    public Uri? GetProxy(Uri destination) => _proxy;

    public bool IsBypassed(Uri host) => _proxy is null;

    private static bool Matches(string except, Uri host)
    {
        if (except == "*")
            return true;
        var name = host.IdnHost.Trim('[', ']');
        if (IsRange(except, out var range))
            return IPAddress.TryParse(name, out var address) && range.Contains(address);
        var (rule, port) = SplitPort(except);
        if (port is not null && port != host.Port)
            return false;
        if (IPAddress.TryParse(rule, out var one) && IPAddress.TryParse(name, out var other))
            return one.MapToIPv6().Equals(other.MapToIPv6());
        var domain = rule.StartsWith("*.", StringComparison.Ordinal) ? rule[1..] : rule;
        return domain.StartsWith('.')
            ? name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            : name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
    }

    // Go takes 10.1.2.3/8 for the range that holds this address; IPNetwork does not.
    private static bool IsRange(string except, out IPNetwork range)
    {
        range = default;
        if (except.Split('/') is not [var text, var length] || !IPAddress.TryParse(text, out var address) || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return false;
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return IPNetwork.TryParse($"{new IPAddress(bytes)}/{length}", out range);
    }

    private static (string Host, int? Port) SplitPort(string except)
    {
        var colon = except.LastIndexOf(':');
        // The colons of an address without brackets are its own.
        return colon > except.IndexOf(']', StringComparison.Ordinal) && (except[0] == '[' || except.IndexOf(':', StringComparison.Ordinal) == colon) && colon > 0 && int.TryParse(except.AsSpan(colon + 1), out var port) ? (except[..colon].Trim('[', ']'), port) : (except.Trim('[', ']'), null);
    }

    private static NetworkCredential CredentialOf(Uri proxy)
    {
        var parts = proxy.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static string? First(Func<string, string?> variable, params string[] names) =>
        names.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
