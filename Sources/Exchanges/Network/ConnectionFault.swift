/// Why a connection failed, in words for a person.

#if Live
  internal import Glibc
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix
  internal import NIOSSL
  internal import NIOWebSocket

  enum ConnectionFault {
    /// What an error of a connection means, in words that say what to do where we know it.
    static func reason(_ error: any Error) -> String {
      switch error {
      case let error as NIOConnectionError:
        guard let tried = error.connectionErrors.first else {
          return "no machine is known by the name \(error.host)"
        }
        return reason(tried.error)
      case let error as IOError: return String(cString: strerror(error.errnoCode))
      case ChannelError.connectTimeout(let patience):
        return "no connection within \(patience.nanoseconds / 1_000_000_000) s"
      case is NIOSSLExtraError: return "its certificate is another host's (\(error))"
      // What is left of an upgrade whose connection ended.
      case is ChannelError, NIOSSLError.uncleanShutdown, HTTPParserError.invalidEOFState:
        return "the connection was cut"
      case is HTTPParserError: return "what answers there does not speak HTTP (\(error))"
      case is NIOHTTPClientUpgradeError:
        return
          "what answers there speaks HTTP and does not open a WebSocket as RFC 6455 asks (\(error))"
      case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
        return "it sent a frame that RFC 6455 does not allow, or larger than "
          + "\(VenueSocket.mostBytes >> 20) MiB (\(error))"
      default: return ofTLS("\(error)")
      }
    }

    /// A failed handshake has its cause only in its text.
    private static func ofTLS(_ text: String) -> String {
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return "its certificate is signed by nobody this machine trusts; "
          + "if you do, name that authority's PEM file with --ca"
      }
      if text.contains("WRONG_VERSION_NUMBER") {
        return "what answers there does not speak TLS; an address without it is http:// or ws://"
      }
      return text
    }
  }
#endif
