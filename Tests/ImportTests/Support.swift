/// What import tests share: temporary inputs, whole imports as arrays, the shared data's place.

import Foundation
import Import
import TradingCore

/// The folder of shared data, when the environment names one.
let sharedFolder = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"]

/// A temporary folder that goes away with its last reference.
final class Scratch {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "cryptobot-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `bytes` as a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let target = path + "/" + name
    try Data(bytes).write(to: URL(filePath: target))
    return target
  }

  /// Writes a text as a file and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }

  /// Starts a shell command in the folder.
  func start(_ command: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(filePath: path)
    try process.run()
    return process
  }

  /// Runs a shell command in the folder to its end.
  func run(_ command: String) throws {
    let process = try start(command)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ToolFailed(command: command) }
  }
}

struct ToolFailed: Error { let command: String }

/// All events of an import, or the `ImportError` that ended it.
func events(of request: ImportRequest) throws -> [Event] {
  let importer = try Importer(request)
  var batch = EventBatch()
  var all: [Event] = []
  do {
    while try importer.next(into: &batch) {
      precondition(batch.firstSequence == Sequence64(all.count + 1), "batches leave no hole")
      precondition(batch.events.count <= EventBatch.capacity, "a batch is within its capacity")
      all += batch.events
    }
  } catch {
    throw importer.failure ?? ImportError.usage("the feed failed without a reason: \(error)")
  }
  return all
}

/// The events of one inline file.
func events(
  _ format: ImportFormat, _ name: String, _ text: String,
  _ change: (inout ImportRequest) -> Void = { _ in }
) throws -> [Event] {
  let scratch = try Scratch()
  var request = ImportRequest(format: format, files: [try scratch.file(name, text)])
  change(&request)
  return try events(of: request)
}

/// The rule that an import of one inline file says was broken, with its line; `nil` if it succeeds.
func fault(
  _ format: ImportFormat, _ name: String, _ text: String,
  _ change: (inout ImportRequest) -> Void = { _ in }
) throws -> (line: Int, rule: String)? {
  do {
    _ = try events(format, name, text, change)
    return nil
  } catch ImportError.malformed(let file, let line, let rule) {
    guard file.hasSuffix(name) else { return (line, "the error names \(file)") }
    return (line, rule)
  }
}

extension [Event] {
  /// Only what describes the market, gaps included.
  var market: [Event] { filter { $0.kind.isMarket } }
  var trades: [Trade] { compactMap { if case .trade(let trade) = $0.body { trade } else { nil } } }
  var quotes: [Quote] { compactMap { if case .quote(let quote) = $0.body { quote } else { nil } } }
  var depths: [Depth] { compactMap { if case .depth(let depth) = $0.body { depth } else { nil } } }
  var gaps: [Gap] { compactMap { if case .gap(let gap) = $0.body { gap } else { nil } } }
  var candles: [Candle] {
    compactMap { if case .candle(let candle) = $0.body { candle } else { nil } }
  }
  var instruments: [InstrumentDefinition] {
    compactMap { if case .instrument(let definition) = $0.body { definition } else { nil } }
  }

  func count(_ kind: EventKind) -> Int { count { $0.kind == kind } }

  /// The count a notice holds, summed over instruments.
  func notice(_ code: NoticeCode) -> UInt64 {
    reduce(0) { sum, event in
      guard case .notice(let notice) = event.body, notice.code == code else { return sum }
      return sum + notice.count
    }
  }

  /// The texts of a subject in order.
  func texts(_ subject: TextSubject) -> [String] {
    var result: [String] = []
    var bytes: [UInt8] = []
    for event in self {
      guard case .text(let text) = event.body, text.subject == subject else { continue }
      bytes += text.utf8
      if text.flags.contains(.last) {
        result.append(String(decoding: bytes, as: UTF8.self))
        bytes = []
      }
    }
    return result
  }
}

/// The same numbers for the same seed, on every machine.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  /// SplitMix64, http://xoshiro.di.unimi.it/splitmix64.c
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
