/// What a killed writer left goes when its name is taken again, and nothing else does.

import Foundation
import Testing

@testable import Journal

@Suite("What a killed writer left")
struct RemainsTests {
  private static let segment = "00000000000000000001.lz4.open"

  /// A process that has just ended, so that nobody has its number for now.
  private static func deadProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  private func make(_ name: String, in folder: TestFolder, holding files: [String]) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path(name), withIntermediateDirectories: true)
    for file in files {
      try Data([1]).write(to: URL(fileURLWithPath: folder.path(name) + "/" + file))
    }
  }

  @Test func `Folders of the dead are removed and named, those of others stay`() throws {
    let folder = TestFolder()
    let dead = try Self.deadProcess()
    let gone = [".j.partial-\(dead)", ".j.partial-\(dead)-2"]
    let kept = [
      ".j.partial-\(getpid())", ".j.partial-\(dead)-x", ".j.partial-", ".j.partial--\(dead)",
      ".jj.partial-\(dead)", ".j.replaced-\(dead)", "j.partial-\(dead)", ".j.partial-\(dead)-1-2",
    ]
    for name in gone + kept { try make(name, in: folder, holding: [Self.segment]) }
    let foreign = ".j.partial-\(dead)-3"
    try make(foreign, in: folder, holding: [Self.segment, "thesis.txt"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(".j.partial-\(dead)-4"), withDestinationPath: folder.path(kept[0]))
    try Data().write(to: URL(fileURLWithPath: folder.path(".j.partial-\(dead)-5")))
    let removed = try JournalWriter.clearRemains(beside: folder.path("j"))
    #expect(removed == gone.map { folder.path($0) })
    let left = kept + [foreign, ".j.partial-\(dead)-4", ".j.partial-\(dead)-5"]
    #expect(folder.names == left.sorted())
    #expect(try JournalWriter.clearRemains(beside: folder.path("j")).isEmpty)
  }

  @Test func `A folder that a writer holds stays, whatever number it has`() throws {
    let folder = TestFolder()
    let writer = try JournalWriter(
      creating: folder.path("j"), identity: identity(), replacing: false)
    let dead = ".j.partial-\(try Self.deadProcess())"
    try FileManager.default.moveItem(
      atPath: folder.path(".j.partial-\(getpid())"), toPath: folder.path(dead))
    #expect(try JournalWriter.clearRemains(beside: folder.path("j")).isEmpty)
    #expect(folder.names == [dead])
    writer.abandon()
    #expect(try JournalWriter.clearRemains(beside: folder.path("j")) == [folder.path(dead)])
    #expect(folder.names.isEmpty)
  }

  @Test func `Where there is no folder there are no remains`() throws {
    #expect(try JournalWriter.clearRemains(beside: TestFolder().path("none/j")).isEmpty)
  }
}
