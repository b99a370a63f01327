/// config.env: lines of NAME=value as shells and containers read them, but every line is understood or
/// refused with its number, for a line that is passed over is money traded by a default.

import Glibc
import Synchronization

/// What a file says. Values of secrets stay bytes, and are given out once.
final class ConfigurationFile: Sendable {
  let path: String
  /// The line of every key.
  let lines: [String: Int]
  /// Of keys that are no secrets.
  let values: [String: String]
  private let secrets: Mutex<[String: [UInt8]]>

  /// A page of settings is no larger.
  static let largestByteCount = 1 << 20

  /// Reads a file.
  /// - Throws: `ConfigurationError`.
  init(_ path: String) throws(ConfigurationError) {
    self.path = path
    // It may hold secrets: only those that are asked for are kept.
    SecretInput.forbidCores()
    var bytes = try Self.bytes(of: path)
    defer { SecretInput.wipe(&bytes) }
    let contents = try Self.contents(of: bytes, path)
    (lines, values) = (contents.lines, contents.values)
    secrets = Mutex(contents.secrets)
    try expectPrivacy()
  }

  private static func contents(
    of bytes: [UInt8], _ path: String
  ) throws(ConfigurationError) -> Contents {
    var reader = ConfigurationLines(bytes, file: path)
    var contents = Contents(path: path)
    while let line = try reader.next() { try contents.add(line) }
    return contents
  }

  /// The file that holds: the one that is named, or the usual one where it exists.
  /// - Parameter named: the option's; else the variable's holds.
  static func chosen(named: String?) throws(ConfigurationError) -> ConfigurationFile? {
    let variable = getenv(ConfigurationKey.fileVariable).map { String(cString: $0) } ?? ""
    if let path = named ?? (variable.isEmpty ? nil : variable) {
      return try ConfigurationFile(path)
    }
    // A link that leads nowhere is a file that is missing, not one that nobody wanted.
    var status = stat()
    guard lstat(ConfigurationKey.fileName, &status) == 0 else { return nil }
    return try ConfigurationFile(ConfigurationKey.fileName)
  }

  /// A secret's bytes, once; they are here no more.
  func takeSecret(_ name: String) -> [UInt8]? { secrets.withLock { $0.removeValue(forKey: name) } }

  /// Names of the secrets that stand in the file.
  var secretNames: [String] { secrets.withLock { $0.keys.sorted() } }

  private struct Contents {
    let path: String
    var lines: [String: Int] = [:]
    var values: [String: String] = [:]
    var secrets: [String: [UInt8]] = [:]

    mutating func add(_ line: ConfigurationLines.Line) throws(ConfigurationError) {
      guard let key = ConfigurationKey.named(line.name) else {
        throw .unknownKey(
          name: line.name, place: "\(path):\(line.number)",
          hint: ConfigurationKey.hint(for: line.name))
      }
      if let first = lines[line.name] {
        throw .repeated(name: line.name, file: path, lines: [first, line.number])
      }
      lines[line.name] = line.number
      guard !line.value.isEmpty else { return }
      if key.isSecret {
        secrets[line.name] = line.value
      } else {
        values[line.name] = String(decoding: line.value, as: UTF8.self)
      }
    }
  }

  /// As ssh does with a private key: what everybody can read is no secret, and saying so once in a while
  /// is not enough.
  private func expectPrivacy() throws(ConfigurationError) {
    guard let name = secretNames.first else { return }
    if let mode = Files.exposure(of: path) {
      throw .exposed(file: path, mode: mode, name: name)
    }
  }

  private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
    do throws(CommandFailure) {
      return try Files.read(path, upTo: largestByteCount)
    } catch {
      throw error.outcome == .noInput
        ? .missing(file: path) : .unreadable(file: path, reason: error.description)
    }
  }
}
