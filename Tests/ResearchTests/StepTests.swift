/// Stepping without a terminal: keys from bytes, a machine that goes both ways, screens that fit.
import Foundation
import Journal
import Research
import Testing
import TradingCore

private func golden(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("journals/\(name)").path
}

@Suite("Stepping through a journal")
struct StepTests {
  @Test("bytes of a terminal are keys, however they are cut")
  func bytes() {
    let text = "\u{1B}[C\u{1B}[D\u{1B}[6~\u{1B}[5~\u{1B}[H\u{1B}[Fnpf/gap\rg12\u{7F}\rq"
    let expected: [StepKey] = [
      .forward, .back, .pageForward, .pageBack, .first, .last, .nextOrder, .previousOrder,
      .nextFill, .search, .character("g"), .character("a"), .character("p"), .enter, .jump,
      .character("1"), .character("2"), .erase, .enter, .quit,
    ]
    let bytes = Array(text.utf8)
    #expect(StepKeys.keys(in: bytes[...], isAnswering: false).keys == expected)
    for cut in 0...bytes.count {
      let (first, rest) = StepKeys.keys(in: bytes[..<cut], isAnswering: false)
      let opened = first.last { $0 == .search || $0 == .jump || $0 == .enter }
      let answering = opened == .search || opened == .jump
      let (second, left) = StepKeys.keys(in: (rest + bytes[cut...])[...], isAnswering: answering)
      #expect(first + second == expected, "cut at \(cut)")
      #expect(left.isEmpty)
    }
    #expect(StepKeys.keys(in: [0x1B], isAnswering: true).rest == [0x1B])
  }

  @Test("words of a script are keys, and others are none")
  func words() {
    #expect(StepKeys.keys(ofWord: "forward") == [.forward])
    #expect(StepKeys.keys(ofWord: "n") == [.nextOrder])
    #expect(
      StepKeys.keys(ofWord: "g12") == [.jump, .character("1"), .character("2"), .enter])
    #expect(StepKeys.keys(ofWord: "/ab") == [.search, .character("a"), .character("b"), .enter])
    for word in ["g", "/", "x", "fwd", ""] { #expect(StepKeys.keys(ofWord: word) == nil) }
  }

  /// The fingerprints of every state of a fold from the start are the oracle.
  @Test(
    "any walk back and forth shows the states of a fold", arguments: ["order-flow-1", "candles-1"])
  func walks(name: String) throws {
    var fold = try JournalFold(opening: golden(name))
    var fingerprints: [UInt64] = []
    while try fold.advance(to: .sequence(fold.state.sequence + 1)) || fold.state.sequence < 2_600 {
      if fingerprints.count < Int(fold.state.sequence) {
        fingerprints.append(fold.state.fingerprint)
      }
      if fold.state.sequence >= min(2_600, fold.facts.lastSequence) { break }
    }
    for seed in 1...3 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed, label: "walk")
      var machine = try StepMachine(opening: golden(name)) { _, _ in true }
      for _ in 0..<40 {
        let target = 1 + random.below(UInt64(fingerprints.count))
        for key in StepKeys.keys(ofWord: "g\(target)") ?? [] { _ = try machine.press(key) }
        #expect(machine.sequence == target, "seed \(seed)")
        #expect(machine.state.fingerprint == fingerprints[Int(target) - 1], "seed \(seed)")
        _ = try machine.press(random.below(2) == 0 ? .forward : .back)
        let here = Int(machine.sequence)
        if here <= fingerprints.count {
          #expect(machine.state.fingerprint == fingerprints[here - 1], "seed \(seed)")
        }
      }
    }
  }

  @Test("a screen has the lines and columns it is given, and never a control character")
  func screens() throws {
    var machine = try StepMachine(opening: golden("order-flow-1")) { _, _ in true }
    for key in StepKeys.keys(ofWord: "g1500") ?? [] { _ = try machine.press(key) }
    for height in [1, 2, 3, 8, 24, 60] {
      for width in [1, 10, 40, 80, 200] {
        let lines = machine.screen(width: width, height: height)
        #expect(lines.count == height, "\(width) × \(height)")
        #expect(lines.allSatisfy { $0.count <= width }, "\(width) × \(height)")
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 } })
      }
    }
  }

  @Test("it stays where it is at both ends, and says what it does not find")
  func ends() throws {
    var machine = try StepMachine(opening: golden("candles-1")) { _, _ in true }
    #expect(try machine.press(.back) && machine.sequence == 1)
    #expect(try machine.press(.last) && machine.sequence == machine.lastSequence)
    #expect(try machine.press(.forward) && machine.sequence == machine.lastSequence)
    #expect(try machine.press(.nextOrder) && machine.remark == "no order behind this event")
    #expect(try machine.press(.again) && !machine.remark.isEmpty)
    for key in StepKeys.keys(ofWord: "gnowhere") ?? [] { _ = try machine.press(key) }
    #expect(machine.remark.contains("nowhere") && machine.sequence == machine.lastSequence)
    #expect(try !machine.press(.quit))
  }

  @Test("a jump to a time shows the changes of the one event that it leads to")
  func jumpsToTimes() throws {
    let events = try allEvents(of: golden("order-flow-1"))
    for place in stride(from: 99, to: events.count, by: 211) {
      let time = events[place].receiveTime.iso8601
      var byTime = try StepMachine(opening: golden("order-flow-1")) { _, _ in true }
      for key in StepKeys.keys(ofWord: "g\(time)") ?? [] { _ = try byTime.press(key) }
      #expect(byTime.remark.isEmpty && byTime.sequence > place)
      var byNumber = try StepMachine(opening: golden("order-flow-1")) { _, _ in true }
      for key in StepKeys.keys(ofWord: "g\(byTime.sequence)") ?? [] {
        _ = try byNumber.press(key)
      }
      #expect(byTime.changes == byNumber.changes, "\(time), event \(byTime.sequence)")
    }
  }

  @Test("what takes too long can be stopped, and the machine goes on")
  func stops() throws {
    var isStopping = false
    var machine = try StepMachine(opening: golden("order-flow-1")) { _, _ in !isStopping }
    isStopping = true
    #expect(try machine.press(.nextFill) && machine.remark == "stopped")
    isStopping = false
    #expect(try machine.press(.forward) && machine.sequence == 2)
  }
}
