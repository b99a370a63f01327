/// Several parts into one order: by receive time, ties by the order of the arguments. A part is
/// opened when its turn comes and let go at its end, so many files cost no memory.

import TradingCore

/// Merges parts message by message. Inside one part the recorded order is kept even where its
/// clock went back.
struct Merger {
  private let parts: [InputPart]
  private let profiles: [PartProfile]
  private let factory: DecoderFactory
  private let settler: Settler
  private let counter: ByteCounter
  private var readers: [PartReader?]
  /// The next receive time of each part; `nil` when it is read.
  private var heads: [Timestamp?]

  init(
    parts: [InputPart], survey: Survey, factory: DecoderFactory, settler: Settler,
    counter: ByteCounter
  ) throws(ImportError) {
    self.parts = parts
    self.profiles = survey.profiles
    self.factory = factory
    self.settler = settler
    self.counter = counter
    readers = [PartReader?](repeating: nil, count: parts.count)
    heads = survey.profiles.map(\.firstTime)
    for index in parts.indices where heads[index] == nil { try open(index) }
  }

  /// The receive time that comes next; `nil` when all parts are read.
  var nextTime: Timestamp? { heads.compactMap { $0 }.min() }

  /// Appends events of the next messages until `events` holds `capacity` or more, or the parts end.
  /// O(parts) whenever the part changes.
  mutating func fill(_ events: inout ContiguousArray<Event>, capacity: Int) throws(ImportError) {
    while events.count < capacity, let index = earliest() {
      guard let reader = readers[index] else {
        try open(index)
        continue
      }
      let limit = limit(without: index)
      repeat {
        events.append(contentsOf: reader.ready)
        guard try reader.advance() else {
          close(index)
          break
        }
        heads[index] = reader.time
      } while events.count < capacity && precedes(reader.time, index, limit)
    }
  }

  private mutating func open(_ index: Int) throws(ImportError) {
    let reader = try PartReader(
      parts[index], profile: profiles[index], factory: factory, settler: settler, counter: counter)
    let holdsMessages = try reader.advance()
    readers[index] = holdsMessages ? reader : nil
    heads[index] = holdsMessages ? reader.time : nil
  }

  private mutating func close(_ index: Int) {
    readers[index] = nil
    heads[index] = nil
  }

  private func earliest() -> Int? {
    var best: Int?
    for index in heads.indices {
      guard let head = heads[index] else { continue }
      if let known = best, let time = heads[known], time <= head { continue }
      best = index
    }
    return best
  }

  /// The earliest head of the other parts with its index.
  private func limit(without index: Int) -> (time: Timestamp, index: Int)? {
    var best: (time: Timestamp, index: Int)?
    for other in heads.indices where other != index {
      guard let head = heads[other] else { continue }
      if best.map({ head < $0.time }) ?? true { best = (head, other) }
    }
    return best
  }

  private func precedes(
    _ time: Timestamp, _ index: Int, _ limit: (time: Timestamp, index: Int)?
  ) -> Bool {
    guard let limit else { return true }
    return time < limit.time || (time == limit.time && index < limit.index)
  }
}
