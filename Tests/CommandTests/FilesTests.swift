/// What is said of a file that is larger than it may be.

import Testing

@testable import cryptobot

@Suite("A file's size")
struct FilesTests {
  @Test(
    "is told in the unit that shows its limit",
    arguments: [(1 << 16, "64 KiB"), (1 << 20, "1 MiB"), (3 << 19, "1 MiB")])
  func limit(_ limit: Int, _ text: String) {
    let failure = #expect(throws: CommandFailure.self) {
      try Files.read("/dev/zero", upTo: limit)
    }
    #expect(failure?.description.contains("is larger than \(text), more than") == true)
  }
}
