/// What the tests of this target share: outside data, the system's own tools, seeded numbers.

import Dialects
import Foundation

/// Where outside data lies; `nil` when nobody says, and tests that need it are skipped.
enum Shared {
  static let folder = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"]
  static var isMissing: Bool { folder == nil }

  /// The bytes of a file below `data/`, unpacked when its name ends in `.gz`.
  static func bytes(_ path: String) throws -> [UInt8] {
    let file = (folder ?? "") + "/data/" + path
    guard path.hasSuffix(".gz") else { return [UInt8](try Data(contentsOf: URL(filePath: file))) }
    return try Tool.run("gzip", ["-dc", file])
  }

  /// A JSON file as Foundation reads it: the judge, never the code under test.
  static func json(_ path: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(try bytes(path)))
  }
}

/// A command of the system as an oracle.
enum Tool {
  struct Failure: Error { let status: Int32 }

  /// What `command` writes to standard output.
  static func run(_ command: String, _ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return [UInt8](data)
  }
}

/// Numbers from a seed, SplitMix64, for tests that print it.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
  /// The text as a secret.
  var secret: Secret {
    var bytes = Array(utf8)
    return Secret(wiping: &bytes)
  }
}
