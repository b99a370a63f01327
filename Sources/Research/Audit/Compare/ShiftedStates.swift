/// Differences of two states whose runs count their events from different heads: what differs by nothing
/// but the numbers of events does not differ.

internal import TradingCore

extension StateFields {
  /// - Parameter shift: how much later an event of the second run is numbered than its counterpart in the
  ///   first. Orders are named by the first run's numbers, and fingerprints, which hold such numbers, are
  ///   left out unless it is 0.
  static func differences(
    _ first: borrowing State, _ second: borrowing State, _ names: Names, shift: Int128
  ) -> [StateDifference] {
    let all = differences(first, second, names)
    guard shift != 0 else { return all }
    var found: [StateDifference] = []
    for var difference in all where !difference.field.hasSuffix("fingerprint") {
      if difference.first == .null { difference.field = renumbered(difference.field, by: -shift) }
      let place = found.firstIndex { $0.field == difference.field }
      if let place, difference.first == .null {
        found[place].second = difference.second
      } else {
        found.append(difference)
      }
    }
    return found.filter { $0.first != $0.second && !isShifted($0, by: shift) }
  }

  /// `orders.9473.open` with the number that the order has in the other run.
  private static func renumbered(_ path: String, by shift: Int128) -> String {
    let parts = path.split(separator: ".")
    guard parts.count > 2, parts[0] == "orders" || parts[0] == "parents",
      let number = Int128(parts[1])
    else { return path }
    return ([String(parts[0]), "\(number + shift)"] + parts[2...].map(String.init))
      .joined(separator: ".")
  }

  private static func isShifted(_ difference: StateDifference, by shift: Int128) -> Bool {
    guard case (.integer(let first), .integer(let second)) = (difference.first, difference.second)
    else { return false }
    let holdsSequence =
      difference.field.lowercased().hasSuffix("sequence")
      || difference.field.hasSuffix(".parent")
    return holdsSequence && second - first == shift
  }
}
