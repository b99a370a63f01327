/// One order that may still trade, and how much of it may: more than is open while an amendment that
/// asks for more is under way.

/// Where a live order stands.
public enum OrderStatus: UInt8, Sendable, BitwiseCopyable {
  /// Decided and journalled; the venue has not answered.
  case pending = 0
  /// The venue has it.
  case working = 1
  /// A cancel was asked for.
  case canceling = 2
  /// Nobody knows: it counts as live until resolved.
  case unknown = 3
}

/// An order that may still trade.
public struct LiveOrder: Equatable, Sendable, BitwiseCopyable {
  public var id: OrderID
  /// As it was placed, or as the venue last amended it: `quantity` is the whole of it.
  public var terms: OrderTerms
  /// What has not been filled, in lots; of an order whose quantity is in the quote asset an estimate
  /// at the mark of when it was made, rounded up.
  public var open: Quantity
  public var status: OrderStatus
  /// The parent order that it is a slice of; `.none` for an order that stands alone.
  public var parent: OrderID = .none
  /// Amendments that the venue has not answered.
  public internal(set) var amendments = PendingAmendments()

  /// Lots that have been filled; 0 for an order whose quantity is in the quote asset.
  public var filled: Quantity {
    guard !terms.flags.contains(.inQuote) else { return .zero }
    return Quantity(lots: max(0, terms.quantity.lots.subtractingClamped(open.lots)))
  }

  /// Lots that it may still trade whatever the venue says to its amendments.
  public var reservedLots: Int64 { max(open.lots, amendments.open.lots) }

  /// The price that its lots are valued at: the higher one while an amendment is under way.
  func valuationPrice(mark: Price) -> Price {
    var terms = terms
    terms.price = max(terms.price, amendments.price)
    return terms.valuationPrice(mark: mark)
  }

  /// The venue is asked for another price and whole quantity.
  mutating func ask(_ change: AmendTerms) {
    guard !terms.flags.contains(.inQuote) else { return }
    let open = change.quantity.lots.subtractingClamped(filled.lots)
    amendments.ask(change.price, open: Quantity(lots: max(0, open)))
  }

  /// The venue says what price and whole quantity hold.
  mutating func amend(_ price: Price, _ quantity: Quantity) {
    amendments.answer()
    let filled = filled
    terms.price = price
    guard !terms.flags.contains(.inQuote) else { return }
    terms.quantity = quantity
    open = Quantity(lots: max(0, quantity.lots.subtractingClamped(filled.lots)))
  }

  /// Takes filled lots off.
  /// - Returns: what is left, negative where it was more than was open.
  mutating func fill(_ quantity: Quantity) -> Int64 {
    let left = open.lots.subtractingClamped(quantity.lots)
    open.lots = max(0, left)
    amendments.open.lots = max(0, amendments.open.lots.subtractingClamped(quantity.lots))
    return left
  }
}

/// The most that amendments under way ask for. Which of them the venue takes is not known until it has
/// answered the last.
public struct PendingAmendments: Equatable, Sendable, BitwiseCopyable {
  /// How many have no answer.
  public private(set) var count: Int64 = 0
  /// The highest price among them, zero where there are none.
  public private(set) var price = Price.zero
  /// The most lots that would be open, by what is known of fills.
  public fileprivate(set) var open = Quantity.zero

  public init() {}

  fileprivate mutating func ask(_ price: Price, open: Quantity) {
    count += 1
    self.price = max(self.price, price)
    self.open = max(self.open, open)
  }

  fileprivate mutating func answer() {
    count -= 1
    if count <= 0 { self = PendingAmendments() }
  }
}

extension LiveOrder: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(id.raw)
    terms.encode(into: &bytes)
    bytes.append(open)
    bytes.append(status.rawValue)
    bytes.append(parent.raw)
    amendments.encode(into: &bytes)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    id = try reader.take()
    terms = try OrderTerms(canonical: &reader)
    open = try reader.take()
    status = try reader.take()
    parent = try reader.take()
    amendments = try PendingAmendments(canonical: &reader)
  }
}

extension PendingAmendments: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    bytes.append(price)
    bytes.append(open)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    count = try reader.takeTally()
    (price, open) = (try reader.take(), try reader.take())
    let isSound = count > 0 ? open >= .zero : price == .zero && open == .zero
    try reader.expect(isSound, "amendments under way, \(count) of them")
  }
}
