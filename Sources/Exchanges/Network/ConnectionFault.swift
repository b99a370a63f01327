/// Why a connection failed, in words for a person.

#if Live
  internal import Glibc
  internal import NIOCore
  internal import NIOPosix
  internal import NIOSSL

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
      default: break
      }
      let text = "\(error)"
      guard text.contains("CERTIFICATE_VERIFY_FAILED") else { return text }
      return "its certificate is signed by nobody this machine trusts; "
        + "if you do, name that authority's PEM file with --ca"
    }
  }
#endif
