/// Secrets on their way in: from the environment, which is wiped where it lies, from a file, or from
/// standard input, which is read no further than the secret goes. Never an argument, never a prompt.

import Dialects
import Glibc
import Synchronization

enum SecretInput {
  /// The most bytes that a secret may have; a private key has a tenth.
  private static let mostBytes = 1 << 16

  /// What was taken out of the environment and nobody has asked for yet.
  private static let taken = Mutex<[String: [UInt8]]>([:])

  /// Variables that hold a secret, whichever verb reads them.
  private static let variables =
    ConfigurationKey.all.filter(\.isSecret).map(\.name) + [
      "CRYPTOBOT_PASSPHRASE", "CRYPTOBOT_NEW_PASSPHRASE",
    ]

  /// Takes every secret out of the environment, asked for or not: from now on `/proc` shows none, and no
  /// process that is started inherits one.
  static func clearEnvironment() {
    for name in variables {
      // A name may stand there twice: the first one holds, and unsetenv takes away all.
      for value in values(of: name) {
        forbidCores()
        let bytes = (0..<strlen(value)).map { UInt8(bitPattern: value[$0]) }
        memset(value, 0, bytes.count)
        guard !bytes.isEmpty else { continue }
        taken.withLock { if $0[name] == nil { $0[name] = bytes } }
      }
      unsetenv(name)
    }
  }

  /// Where the texts of a variable lie.
  private static func values(of name: String) -> [UnsafeMutablePointer<CChar>] {
    let head = name + "="
    var found: [UnsafeMutablePointer<CChar>] = []
    var place = 0
    while let entry = environ[place] {
      if strncmp(entry, head, head.utf8.count) == 0 { found.append(entry + head.utf8.count) }
      place += 1
    }
    return found
  }

  /// Whether a variable with a secret was set, and nobody has asked for it yet.
  static func isSet(_ name: String) -> Bool { taken.withLock { $0[name] != nil } }

  /// A secret that came by the environment, once.
  /// - Returns: `nil` where it was unset or empty.
  static func environment(_ name: String) -> [UInt8]? {
    taken.withLock { $0.removeValue(forKey: name) }
  }

  /// The next line of standard input without its end; what follows stays there.
  /// - Returns: `nil` at its end.
  /// - Throws: `.usage` where a person would have to type it, `.badInput` for a line without end.
  static func line() throws(CommandFailure) -> [UInt8]? {
    var bytes = roomy()
    while let byte = try byte() {
      guard byte != UInt8(ascii: "\n") else { return trimmed(&bytes) }
      bytes.append(byte)
      try expectSecret(bytes)
    }
    return bytes.isEmpty ? nil : trimmed(&bytes)
  }

  /// The rest of standard input without the line ends behind it.
  /// - Throws: as `line`.
  static func rest() throws(CommandFailure) -> [UInt8] {
    var bytes = roomy()
    while let byte = try byte() {
      bytes.append(byte)
      try expectSecret(bytes)
    }
    return trimmed(&bytes)
  }

  /// The first line of a file that its owner alone may read.
  /// - Throws: as `Files.read`; `.refused` where others may read it, `.badInput` where it is empty.
  static func firstLine(of path: String) throws(CommandFailure) -> [UInt8] {
    forbidCores()
    if let mode = Files.exposure(of: path) {
      throw CommandFailure(
        .refused,
        "\(path) holds a passphrase and others may read it (mode 0\(String(mode, radix: 8))); say: "
          + "chmod 600 \(path)", .configuration)
    }
    let isEmpty = CommandFailure(
      .badInput, "\(path): its first line is empty; put the passphrase there")
    // Standard input is read no further: a key may lie behind the passphrase.
    if ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path) {
      guard let line = try line(), !line.isEmpty else { throw isEmpty }
      return line
    }
    var bytes = try Files.read(path, upTo: mostBytes)
    defer { wipe(&bytes) }
    var line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
    guard !trimmed(&line).isEmpty else { throw isEmpty }
    return line
  }

  /// Overwrites bytes that are not needed any more.
  static func wipe(_ bytes: inout [UInt8]) { _ = Secret(wiping: &bytes) }

  private static func expectSecret(_ bytes: [UInt8]) throws(CommandFailure) {
    guard bytes.count <= mostBytes else {
      throw CommandFailure(.badInput, "standard input: this is longer than any secret")
    }
  }

  /// A process that holds a secret leaves no core behind, for that would hold it too.
  static func forbidCores() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0 else {
      return Output.warn("a crash may leave a core with secrets: \(Output.systemMessage(errno))")
    }
  }

  /// Room that no secret outgrows: growing would leave a part of it in memory that nobody wipes.
  private static func roomy() -> [UInt8] {
    forbidCores()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(mostBytes + 1)
    return bytes
  }

  private static func byte() throws(CommandFailure) -> UInt8? {
    guard isatty(STDIN_FILENO) == 0 else {
      throw CommandFailure(
        .usage,
        "a secret would have to be typed in sight: give it by a file, a pipe or the environment")
    }
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR {
        try Interrupt.check()
        continue
      }
      guard count >= 0 else {
        throw CommandFailure(.inputOutput, "standard input: \(Output.systemMessage(errno))")
      }
      return count == 0 ? nil : byte
    }
  }

  @discardableResult
  private static func trimmed(_ bytes: inout [UInt8]) -> [UInt8] {
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    return bytes
  }
}
