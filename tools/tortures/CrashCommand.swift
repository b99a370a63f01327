/// `torture crash`: the crash suite over all scripts of each length in turn, with counts and rate.
import Foundation
import JournalSimulation

struct CrashCommand {
  private let states: Int
  private let blocks: Int
  private let parts: [CrashSuite.Part]
  private let bug: PlantedBug?
  private let pages: [Int]
  private let seed: UInt64
  private let signs: Bool
  private let stride: Int

  init(_ options: inout Options) throws {
    states = try options.number("--states", 700_000)
    blocks = try options.number("--blocks", 4)
    seed = try options.number("--seed", 1)
    parts = try options.values("--part").map { name in
      guard let part = CrashSuite.Part(rawValue: name) else {
        throw Failure.usage("--part \(name): no such part")
      }
      return part
    }
    bug = try options.text("--bug").map { name in
      guard let bug = PlantedBug(rawValue: name) else {
        throw Failure.usage("--bug \(name): no such bug")
      }
      return bug
    }
    let page: Int = try options.number("--page", 0)
    guard [0, 512, 4_096].contains(page) else { throw Failure.usage("--page is 512 or 4096") }
    pages = page == 0 ? [4_096, 512] : [page]
    stride = max(1, try options.number("--stride", 101))
    signs = options.text("--signed") == "yes"
    try options.finish()
  }

  func run() throws {
    say("seed \(seed)" + (bug.map { ", planted bug: \($0.rawValue)" } ?? ""))
    for part in parts.isEmpty ? CrashSuite.Part.allCases : parts {
      for page in pages { try run(part, page) }
    }
    say("nothing acknowledged was lost, no crash was called corrupt")
  }

  /// All scripts, one of each length in turn. Neighbours are alike, so it goes in steps through them.
  private var scripts: [Script] {
    let lengths = (1...max(1, blocks)).map { Script.all(blocks: $0) }
    let most = lengths.map(\.count).max() ?? 0
    return (0..<most).flatMap { number in
      lengths.filter { number < $0.count }.map { $0[number * 101 % $0.count] }
    }
  }

  /// One part of the suite, until it has its share of the states.
  private func run(_ part: CrashSuite.Part, _ page: Int) throws {
    let share = part == .crash ? states / pages.count : states / 20
    var suite = CrashSuite([part], scripts)
    suite.seed = seed
    suite.stride = stride
    let begin = Date()
    var journal = JournalUnderTest(pageBytes: page, bug: bug)
    journal.signs = signs
    let tally = try suite.run(on: journal) { tally in
      tally.states + tally.reported + tally.faults >= share
    }
    let seconds = Date().timeIntervalSince(begin)
    let rate = Int(Double(tally.states + tally.reported) / max(seconds, 0.001))
    say("\(part.rawValue), pages of \(page): \(tally); \(Int(seconds)) s, \(rate)/s")
  }
}
