/// How long an order waits until it is durable, beside the least that any journal could do: one page
/// written over zeros that are on the disk, and one fdatasync. Both in turn, so that they meet the same
/// disk and the same neighbours.

import Foundation
import Glibc
import Journal
import TradingCore

func commit(_ events: [Event], in folder: String, rounds: Int, rate: Int) throws -> String {
  let journal = try LiveJournal(opening: folder)
  var bare = try BareFile(folder + ".bare")
  let feed = Feed(into: journal, of: events)
  if rate != 0 { Thread.detachNewThread { try? feed.play(rate: rate) } }
  var (ours, theirs): ([Double], [Double]) = ([], [])
  let order = Event(receiveTime: events[events.count - 1].receiveTime, .order(intent))
  let started = seconds()
  for round in -warmUp..<rounds {
    let begun = seconds()
    try journal.durable(upTo: feed.append(order))
    let durable = seconds()
    try bare.commit()
    if round >= 0 { (ours, theirs) = (ours + [durable - begun], theirs + [seconds() - durable]) }
  }
  let rate = Double(feed.appended) / (seconds() - started)
  feed.stop()
  try journal.close()
  return json(figures("ours", ours) + figures("bare", theirs) + [("eventsPerSecond", rate)])
}

/// Rounds before those that count.
private let warmUp = 20

/// Median, 99th percentile and longest, in microseconds.
private func figures(_ name: String, _ times: [Double]) -> [(String, Double)] {
  let sorted = times.sorted()
  func at(_ part: Double) -> Double { sorted[Int(Double(sorted.count - 1) * part)] * 1e6 }
  return [(name + "P50", at(0.5)), (name + "P99", at(0.99)), (name + "Max", at(1))]
}

private let intent = Order(
  cause: 1,
  terms: OrderTerms(
    instrument: InstrumentID(0), side: .buy, type: .limit, quantity: Quantity(lots: 1),
    price: Price(ticks: 6_000_000), timeInForce: .goodTillCanceled, reduceOnly: false))

/// A file of 16 MiB of zeros that are on the disk, written over page by page.
private struct BareFile: ~Copyable {
  private let descriptor: Int32
  private let page = [UInt8](repeating: 0x5A, count: 4_096)
  private var place = 0
  private static let pages = 4_096

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw BenchError.system("open", errno) }
    let zeros = [UInt8](repeating: 0, count: page.count)
    for number in 0..<Self.pages { try write(zeros, at: number) }
    guard fsync(descriptor) == 0 else { throw BenchError.system("fsync", errno) }
  }

  deinit { close(descriptor) }

  mutating func commit() throws {
    try write(page, at: place)
    place = (place + 1) % Self.pages
    guard fdatasync(descriptor) == 0 else { throw BenchError.system("fdatasync", errno) }
  }

  private func write(_ bytes: [UInt8], at number: Int) throws {
    guard pwrite(descriptor, bytes, bytes.count, off_t(number * bytes.count)) == bytes.count else {
      throw BenchError.system("pwrite", errno)
    }
  }
}
