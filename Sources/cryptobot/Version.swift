/// What this binary is: release, build, logic version and toolchain, for `--version` and journals.

import Glibc
import TradingCore

enum Version {
  static let release = "0.1.0"

  /// How this binary was compiled.
  static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  static var toolchain: String {
    #if compiler(>=6.4)
      "Swift 6.4 or newer"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  static var machine: String {
    #if arch(x86_64)
      "linux x86_64"
    #elseif arch(arm64)
      "linux arm64"
    #else
      "linux"
    #endif
  }

  /// The build: a hash of the binary itself, so that equal builds are equal programs. Each chunk's
  /// XXH64 is seeded with the one before, so that the binary never stands in memory as a whole.
  static var build: String {
    let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "unknown" }
    defer { close(descriptor) }
    var hash: UInt64 = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
      hash = XXH64.hash(count == chunk.count ? chunk : Array(chunk[..<count]), seed: hash)
    }
    return hexadecimal(hash)
  }

  /// One line for people and for the journal's header.
  static var text: String {
    "cryptobot \(release) (build \(build), logic \(LogicVersion.current.version), "
      + "\(configuration), \(toolchain), \(machine))"
  }
}
