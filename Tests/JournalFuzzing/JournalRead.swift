/// Reading and writing whole journals on simulated disks, as the targets need it.
import DiskSimulation
import Journal
import JournalSimulation
import TradingCore

/// All events of the journal `j`, or what the reader throws.
func events(
  on disk: SimDisk, verifying: Bool = true, acceptingOpen: Bool = false
) throws(JournalError) -> [Event] {
  var reader = try JournalReader(
    opening: "j", on: disk, verifying: verifying, acceptingOpen: acceptingOpen)
  var batch = EventBatch()
  var events: [Event] = []
  while try reader.next(into: &batch) { events.append(contentsOf: batch.events) }
  return events
}

/// Opens the live journal `j` with segments of 64 KiB.
func openLive(on disk: SimDisk) throws(JournalError) -> LiveWriter {
  var limits = LiveLimits()
  limits.segmentBytes = 1 << 16
  limits.blockReserve = 8 << 10
  let identity = try JournalIdentity(inputs: [], scenario: "fuzz")
  return try LiveWriter.open(
    "j", on: disk, limits,
    LiveSurroundings(now: 1, monotonic: 2, bootID: .zero, build: "", newIdentity: identity))
}
