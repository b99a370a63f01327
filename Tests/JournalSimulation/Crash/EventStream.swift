/// An endless stream of events of which each is a function of seed and sequence, so that a check
/// needs no record of what was written.
package import TradingCore

package struct EventStream: Sendable {
  private let seed: UInt64
  /// Whether all but the definitions are texts of forty random bytes, which no codec makes smaller.
  private let isDense: Bool
  /// The sequences at which a new day begins, on which a live journal rolls; rising.
  package var days: [Sequence64] = []

  /// Events of many kinds, or with `isDense` of one incompressible kind.
  package init(seed: UInt64, isDense: Bool = false) {
    self.seed = seed
    self.isDense = isDense
  }

  /// Events of a dense stream that fill about one page of 4,096 bytes, and never more.
  package static let eventsPerPage = 70

  /// The event with this sequence, from 1.
  package func event(_ sequence: Sequence64) -> Event {
    var word = (seed ^ sequence) &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    word ^= word >> 31
    let day = Int64(days.count { $0 <= sequence }) * 86_400_000_000_000
    let time = day + Int64(sequence) * 1_000 + Int64(word % 1_000)
    return Event(receiveTime: Timestamp(nanoseconds: time), body(sequence, word))
  }

  /// `count` events from `sequence` on.
  package func batch(from sequence: Sequence64, count: Int) -> EventBatch {
    var batch = EventBatch()
    batch.firstSequence = sequence
    batch.events.append(contentsOf: (0..<UInt64(count)).map { event(sequence + $0) })
    return batch
  }

  /// Definitions first, so that every later segment begins with a dictionary.
  private func body(_ sequence: Sequence64, _ word: UInt64) -> EventBody {
    if sequence == 1 { return .asset(AssetDefinition(asset: AssetID(0))) }
    if sequence == 2 {
      return .text(Text(subject: .asset, id: 0, utf8: Array("USDT".utf8)[...], flags: whole))
    }
    return isDense ? .text(noise(word)) : market(sequence, word)
  }

  private var whole: RunFlags { [.first, .last] }

  private func noise(_ word: UInt64) -> Text {
    var text = Text(
      subject: .note, id: 0, utf8: [UInt8](repeating: 0, count: 40)[...], flags: whole)
    text.bytes = (
      word, word &* 0xD6E8_FEB8_6659_FD93, ~word &* 0xA076_1D64_78BD_642F,
      (word ^ seed) &* 0xE703_7ED1_A0B4_28DB, (word &+ 1) &* 0x8EBC_6AF0_9C88_C6E3
    )
    return text
  }

  private func market(_ sequence: Sequence64, _ word: UInt64) -> EventBody {
    let price = Price(ticks: 4_200_000 + Int64(word % 2_048))
    let quantity = Quantity(lots: Int64(word >> 16 & 0xFFFF) + 1)
    let instrument = InstrumentID(UInt16(word >> 40 & 3))
    switch word >> 60 {
    case 0:
      return .stateHash(StateHash(state: word, strategy: ~word))
    case 1, 2:
      return .fill(
        Fill(
          order: OrderID(sequence), instrument: instrument, side: .buy, price: price,
          quantity: quantity, fee: Int64(word & 0xFF), feeAsset: AssetID(0),
          tradeID: Int64(sequence), liquidity: .taker))
    case 3, 4, 5, 6, 7:
      return .quote(
        Quote(
          instrument: instrument, bidPrice: price, bidQuantity: quantity,
          askPrice: Price(ticks: price.ticks + 1), askQuantity: quantity,
          updateID: Int64(sequence)))
    default:
      return .trade(
        Trade(
          instrument: instrument, price: price, quantity: quantity, aggressor: .sell,
          id: Int64(sequence), firstID: Int64(sequence), count: 1, isAggregate: false))
    }
  }
}
