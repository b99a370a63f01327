/// Which system libraries this process runs with, for whoever asks what a build is made of.

internal import CLZ4
internal import COpenSSL

public enum LibraryVersions {
  /// Of liblz4, such as "1.9.4".
  public static var lz4: String { unsafe String(cString: LZ4_versionString()) }

  /// Of libcrypto, such as "OpenSSL 3.0.17 1 Jul 2025".
  public static var openSSL: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
