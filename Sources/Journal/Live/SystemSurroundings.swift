/// What a live writer is told of this machine: clocks, boot, and chance for a new journal's identity.
internal import TradingCore

extension LiveSurroundings {
  /// - Throws: `.limit` when `build` is too long, `.library` without SHA-256.
  package static func ofThisMachine(build: String) throws(JournalError) -> LiveSurroundings {
    var random = SystemRandomNumberGenerator()
    let chance = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    return LiveSurroundings(
      now: wallNow(), monotonic: monotonicNow(), bootID: bootID(), build: build,
      newIdentity: try JournalIdentity(inputs: chance, scenario: "live", build: build))
  }

  /// The id that Linux gives each boot, 32 hex digits with dashes; zero where it tells none.
  private static func bootID() -> JournalID {
    let path = "/proc/sys/kernel/random/boot_id"
    var id = JournalID.zero
    do throws(JournalError) {
      for byte in try SegmentFile(path, .read, on: SystemDisk()).read(64, at: 0) {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { continue }
        id.high = id.high << 4 | id.low >> 60
        id.low = id.low << 4 | UInt64(digit)
      }
    } catch { return .zero }
    return id
  }
}
