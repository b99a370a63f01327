/// TLS for both kinds of connection: the system's certificates, the host's own name.

#if Live
  internal import NIOCore
  internal import NIOPosix
  internal import NIOSSL

  /// What the sockets of one recording share.
  struct SecureTransport: Sendable {
    private let context: NIOSSLContext?

    /// - Parameter isNeeded: without it no certificate is read.
    /// - Throws: what NIOSSL says when it cannot read the system's certificates.
    init(isNeeded: Bool) throws {
      context = isNeeded ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    }

    /// Puts TLS under a channel's handlers where its address asks for it.
    /// - Throws: for a host name that no certificate can have.
    func secure(_ channel: any Channel, to address: VenueAddress) throws {
      guard address.isSecure, let context else { return }
      // An IP address is no server name (RFC 6066, 3).
      let isNumeric = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
      let handler = try NIOSSLClientHandler(
        context: context, serverHostname: isNumeric ? nil : address.host)
      try channel.pipeline.syncOperations.addHandler(handler)
    }
  }
#endif
