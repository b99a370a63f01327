/// What a run says of how its targets are executed: the algorithm with its numbers, and the profile of
/// a day's volume.

/// How targets become parent orders.
public struct ExecutionRule: Equatable, Sendable, BitwiseCopyable {
  public var algorithm: ExecutionAlgorithm
  /// How long a parent may take.
  public var durationSeconds: UInt32
  /// Slices or an iceberg's parts; 0 leaves it to the executor.
  public var slices: UInt16
  /// Share of the traded volume in 10⁻⁴, for `participation`.
  public var participation: UInt16

  public init(
    _ algorithm: ExecutionAlgorithm, durationSeconds: UInt32, slices: UInt16 = 0,
    participation: UInt16 = 0
  ) {
    self.algorithm = algorithm
    self.durationSeconds = durationSeconds
    self.slices = slices
    self.participation = participation
  }

  /// The rule of an `execution` setting; `nil` for a negative value or an unknown algorithm.
  public init?(_ change: Configure) {
    guard change.value >= 0,
      let algorithm = UInt8(exactly: change.index).flatMap(ExecutionAlgorithm.init)
    else { return nil }
    self.init(
      algorithm, durationSeconds: UInt32(truncatingIfNeeded: change.value),
      slices: UInt16(truncatingIfNeeded: change.value >> 32),
      participation: UInt16(truncatingIfNeeded: change.value >> 48))
  }

  /// The setting that says this rule. The share must be below 2¹⁵.
  public var setting: Configure {
    let value =
      Int64(durationSeconds) | Int64(slices) << 32 | Int64(participation & 0x7FFF) << 48
    return Configure(.execution, value: value, index: UInt16(algorithm.rawValue))
  }

  /// A parent that trades a quantity by this rule.
  func parent(
    _ instrument: InstrumentID, _ side: Side, _ quantity: Quantity, _ book: BookID
  ) -> ParentTerms {
    ParentTerms(
      instrument: instrument, side: side, quantity: quantity, algorithm: algorithm,
      durationSeconds: durationSeconds, slices: slices, participation: participation, book: book)
  }
}

/// The share of a day's volume in each of equal slots of the UTC day.
public struct VolumeProfile: Equatable, Sendable, CanonicallyDecodable {
  /// The most slots: a minute each.
  public static let capacity = 1_440

  /// Shares by slot, not negative and in 10⁻⁶; only their proportions matter.
  private var shares: ContiguousArray<Int64> = []

  public init() {}

  public var isEmpty: Bool { shares.isEmpty }

  /// Sets a slot's share; slots before it that were never set have none. False when the slot or its
  /// share is out of range.
  mutating func set(_ change: Configure) -> Bool {
    let slot = Int(change.index)
    guard slot < VolumeProfile.capacity, (0...1_000_000).contains(change.value) else {
      return false
    }
    while shares.count <= slot { shares.append(0) }
    shares[slot] = change.value
    return true
  }

  /// The volume between two moments, in a unit of its own; within a slot it is spread evenly. 0 when
  /// the end is not after the start. O(slots).
  public func volume(from start: Timestamp, to end: Timestamp) -> Int128 {
    guard !shares.isEmpty, start < end else { return 0 }
    return volume(until: end) - volume(until: start)
  }

  /// The volume since the epoch; negative before it.
  private func volume(until time: Timestamp) -> Int128 {
    let midnight = time.floored(to: .day)
    let days = Int128(midnight.nanoseconds / Interval.day.nanoseconds)
    let slots = Int128(shares.count)
    let day = Int128(Interval.day.nanoseconds)
    // Counted in nanoseconds × slots, so that no slot has a broken width.
    let place = Int128((time - midnight).nanoseconds) * slots
    let (full, rest) = place.quotientAndRemainder(dividingBy: day)
    var sum = days * day * shares.reduce(0) { $0 + Int128($1) }
    for slot in 0..<Int(full) { sum += day * Int128(shares[slot]) }
    return Int(full) < shares.count ? sum + rest * Int128(shares[Int(full)]) : sum
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(shares.count)
    for share in shares { bytes.append(share) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    for _ in 0..<(try reader.takeCount(atMost: VolumeProfile.capacity)) {
      let share: Int64 = try reader.take()
      try reader.expect((0...1_000_000).contains(share), "a share of \(share) of a day's volume")
      shares.append(share)
    }
  }
}

extension ExecutionRule: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(algorithm.rawValue)
    bytes.append(durationSeconds)
    for number in [slices, participation] { bytes.append(number) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    algorithm = try reader.take()
    durationSeconds = try reader.take()
    (slices, participation) = (try reader.take(), try reader.take())
  }
}
