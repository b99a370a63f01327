/// Our files and hashes judged by what nobody here wrote: the lz4 program, published digests, and
/// the size another format needs.

import Foundation
import Journal
import Testing
import TradingCore

/// Runs a command and returns its exit code and what it wrote; nil when there is no such tool.
private func run(_ tool: String, _ arguments: [String]) throws -> (code: Int32, output: [UInt8])? {
  guard
    let path = ["/usr/bin/", "/usr/local/bin/", "/bin/"].map({ $0 + tool })
      .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
  else { return nil }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, [UInt8](output))
}

private func plausible(_ count: Int, seed: UInt64) -> [Event] {
  var numbers = Numbers(seed: seed)
  var (time, price): (Int64, Int64) = (1_700_000_000_000_000_000, 6_000_000)
  return (1...count).map { index in
    time += Int64(numbers.below(200_000_000))
    price += Int64(numbers.below(21)) - 10
    let trade = Trade(
      instrument: InstrumentID(0), price: Price(ticks: price),
      quantity: Quantity(lots: Int64(numbers.below(1_000)) + 1),
      aggressor: numbers.below(2) == 0 ? .buy : .sell, id: Int64(index))
    return Event(
      receiveTime: Timestamp(nanoseconds: time), venueTime: Timestamp(nanoseconds: time),
      .trade(trade))
  }
}

@Suite("Other people's tools agree")
struct ForeignToolTests {
  @Test("lz4 accepts every segment and yields exactly the payloads")
  func lz4() throws {
    let folder = TestFolder()
    var numbers = Numbers(seed: 3)
    var events = plausible(30_000, seed: 3)
    events += (0..<5_000).map { _ in
      anyEvent(EventKind.allCases[numbers.below(EventKind.allCases.count)], &numbers)
    }
    let summary = try write(events, to: folder.path("j"), segmentLimit: 100_000)
    #expect(summary.segments > 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("j"))
    for name in names {
      let file = folder.path("j/" + name)
      guard let test = try run("lz4", ["-t", "-q", file]) else {
        print("skipped: no lz4 on this machine")
        return
      }
      #expect(test.code == 0)
      let plain = try #require(try run("lz4", ["-dcq", file]))
      #expect(plain.code == 0)
      #expect(try chain(file, over: plain.output))
    }
  }

  /// Walks a segment's frames and computes leaves and chain over lz4's own output, from the format's
  /// page alone; true when every block's header states that chain and no output is left over.
  private func chain(_ file: String, over output: [UInt8]) throws -> Bool {
    let whole = try bytes(file)
    func word(_ offset: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(whole[offset + $1]) << (8 * $1) }
    }
    var head = Array(whole[8 + 96..<8 + 128])  // the predecessor's chain head
    var (offset, used, agrees) = (8_192, 0, true)
    while word(offset) == 0x184D_2A51 {
      let header = whole[(offset + 8)..<(offset + 168)]
      let start = header.startIndex
      let payload = output[used..<used + word(start + 84)]
      if header[start + 6] == 0 {
        let logical =
          header[start + 24..<start + 80] + header[start + 84..<start + 88] + [0, 0, 0, 0]
        let leaf = try Digest.sha256([0] + logical + payload)
        head = try Digest.sha256([2] + head + leaf.bytes).bytes
        agrees = agrees && head == Array(header[start + 104..<start + 136])
      }
      used += payload.count
      offset += 168 + word(start + 80)
    }
    return agrees && used == output.count && word(offset) == 0x184D_2A52
  }

  @Test("SHA-256 gives the published digests of FIPS 180-4's examples")
  func sha256() throws {
    let vectors = [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ]
    for (text, expected) in vectors { #expect(try Digest.sha256(Array(text.utf8)).hex == expected) }
  }

  @Test("a million letters a, taken in pieces")
  func pieces() throws {
    var digest = try Digest()
    for _ in 0..<1_000 { digest.update([UInt8](repeating: 97, count: 1_000)) }
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(digest.finish().hex == expected)
    #expect(digest.finish() == (try Digest.sha256([])))
  }

  @Test("two million random trades take at most 6.4 bytes each", .enabled(if: isOptimised))
  func size() throws {
    let folder = TestFolder()
    let summary = try write(plausible(2_000_000, seed: 1), to: folder.path("j"))
    print("bytes per trade: \(Double(summary.bytes) / 2_000_000)")
    #expect(summary.bytes <= 12_800_000)
  }
}

/// Whether this is a release build: figures of a debug build mean nothing.
let isOptimised: Bool = {
  var result = true
  assert(
    {
      result = false
      return true
    }())
  return result
}()
