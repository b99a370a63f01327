/// Runs the command as users do: the real binary, its output and its exit code.

import Foundation

/// What a run of the command left behind.
struct Run {
  var status: Int32
  var output: String
  var errors: String
}

enum Command {
  /// The binary beside the test bundle.
  static let binary: URL = {
    let started = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let mapped = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let bundles = mapped.split(separator: "\n").compactMap { line -> URL? in
      guard line.hasSuffix(".xctest"), let path = line.split(separator: " ").last else {
        return nil
      }
      return URL(fileURLWithPath: String(path)).deletingLastPathComponent()
    }
    let places = bundles.prefix(1) + [started]
    let found = places.map { $0.appendingPathComponent("cryptobot") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else { preconditionFailure("no cryptobot beside the tests: \(places)") }
    return found
  }()

  /// The root of the repository.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Starts the command and waits for its end.
  static func run(_ arguments: String..., input: String = "", in folder: URL? = nil) throws -> Run {
    try run(arguments, input: input, in: folder)
  }

  static func run(_ arguments: [String], input: String = "", in folder: URL? = nil) throws -> Run {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let files = try Scratch()
    let (output, errors) = (try files.empty("output"), try files.empty("errors"))
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = try FileHandle(forReadingFrom: try files.write("input", input))
    try process.run()
    process.waitUntilExit()
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Run(
      status: process.terminationStatus + signal,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

/// A folder that disappears with the test.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "cryptobot-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ name: String, _ text: String) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file
  }

  func empty(_ name: String) throws -> URL { try write(name, "") }

  /// Names of everything in the folder, hidden files too.
  var contents: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}
