/// Checkpoints and key notes as text and back.
import Journal
import Testing
import TradingCore

private func checkpoint(time: Timestamp = Timestamp(nanoseconds: 1_704_067_200_019_000_000)) throws
  -> Checkpoint
{
  Checkpoint(
    journal: JournalID(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908), treeSize: 3,
    root: try Digest.sha256([1]), sequence: 40_000, chain: try Digest.sha256([2]), time: time)
}

@Suite("Checkpoints")
struct CheckpointTests {
  /// The root and chain are the SHA-256 of one byte, as `sha256sum` writes them.
  private let text = """
    cryptobot/000102030405060708090a0b0c0d0e0f
    3
    S/USLzRFVMU73i67jNK349FgCtYxw4Wl18ziPHeFRZo=
    sequence 40000
    chain dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986
    time 2024-01-01T00:00:00.019Z

    """

  @Test("are written in six lines and read back")
  func sixLines() throws {
    #expect(try checkpoint().text == text)
    #expect(try Checkpoint(text) == checkpoint())
  }

  @Test("say none where no text names the time")
  func noTime() throws {
    for nanoseconds in [Int64.min, .min + 1, -1, .max] {
      let value = try checkpoint(time: Timestamp(nanoseconds: nanoseconds))
      #expect(value.text.hasSuffix("\ntime none\n"))
      #expect(Checkpoint(value.text) == value)
    }
  }

  @Test("with any byte changed say something else or are not read")
  func everyChangedByte() throws {
    let (bytes, original) = (Array(text.utf8), try checkpoint())
    for place in bytes.indices {
      for change in [UInt8(0x01), 0x20, 0x80] {
        var changed = bytes
        changed[place] ^= change
        guard let other = String(validating: changed, as: UTF8.self) else { continue }
        guard let value = Checkpoint(other) else { continue }
        #expect(value.text == other && value != original)
      }
    }
    for length in 0..<bytes.count {
      #expect(Checkpoint(String(decoding: bytes.prefix(length), as: UTF8.self)) == nil)
    }
    #expect(Checkpoint(text + "more\n") == nil)
    #expect(Checkpoint(text.replacing("\n3\n", with: "\n03\n")) == nil)
    #expect(Checkpoint(text.replacing("\n3\n", with: "\n+3\n")) == nil)
  }

  @Test("and key notes are not taken for each other")
  func keyNotes() throws {
    let journal = try checkpoint().journal
    let key = try Ed25519PrivateKey().publicKey
    let first = KeyNote(journal: journal, number: 7, key: key)
    let next = KeyNote(
      journal: journal, number: 7, key: key, signed: KeyNote.Tree(of: try checkpoint()))
    #expect(KeyNote(text) == nil)
    #expect(first.text.hasPrefix("cryptobot/000102030405060708090a0b0c0d0e0f/key\n7\nA"))
    #expect(next.text == first.text + "3\nS/USLzRFVMU73i67jNK349FgCtYxw4Wl18ziPHeFRZo=\n")
    for note in [first, next] {
      #expect(KeyNote(note.text) == note)
      #expect(Checkpoint(note.text) == nil)
      #expect(KeyNote(note.text + "\n") == nil)
      for length in 0..<note.text.utf8.count where length != first.text.utf8.count {
        #expect(KeyNote(String(note.text.prefix(length))) == nil)
      }
    }
  }
}
