/// The weight a strategy last asked for, so that it speaks only when it changes its mind: repeating a
/// target would trade every drift of equity.
struct Stance: Equatable, Sendable, CanonicallyEncodable {
  /// The weight asked for; `nil` before the first.
  private(set) var weight: Double?

  /// Asks for `weight` unless that is what was asked for last. Flat needs no asking at the start.
  mutating func take(
    _ weight: Double, in instrument: InstrumentID, _ decisions: inout Decisions
  ) {
    guard weight != self.weight ?? 0 else { return }
    self.weight = weight
    decisions.target(instrument, weight: weight)
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(weight != nil)
    bytes.append(weight ?? 0)
  }
}
