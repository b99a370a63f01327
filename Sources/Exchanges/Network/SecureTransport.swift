/// TLS for both kinds of connection: the system's certificates and an authority of the user's, the host's
/// own name.

#if Live
  internal import NIOCore
  internal import NIOPosix
  internal import NIOSSL

  /// What the sockets of one recording share.
  struct SecureTransport: Sendable {
    private let context: NIOSSLContext?

    /// - Parameters:
    ///   - isNeeded: without it no certificate is read.
    ///   - authority: a PEM file of certificates to trust beside the system's.
    /// - Throws: `.certificates` when they cannot be read.
    init(isNeeded: Bool, authority: String? = nil) throws(ExchangesError) {
      guard isNeeded || authority != nil else {
        context = nil
        return
      }
      var configuration = TLSConfiguration.makeClientConfiguration()
      do {
        if let authority {
          let certificates = try NIOSSLCertificate.fromPEMFile(authority)
          configuration.additionalTrustRoots = [.certificates(certificates)]
        }
        context = try NIOSSLContext(configuration: configuration)
      } catch {
        throw .certificates(path: authority ?? "the system's certificates", reason: "\(error)")
      }
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
