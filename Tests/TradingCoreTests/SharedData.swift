/// Outside data for tests: found by the environment variable CRYPTOBOT_SHARED, skipped without it.
import Foundation

@testable import TradingCore

enum SharedData {
  static let folder = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"]
  static let isAvailable = folder != nil
  static let reason = "CRYPTOBOT_SHARED is not set, so there is no reference to compare with"

  enum Fault: Error {
    case unreadable(String)
  }

  /// A file of the shared data folder as text; `.gz` is unpacked with gzip.
  static func text(_ path: String) throws -> String {
    let file = "\(folder ?? "")/data/\(path)"
    guard path.hasSuffix(".gz") else { return try String(contentsOfFile: file, encoding: .utf8) }
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", file]
    let output = Pipe()
    gzip.standardOutput = output
    try gzip.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    guard gzip.terminationStatus == 0 else { throw Fault.unreadable(file) }
    return String(decoding: data, as: UTF8.self)
  }

  /// The rows of a CSV file without its header, split at commas.
  static func rows(_ path: String) throws -> [[String]] {
    try text(path).split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

extension Money {
  /// Money from plain decimal text of at most 18 digits behind the point, exactly; for tests.
  init(text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1].prefix(18)) : ""
    let digits = parts[0] + fraction + String(repeating: "0", count: 18 - fraction.count)
    let magnitude = Int128(digits) ?? 0
    self.init(units: isNegative ? -magnitude : magnitude)
  }

  init(whole: Int64) { self.init(units: Int128(whole) * Money.one.units) }

  /// The amount nearest to a `Double`; for tests.
  init(near value: Double) { self.init(units: Int128(value * 1e18)) }
}

extension Double {
  /// Whether this is within `tolerance` of `other`, as a share of the larger magnitude.
  func isNear(_ other: Double, within tolerance: Double) -> Bool {
    (self - other).magnitude <= tolerance * Swift.max(magnitude, other.magnitude)
  }
}
