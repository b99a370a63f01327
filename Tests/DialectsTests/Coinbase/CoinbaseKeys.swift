/// Keys as Coinbase issues them, made anew for each test, and tokens as others read them.

import Dialects
import Foundation

/// A key with what checks it.
struct CoinbaseKey {
  /// What the account's owner keeps.
  let secret: String
  /// What the venue keeps, as PEM text.
  let open: String
  static let name = "organizations/7b2c/apiKeys/4f1e"

  /// The forms a key comes in.
  enum Form: String, CaseIterable {
    case sec1, pkcs8, ed25519PEM, ed25519Base64
  }

  init(_ form: Form) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "key").path
    let isEdwards = form == .ed25519PEM || form == .ed25519Base64
    let kind = isEdwards ? ["ED25519"] : ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    _ = try Tool.run("openssl", ["genpkey", "-out", path, "-algorithm"] + kind)
    func openssl(_ arguments: [String]) throws -> [UInt8] {
      try Tool.run("openssl", arguments + ["-in", path])
    }
    open = String(decoding: try openssl(["pkey", "-pubout"]), as: UTF8.self)
    switch form {
    case .sec1: secret = String(decoding: try openssl(["ec"]), as: UTF8.self)
    case .pkcs8, .ed25519PEM: secret = String(decoding: try openssl(["pkey"]), as: UTF8.self)
    case .ed25519Base64:
      // The last 32 bytes of the DER forms are the keys themselves (RFC 8410).
      let own = try openssl(["pkey", "-outform", "DER"]).suffix(32)
      let theirs = try openssl(["pkey", "-pubout", "-outform", "DER"]).suffix(32)
      secret = Data(own + theirs).base64EncodedString()
    }
  }

  /// A dialect that signs with it.
  func dialect() throws -> CoinbaseDialect {
    try coinbaseDialect(try Credentials(apiKey: Self.name, signer: RequestSigner(secret.secret)))
  }
}

extension VenueRequest {
  /// The token of a request or a frame.
  var token: String {
    switch payload {
    case .http(_, _, let headers, _):
      let bearer = headers.first { $0.name == "Authorization" }?.value ?? ""
      return String(bearer.dropFirst("Bearer ".count))
    case .frame:
      let parts = text.components(separatedBy: #""jwt":""#)
      return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : ""
    }
  }

  /// The JSON object of a request's body.
  var object: NSDictionary? {
    guard case .http(_, _, _, let body) = payload, !body.isEmpty else { return nil }
    return (try? JSONSerialization.jsonObject(with: Data(body))) as? NSDictionary
  }

  /// Verb, path and query.
  var line: String {
    guard case .http(let method, let target, _, _) = payload else { return "" }
    return method.rawValue + " " + target
  }
}
