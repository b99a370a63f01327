/// How a target weight became lots: every number between the two. The sizer trades by this value, and
/// whoever asks why is shown the same one.
public struct TargetSizing: Equatable, Sendable, BitwiseCopyable {
  /// What was asked for, and what is left of it on an account that cannot be short; in 10⁻⁶.
  public private(set) var asked: Int64
  public private(set) var weight: Int64
  /// What weight 1 is.
  public private(set) var sizing: Sizing
  /// In the reporting asset; a share of it is taken where `sizing` says so.
  public private(set) var equity = Money.zero
  /// The price of the instrument, and what one of its quote asset is worth in the reporting asset; `nil`
  /// for a fixed size, which needs neither.
  public private(set) var mark: Price?
  public private(set) var quoteValue: Money?
  /// Lots that the weight means, rounded down.
  public private(set) var wanted: Int64 = 0
  /// What makes them fewer.
  public private(set) var cuts = SizeCuts()
  /// Lots that are to be held.
  public private(set) var target: Int64 = 0
  /// Lots that the book holds, and that its orders buy and sell now.
  public private(set) var held: Int64 = 0
  public private(set) var buying: Int64 = 0
  public private(set) var selling: Int64 = 0

  /// Lots that are missing, negative for too many.
  public var difference: Int128 {
    Int128(target) - Int128(held) - Int128(buying) + Int128(selling)
  }

  /// The sizing of a target for a book; `nil` without a price. O(live orders).
  init?(_ signal: Signal, for book: BookID, _ state: borrowing State) {
    asked = Int64(signal.weightMillionths)
    // A spot account cannot be short, so its target is at least zero.
    weight = state.settings.accountKind == .spot ? max(0, asked) : asked
    sizing = state.sizing(of: book)
    guard setWanted(signal.instrument, state) else { return nil }
    cuts = SizeCuts(signal.instrument, book, state)
    target = cuts.cut(wanted)
    buying = state.orders.underway(signal.instrument, .buy, of: book)
    selling = state.orders.underway(signal.instrument, .sell, of: book)
    held = state.position(signal.instrument, in: book).lots
  }

  /// A share of equity at the mark, rounded down, or of a fixed size; equity below zero has no share, or
  /// a long signal would go short.
  private mutating func setWanted(_ instrument: InstrumentID, _ state: borrowing State) -> Bool {
    let share = Int128(weight) * Int128(sizing.value)
    guard sizing.mode == .equityShare else {
      wanted = Int64(clamping: share / 1_000_000)
      return true
    }
    guard instrument.index < state.instruments.count,
      let definition = state.instruments[instrument.index],
      let mark = state.markets[instrument.index].mark, mark.ticks > 0,
      let one = state.value(of: .one, in: definition.quote), one.units > 0
    else { return false }
    equity = state.account.equity
    (self.mark, quoteValue) = (mark, one)
    let value = max(.zero, equity).scaled(by: share, over: 1_000_000_000_000)
    let inQuote = value.scaled(by: Money.one.units, over: one.units)
    wanted = Int64(clamping: inQuote.units / (Int128(mark.ticks) * Int128(definition.tickValue)))
    return true
  }
}
