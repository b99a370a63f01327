/// The disk that lies, held to what it promises: a test bed that cannot fail proves nothing.
import DiskSimulation
import Glibc
import Journal
import JournalSimulation
import Testing
import TradingCore

/// Writes one byte, `count` times.
private func write(_ byte: UInt8, _ count: Int, at offset: UInt64, to file: any DiskFile) throws {
  let bytes = [UInt8](repeating: byte, count: count)
  let done = try bytes.withUnsafeBytes { buffer in
    try file.write(#require(buffer.baseAddress), count: count, at: offset)
  }
  #expect(done == count)
}

/// What each page of the file begins with.
private func heads(_ image: DiskImage, _ path: String) -> [UInt8] {
  let bytes = image.contents(path)
  return stride(from: 0, to: bytes.count, by: image.pageBytes).map { bytes[$0] }
}

/// A file of `pages` synced pages of ones under a synced name.
private func settled(pages: Int) throws -> DiskImage {
  let disk = SimDisk()
  try disk.makeFolder("j")
  let file = try disk.open("j/a", .create)
  try write(1, pages * 4_096, at: 0, to: file)
  try file.sync()
  try disk.syncFolder("j")
  try disk.syncFolder(".")
  return disk.image
}

@Suite("The simulated disk")
struct SimDiskTests {
  @Test("what was synced survives every crash, and then there is only one outcome")
  func durable() throws {
    let image = try settled(pages: 3)
    let choices = CrashChoices(of: image)
    #expect(choices.count == 1)
    #expect(heads(choices.outcome(0), "j/a") == [1, 1, 1])
  }

  @Test("an unsynced page is old, new, zero or garbage, each page by itself")
  func pages() throws {
    let disk = SimDisk(try settled(pages: 2))
    let file = try disk.open("j/a", .update)
    try write(2, 2 * 4_096, at: 0, to: file)
    let choices = CrashChoices(of: disk.image)
    #expect(choices.count == 16)
    let found = (0..<choices.count).map { heads(choices.outcome($0), "j/a") }
    #expect(Set(found).count == 16)
    let first = Set(found.map { $0[0] })
    #expect(first.count == 4 && first.isSuperset(of: [0, 1, 2]))
  }

  @Test("a page written twice may be found as it was between the writes")
  func versions() throws {
    let disk = SimDisk(try settled(pages: 1))
    let file = try disk.open("j/a", .update)
    try write(2, 4_096, at: 0, to: file)
    try write(3, 4_096, at: 0, to: file)
    let choices = CrashChoices(of: disk.image)
    let found = Set((0..<choices.count).map { heads(choices.outcome($0), "j/a")[0] })
    #expect(choices.count == 5 && found.isSuperset(of: [0, 1, 2, 3]))
  }

  @Test("a new file needs its own sync and its folder's")
  func names() throws {
    let disk = SimDisk(try settled(pages: 1))
    let file = try disk.open("j/b", .create)
    try write(2, 4_096, at: 0, to: file)
    try file.sync()
    let choices = CrashChoices(of: disk.image)
    #expect(choices.count == 2)
    #expect(choices.outcome(0).names("j") == ["a"] && choices.outcome(1).names("j") == ["a", "b"])
    try disk.syncFolder("j")
    #expect(CrashChoices(of: disk.image).count == 1)
  }

  @Test("a renamed file has one of its two names after a crash, never none, never both")
  func renames() throws {
    let disk = SimDisk(try settled(pages: 1))
    try disk.rename("j/a", to: "j/b")
    _ = try disk.open("j/a", .create)
    try disk.remove("j/a")
    let choices = CrashChoices(of: disk.image)
    for number in 0..<choices.count {
      let crashed = choices.outcome(number)
      let holders = crashed.names("j").filter { heads(crashed, "j/" + $0) == [1] }
      #expect(holders.count == 1, "outcome \(number)")
    }
    #expect(choices.count == 4)
  }

  @Test("changes of different names are kept or lost one by one")
  func independentNames() throws {
    let disk = SimDisk(try settled(pages: 1))
    for name in ["b", "c", "d"] { _ = try disk.open("j/" + name, .create) }
    let choices = CrashChoices(of: disk.image)
    let found = Set((0..<choices.count).map { choices.outcome($0).names("j") })
    #expect(choices.count == 8 && found.count == 8)
  }

  @Test("a cut is lost or kept, and what was cut off comes back or not")
  func truncation() throws {
    let disk = SimDisk(try settled(pages: 2))
    let file = try disk.open("j/a", .update)
    try file.truncate(to: 100)
    #expect(disk.image.contents("j/a").count == 100)
    let choices = CrashChoices(of: disk.image)
    let found = Set((0..<choices.count).map { choices.outcome($0).contents("j/a").count })
    #expect(found == [100, 8_192])
    try file.truncate(to: 8_192)
    #expect(disk.image.contents("j/a")[100...].allSatisfy { $0 == 0 })
    try file.sync()
    #expect(CrashChoices(of: disk.image).count == 1)
  }

  @Test("a sync that fails gives its pages up: the next one succeeds and writes nothing")
  func failedSync() throws {
    var plan = SimDisk.Plan()
    plan.faults = [Fault(.fails(EIO), at: 2)]
    let disk = SimDisk(try settled(pages: 1), plan: plan)
    let file = try disk.open("j/a", .update)
    try write(2, 4_096, at: 0, to: file)
    #expect(throws: SystemError(code: EIO)) { try file.sync() }
    try file.sync()
    #expect(heads(disk.image, "j/a") == [2])
    #expect(heads(CrashChoices(of: disk.image).outcome(0), "j/a") == [1])
    file.dropCache()
    #expect(heads(disk.image, "j/a") == [1])
  }

  @Test("short calls, failing calls and calls after a crash are as planned")
  func faults() throws {
    var plan = SimDisk.Plan()
    plan.faults = [Fault(.short, at: 1), Fault(.fails(ENOSPC), at: 2)]
    plan.crash = 4
    let disk = SimDisk(try settled(pages: 1), plan: plan)
    let file = try disk.open("j/a", .update)
    let bytes = [UInt8](repeating: 2, count: 10)
    try bytes.withUnsafeBytes { buffer in
      let base = try #require(buffer.baseAddress)
      #expect(try file.write(base, count: 10, at: 0) == 5)
      #expect(throws: SystemError(code: ENOSPC)) { try file.write(base, count: 10, at: 0) }
      #expect(try file.write(base, count: 10, at: 0) == 10)
      #expect(throws: SystemError.crashed) { try file.write(base, count: 10, at: 0) }
    }
    #expect(throws: SystemError.crashed) { try file.sync() }
    #expect(disk.operations == 4 && disk.hits == 2)
  }

  @Test("a full disk takes what there is room for, then nothing")
  func full() throws {
    var image = try settled(pages: 1)
    image.capacity = 6_000
    let disk = SimDisk(image)
    let file = try disk.open("j/a", .update)
    let bytes = [UInt8](repeating: 2, count: 4_096)
    try bytes.withUnsafeBytes { buffer in
      let base = try #require(buffer.baseAddress)
      #expect(try file.write(base, count: 4_096, at: 4_096) == 6_000 - 4_096)
      #expect(throws: SystemError(code: ENOSPC)) { try file.write(base, count: 1, at: 6_000) }
      #expect(try file.write(base, count: 4_096, at: 0) == 4_096)
    }
    #expect(try disk.space(at: "j").free == 0)
  }

  @Test("one open file holds a lock, until it is closed or the machine crashes")
  func locks() throws {
    let disk = SimDisk(try settled(pages: 1))
    var first: (any DiskFile)? = try disk.open("j/a", .update)
    let second = try disk.open("j/a", .update)
    #expect(try first?.lock() == true)
    #expect(try second.lock() == false)
    let rebooted = SimDisk(CrashChoices(of: disk.image).outcome(0))
    #expect(try rebooted.open("j/a", .update).lock())
    first = nil
    #expect(try second.lock())
  }

  @Test("moments hold the disk before each change, the trace names each call")
  func moments() throws {
    var plan = SimDisk.Plan()
    (plan.keepsMoments, plan.keepsTrace) = (true, true)
    let disk = SimDisk(try settled(pages: 1), plan: plan)
    let file = try disk.open("j/a", .update)
    try write(2, 4_096, at: 0, to: file)
    try file.sync()
    #expect(disk.moments.map(\.operation) == [1, 2])
    #expect(disk.moments.map { heads($0.image, "j/a") } == [[1], [2]])
    #expect(
      disk.trace.map(\.description) == ["open j/a", "write j/a 4096 bytes at 0", "sync j/a"])
  }

  @Test("rot, lost and misdirected writes, stale reads change what they say and nothing else")
  func rot() throws {
    let disk = SimDisk(try settled(pages: 2))
    let file = try disk.open("j/a", .update)
    try write(2, 4_096, at: 4_096, to: file)
    try file.sync()
    var image = disk.image
    try image.flip(bit: 3, at: 4_097, in: "j/a")
    #expect(image.contents("j/a")[4_097] == 2 ^ 8 && image.contents("j/a")[4_096] == 2)
    image = disk.image
    try image.damage(1, in: "j/a", .lost)
    #expect(heads(image, "j/a") == [1, 1])
    image = disk.image
    try image.damage(0, in: "j/a", .misdirected(from: 1))
    #expect(heads(image, "j/a") == [2, 2])
    var plan = SimDisk.Plan()
    plan.faults = [Fault(.stale, at: 1)]
    let stale = try SimDisk(disk.image, plan: plan).open("j/a", .read)
    var bytes = [UInt8](repeating: 0, count: 8_192)
    try bytes.withUnsafeMutableBytes { buffer in
      let base = try #require(buffer.baseAddress)
      #expect(try stale.read(8_192, at: 0, into: base) == 8_192)
    }
    #expect(bytes[4_096] == 1)
  }

  @Test("reads and writes agree with an array of bytes, seed by seed", arguments: 1...20)
  func model(seed: UInt64) throws {
    var numbers = RandomSource(seed: seed, label: "disk")
    let disk = SimDisk(DiskImage(pageBytes: 512))
    let file = try disk.open("a", .create)
    var model: [UInt8] = []
    for _ in 0..<100 {
      let offset = Int(numbers.below(3_000))
      switch numbers.below(4) {
      case 0:
        try file.truncate(to: UInt64(offset))
        model = Array((model + [UInt8](repeating: 0, count: 3_000)).prefix(offset))
      case 1: try file.sync()
      default:
        let count = Int(numbers.below(1_500)) + 1
        let byte = UInt8(numbers.below(3))
        try write(byte, count, at: UInt64(offset), to: file)
        while model.count < offset + count { model.append(0) }
        model.replaceSubrange(offset..<offset + count, with: repeatElement(byte, count: count))
      }
      #expect(disk.image.contents("a") == model, "seed \(seed)")
    }
    try file.sync()
    try disk.syncFolder(".")
    #expect(CrashChoices(of: disk.image).outcome(0).contents("a") == model, "seed \(seed)")
  }
}
