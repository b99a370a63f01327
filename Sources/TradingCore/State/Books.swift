/// Each strategy's own positions and profits, beside those of the whole account.
///
/// An order names its book, and its fills are booked twice: into the account and into that book. Books
/// add up to the account exactly in what is held, in fees, and in realised profit less cost; realised
/// profit alone they do not, since the account nets what two books hold against each other.

public struct Book: Equatable, Sendable {
  /// Positions by instrument id, by average cost.
  public private(set) var positions: ContiguousArray<Position> = []
  /// The same positions lot by lot, by instrument id.
  public private(set) var lots: ContiguousArray<FIFOLots> = []
  public private(set) var fillCount: UInt64 = 0
  /// Round trips of the book's own positions, and those with a profit.
  public private(set) var tripCount: UInt64 = 0
  public private(set) var winCount: UInt64 = 0
  /// How the book's targets become lots; `nil` for as the settings say.
  public internal(set) var sizing: Sizing?

  init() {}

  /// What was booked before any book was opened belongs to the first.
  init(positions: ContiguousArray<Position>, lots: ContiguousArray<FIFOLots>, fillCount: UInt64) {
    self.positions = positions
    self.lots = lots
    self.fillCount = fillCount
  }

  /// The position in an instrument; an empty one where none was ever held.
  public func position(_ instrument: InstrumentID) -> Position {
    instrument.index < positions.count ? positions[instrument.index] : Position()
  }

  mutating func apply(_ move: BaseMove, fee: Money, at time: Timestamp) {
    while positions.count <= move.instrument.index {
      positions.append(Position())
      lots.append(FIFOLots())
    }
    let index = move.instrument.index
    lots[index].apply(move, at: time)
    fillCount += 1
    guard let trip = positions[index].apply(move, fee: fee, at: time) else { return }
    tripCount += 1
    if trip.profit > .zero { winCount += 1 }
  }

  mutating func adopt(_ definition: InstrumentDefinition) {
    guard definition.instrument.index < positions.count else { return }
    positions[definition.instrument.index].adopt(definition)
  }

  func isBookable(_ definition: InstrumentDefinition) -> Bool {
    let index = definition.instrument.index
    return index >= positions.count
      || positions[index].isBookable(definition) && lots[index].isBookable
  }
}

/// How a target weight becomes lots.
public struct Sizing: Equatable, Sendable, BitwiseCopyable {
  public var mode: SizingMode
  /// What weight 1 is: 10⁻⁶ of equity, or lots.
  public var value: Int64
}

/// All books, none while every order is of book 0: that is then the account itself.
public struct Books: Equatable, Sendable {
  /// By book id.
  public private(set) var all: ContiguousArray<Book> = []

  public init() {}

  /// Whether there is any book but the account itself.
  public var isEmpty: Bool { all.isEmpty }

  /// A book; `nil` for one that was never opened, as all are while there is only book 0.
  public subscript(book: BookID) -> Book? { book.index < all.count ? all[book.index] : nil }

  /// Opens the books up to one. The first to be opened inherit nothing: what the account did so far is
  /// book 0's.
  mutating func open(_ book: BookID, _ account: borrowing Account, fillCount: UInt64) {
    precondition(book.hasRoom, "Books: no room for \(book.index)")
    if all.isEmpty {
      all.append(
        Book(positions: account.positions, lots: account.lots, fillCount: fillCount))
    }
    while all.count <= book.index { all.append(Book()) }
  }

  mutating func setSizing(_ sizing: Sizing, of book: BookID) { all[book.index].sizing = sizing }

  mutating func apply(_ move: BaseMove, fee: Money, to book: BookID, at time: Timestamp) {
    all[book.index].apply(move, fee: fee, at: time)
  }

  mutating func adopt(_ definition: InstrumentDefinition) {
    for index in all.indices { all[index].adopt(definition) }
  }
}

extension Book: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(positions.count)
    for index in positions.indices {
      positions[index].encode(into: &bytes)
      lots[index].encode(into: &bytes)
    }
    for count in [fillCount, tripCount, winCount] { bytes.append(count) }
    bytes.append(sizing != nil)
    guard let sizing else { return }
    bytes.append(sizing.mode.rawValue)
    bytes.append(sizing.value)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    for _ in 0..<(try reader.takeCount(atMost: InstrumentID.capacity)) {
      positions.append(try Position(canonical: &reader))
      lots.append(try FIFOLots(canonical: &reader))
    }
    (fillCount, tripCount) = (try reader.takeTally(), try reader.takeTally())
    winCount = try reader.takeTally()
    if try reader.take() { sizing = Sizing(mode: try reader.take(), value: try reader.take()) }
  }
}

extension Books: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(all.count)
    for book in all { book.encode(into: &bytes) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    all = try reader.takeArray(atMost: BookID.capacity)
  }
}
