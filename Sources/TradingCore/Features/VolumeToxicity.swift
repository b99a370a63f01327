/// VPIN: how one-sided the flow was, measured by volume and not by the clock.

/// Volume-synchronised probability of informed trading: Σ |bought − sold| ÷ (buckets × volume of one), over the
/// last `buckets` full buckets of `volume` of the base asset each; 0…1.
///
/// A trade that does not fit fills the bucket and goes on in the next; in the paper's words equal volumes,
/// however long each took. Which side took is what the venue says, not the paper's bulk classification,
/// which guesses where venues do not say. The volume is rounded to whole lots, at least one. Missing until
/// so many buckets are full. The paper takes a fiftieth of a day's volume for a bucket, and 50 of them.
/// Source: D. Easley, M. López de Prado and M. O'Hara, "Flow toxicity and liquidity in a high-frequency
/// world" (2012), section 1.
public struct VolumeToxicity: Feature {
  private let volume: Double
  private var imbalances: WholeWindow
  /// Lots bought and sold in the open bucket.
  private var bought: Int64 = 0
  private var sold: Int64 = 0
  /// Lots of a full bucket on the instrument's grid.
  private var bucketLots: Int64 = 0

  /// `volume` and `buckets` must be positive.
  public init(volume: Double, buckets: Int) {
    precondition(volume > 0, "VolumeToxicity: buckets of \(volume)")
    self.volume = volume
    imbalances = WholeWindow(capacity: buckets)
  }

  public var outputs: [FeatureOutput] { [.init("", .plain)] }

  public mutating func take(
    _ happening: MarketHappening, _ sight: MarketSight, _ book: OrderBook
  ) {
    switch happening {
    case .trade(let trade):
      bucketLots = sight.grid.lots(volume)
      fill(trade)
    case .lost(trades: true, _):
      self = VolumeToxicity(volume: volume, buckets: imbalances.capacity)
    case .lost, .quotes, .book: break
    }
  }

  /// O(buckets the trade fills, at most those of the window).
  private mutating func fill(_ trade: TradePrint) {
    var lots = trade.lots
    let room = bucketLots - bought - sold
    if lots >= room {
      put(room, trade.sign)
      close()
      lots -= room
    }
    let full = lots / bucketLots
    for _ in 0..<min(full, Int64(imbalances.capacity)) { imbalances.append(bucketLots) }
    put(lots % bucketLots, trade.sign)
  }

  private mutating func put(_ lots: Int64, _ sign: Int64) {
    if sign > 0 { bought += lots } else { sold += lots }
  }

  private mutating func close() {
    imbalances.append(abs(bought - sold))
    (bought, sold) = (0, 0)
  }

  public mutating func answer(
    _ sight: MarketSight, _ book: OrderBook, _ numbers: inout FeatureNumbers
  ) {
    guard imbalances.isFull else { return numbers.put(nil) }
    numbers.put(Double(near: imbalances.sum) / (Double(imbalances.capacity) * Double(bucketLots)))
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(volume)
    imbalances.encode(into: &bytes)
    for lots in [bought, sold, bucketLots] { bytes.append(lots) }
  }
}
