/// The volume-weighted average price of an instrument over the last minutes, for the venue's filters
/// that compare with one. It counts whole minutes of the event clock: the minute that is open and those
/// before it, which is how a venue that keeps minute sums would.
public struct AveragePrice: Sendable {
  private struct Minute: BitwiseCopyable {
    var number: Int64 = .min
    /// Sum of price × quantity in ticks · lots.
    var value: Int128 = 0
    var lots: Int64 = 0
  }

  /// The longest average that can be asked for, in minutes.
  public static let longest = 60
  /// The most that a minute holds, so that the sum of all minutes fits in 128 bits; a trade beyond it,
  /// as no market has, is left out.
  private static let largestValue = Int128.max / Int128(longest)

  private var minutes: ContiguousArray<Minute> = []

  public init() {}

  /// Takes a trade. O(1); the first one makes room for all minutes.
  mutating func add(_ price: Price, _ quantity: Quantity, at time: Timestamp) {
    guard quantity.lots > 0 else { return }
    if minutes.isEmpty {
      minutes = ContiguousArray(repeating: Minute(), count: AveragePrice.longest)
    }
    let number = Self.number(time)
    let place = Self.place(number)
    if minutes[place].number != number { minutes[place] = Minute(number: number) }
    let (lots, isTooMany) = minutes[place].lots.addingReportingOverflow(quantity.lots)
    let value = minutes[place].value + Int128(price.ticks) * Int128(quantity.lots)
    guard !isTooMany, value.magnitude <= AveragePrice.largestValue.magnitude else { return }
    minutes[place].lots = lots
    minutes[place].value = value
  }

  /// The average in millionths of a tick over so many minutes up to `time`; `nil` where nothing traded
  /// in them. O(minutes).
  func average(minutes count: Int, at time: Timestamp) -> Int128? {
    var value: Int128 = 0
    var lots: Int128 = 0
    let newest = Self.number(time)
    let oldest = newest - Int64(count)
    for minute in minutes where minute.number > oldest && minute.number <= newest {
      value += minute.value
      lots += Int128(minute.lots)
    }
    guard lots > 0 else { return nil }
    return value / lots * 1_000_000 + value % lots * 1_000_000 / lots
  }

  private static func number(_ time: Timestamp) -> Int64 {
    time.nanoseconds / 60_000_000_000
  }

  private static func place(_ number: Int64) -> Int {
    Int(((number % Int64(longest)) + Int64(longest)) % Int64(longest))
  }
}
