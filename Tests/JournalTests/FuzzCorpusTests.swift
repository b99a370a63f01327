/// The inputs that `tools/fuzz` found worth keeping, run without libFuzzer: whatever was once a finding
/// stays mended.

import Foundation
import JournalFuzzing
import Testing
import TradingCore

/// The kept inputs of a target by name.
private func corpus(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let folder = root.appendingPathComponent("tools/fuzzing/corpus/\(target.rawValue)")
  let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
    ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))))
  }
  return kept + (target == .canonical ? [("a state of this build", stateBytes())] : [])
}

/// A new rule may change what a state's bytes are, and then the kept ones are all refused, as they
/// should be; so one state is always this build's own.
private func stateBytes() -> [UInt8] {
  var bytes = CanonicalBytes()
  State().encode(into: &bytes)
  return bytes.bytes
}

@Suite("The fuzzers' corpora")
struct FuzzCorpusTests {
  @Test("every kept input is refused or held to its property", arguments: FuzzTarget.allCases)
  func replay(_ target: FuzzTarget) throws {
    var (refused, held) = (0, 0)
    for input in try corpus(target) {
      switch target.run(input.bytes) {
      case .refused: refused += 1
      case .held: held += 1
      case .broken(let problem): Issue.record("\(target.rawValue)/\(input.name): \(problem)")
      }
    }
    print("\(target.rawValue): \(refused) inputs refused, \(held) accepted and whole")
    #expect(refused > 0 && held > 0)
  }

  @Test("no input at all, and one byte of it, are refused", arguments: FuzzTarget.allCases)
  func smallest(_ target: FuzzTarget) {
    for input in [[], [0], [1], [255]] as [[UInt8]] { #expect(target.run(input) == .refused) }
  }
}
