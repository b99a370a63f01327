/// Hurst's exponent: whether moves persist or turn back.

/// How the mean squared log return grows with the time it is taken over: half the slope of its
/// logarithm against the logarithm of 1, 2, 4, … inputs, by least squares.
///
/// 0.5 for a random walk and where any span saw no change, above it for moves that persist, below
/// for moves that turn back. The means are over the last `length` returns of each span. Values are
/// above 0; one that is not counts as no change. Warm after `length` + the longest span. TA-Lib has
/// none. Source: the generalised exponent for q = 2 of T. Di Matteo, T. Aste and M. M. Dacorogna,
/// "Scaling behaviors in differently developed markets", Physica A (2003). O(`spans`) amortised.
public struct HurstExponent: Indicator {
  private var values: RollingWindow
  private var squares: ContiguousArray<SlidingFold<Total>>

  /// `length` must be positive, `spans` in 2…12: 5 means 1, 2, 4, 8 and 16 inputs. 256 and 5 are usual.
  public init(length: Int, spans: Int) {
    precondition((2...12).contains(spans), "HurstExponent: \(spans) spans are not in 2…12")
    values = RollingWindow(capacity: 1 << (spans - 1))
    squares = ContiguousArray(
      repeating: SlidingFold<Total>(capacity: length), count: spans)
  }

  public var warmUp: Int { squares[0].capacity + values.capacity }

  public mutating func update(_ value: Double) -> Double? {
    guard values.isFull else {
      _ = values.append(value)
      return nil
    }
    var slope = 0.0
    var isWarm = true
    var isMoving = true
    for index in squares.indices {
      let change = logReturn(from: values[age: (1 << index) - 1], to: value)
      guard let mean = squares[index].mean(with: change * change) else {
        isWarm = false
        continue
      }
      isMoving = isMoving && mean > 0
      slope += distance(of: index) * Elementary.log(mean)
    }
    _ = values.append(value)
    guard isWarm else { return nil }
    return isMoving ? slope / (2 * spread * Elementary.log(2)) : 0.5
  }

  /// How far a span's logarithm (to base 2) lies from the middle of all.
  private func distance(of index: Int) -> Double {
    Double(index) - Double(squares.count - 1) / 2
  }

  /// Σ distance².
  private var spread: Double {
    let count = Double(squares.count)
    return count * (count * count - 1) / 12
  }

  public func encode(into bytes: inout CanonicalBytes) {
    values.encode(into: &bytes)
    for window in squares { window.encode(into: &bytes) }
  }
}
