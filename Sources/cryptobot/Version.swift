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

  /// The build: the XXH64 of the binary itself, so that equal builds are equal programs.
  static var build: String {
    guard let bytes = executable() else { return "unknown" }
    return hexadecimal(XXH64.hash(bytes))
  }

  /// One line for people and for the journal's header.
  static var text: String {
    "cryptobot \(release) (build \(build), logic \(LogicVersion.current.version), "
      + "\(configuration), \(toolchain), \(machine))"
  }

  private static func executable() -> [UInt8]? {
    let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    let size = Int(status.st_size)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        guard got > 0 else { return }
        count += got
      }
    }
  }
}
