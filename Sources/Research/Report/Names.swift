/// What the definitions in a journal say so far: grids of instruments, names of things. Learned by
/// reading on, so that an event can be shown in the words and digits of its market.

public import TradingCore

public struct Names: Equatable, Sendable {
  /// Definitions by instrument id; `nil` for ids not defined.
  public private(set) var instruments: [InstrumentDefinition?] = []
  /// Commission decimals by asset id.
  public private(set) var decimals: [UInt8] = []
  /// The fee tiers in force: of each instrument named together, by volume.
  public private(set) var schedules: [FeeSchedule] = []
  private var texts: [TextSubject: [UInt16: String]] = [:]
  private var pending: [UInt8] = []

  public init() {}

  /// Takes what a definition says; every other event is passed over.
  public mutating func learn(_ event: Event) {
    switch event.body {
    case .instrument(let definition):
      instruments.place(definition, at: definition.instrument.index, filler: nil)
    case .asset(let asset):
      decimals.place(asset.commissionDecimals, at: asset.asset.index, filler: 8)
    case .fee(let schedule):
      learn(schedule)
    case .text(let text):
      learn(text)
    default:
      break
    }
  }

  /// A tier from no volume begins an instrument's schedule anew, as it does for the fees themselves.
  private mutating func learn(_ tier: FeeSchedule) {
    schedules.removeAll {
      $0.instrument == tier.instrument
        && (tier.fromVolume <= 0 || $0.fromVolume == tier.fromVolume)
    }
    let place = schedules.lastIndex {
      $0.instrument == tier.instrument && $0.fromVolume < tier.fromVolume
    }
    schedules.insert(tier, at: place.map { $0 + 1 } ?? schedules.count)
  }

  private mutating func learn(_ text: Text) {
    if text.flags.contains(.first) { pending.removeAll(keepingCapacity: true) }
    pending.append(contentsOf: text.utf8)
    if text.flags.contains(.last) {
      texts[text.subject, default: [:]][text.id] = String(decoding: pending, as: UTF8.self)
    }
  }

  /// The instrument's definition, once it was read.
  public func definition(_ id: InstrumentID) -> InstrumentDefinition? {
    id.index < instruments.count ? instruments[id.index] : nil
  }

  /// The instrument's symbol, or `#3` where none was given; `nil` for no instrument.
  public func symbol(_ id: InstrumentID) -> String? {
    id == .none ? nil : text(.instrument, id.raw) ?? "#\(id.raw)"
  }

  /// The asset's code, or `#3` where none was given; `nil` for no asset.
  public func code(_ id: AssetID) -> String? {
    id == .none ? nil : text(.asset, id.raw) ?? "#\(id.raw)"
  }

  /// Decimals of a commission in the asset.
  public func commissionDecimals(_ id: AssetID) -> Int {
    id.index < decimals.count ? Int(decimals[id.index]) : 8
  }

  /// The latest text of a subject and id.
  public func text(_ subject: TextSubject, _ id: UInt16) -> String? { texts[subject]?[id] }

  /// Asset ids in use: one more than the highest that was defined or named.
  public var assetCount: Int {
    max(decimals.count, (texts[.asset]?.keys.max()).map { Int($0) + 1 } ?? 0)
  }

  /// All texts of a subject, by id.
  public func texts(_ subject: TextSubject) -> [String] {
    (texts[subject] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }
}

/// What a snapshot keeps, so that a replay from it speaks in the same words.
extension Names: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(instruments.count)
    for definition in instruments {
      bytes.append(definition != nil)
      definition?.encode(into: &bytes)
    }
    bytes.append(bytes: decimals)
    bytes.append(schedules.count)
    for schedule in schedules { Names.encode(schedule, into: &bytes) }
    let sorted = texts.flatMap { subject, named in named.map { (subject, $0.key, $0.value) } }
      .sorted { ($0.0.rawValue, $0.1) < ($1.0.rawValue, $1.1) }
    bytes.append(sorted.count)
    for (subject, id, text) in sorted {
      bytes.append(subject.rawValue)
      bytes.append(id)
      bytes.append(bytes: text.utf8)
    }
    bytes.append(bytes: pending)
  }

  private static func encode(_ schedule: FeeSchedule, into bytes: inout CanonicalBytes) {
    for rate in [schedule.maker, schedule.taker] { bytes.append(rate) }
    for share in [schedule.fromVolume, schedule.discount] { bytes.append(share) }
    for id in [schedule.instrument.raw, schedule.asset.raw] { bytes.append(id) }
    for choice in [schedule.currency.rawValue, schedule.basis.rawValue] { bytes.append(choice) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    let ids = 1 + Int(UInt16.max)
    for _ in 0..<(try reader.takeCount(atMost: ids)) {
      instruments.append(try reader.takeOptional())
    }
    decimals = try reader.takeBytes()
    for _ in 0..<(try reader.takeCount(atMost: ids * FeeSchedule.mostTiers)) {
      let (maker, taker): (Int64, Int64) = (try reader.take(), try reader.take())
      let (from, discount): (Int64, Int64) = (try reader.take(), try reader.take())
      let (instrument, asset): (InstrumentID, AssetID) = (try reader.take(), try reader.take())
      schedules.append(
        FeeSchedule(
          instrument: instrument, maker: maker, taker: taker, currency: try reader.take(),
          asset: asset, basis: try reader.take(), fromVolume: from, discount: discount))
    }
    for _ in 0..<(try reader.takeCount(atMost: TextSubject.allCases.count * ids)) {
      let subject: TextSubject = try reader.take()
      let id: UInt16 = try reader.take()
      texts[subject, default: [:]][id] = String(decoding: try reader.takeBytes(), as: UTF8.self)
    }
    pending = try reader.takeBytes()
  }
}

extension Array {
  /// Puts an element at an index that may lie beyond the end.
  fileprivate mutating func place(_ element: Element, at index: Int, filler: Element) {
    if index >= count { append(contentsOf: repeatElement(filler, count: index + 1 - count)) }
    self[index] = element
  }
}
