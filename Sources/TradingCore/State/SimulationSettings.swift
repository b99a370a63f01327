/// What a run tells the simulated exchange beyond its fill rule: how takers move the price, how a queue
/// shrinks, how much of what trades we may take. They stand with the settings because a journal says
/// what it ran with.

/// How a taker's own weight moves the price it gets. Raw values are journalled and never reused.
public enum ImpactModel: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// It pays what is displayed.
  case none = 0
  /// A fixed part of the price.
  case fixed = 1
  /// A part that grows with its share of what traded.
  case linear = 2
  /// A part that grows with the root of that share.
  case squareRoot = 3
}

/// An impact model with its strength.
public struct Impact: Equatable, Sendable, BitwiseCopyable {
  public var model: ImpactModel
  /// In 10⁻⁶ of the price; for the models that look at volume, what is paid for a share of 1.
  public var strength: Int64

  public init(_ model: ImpactModel, strength: Int64) {
    self.model = model
    self.strength = strength
  }

  public static let none = Impact(.none, strength: 0)

  /// Whether it looks at what traded.
  @inline(__always) var needsVolume: Bool { model == .linear || model == .squareRoot }
}

/// How the probabilistic fill rule splits a cancellation between those before and those behind an
/// order: f(x) of the page on the simulated exchange. Raw values are journalled and never reused.
public enum QueueShape: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// f(x) = xⁿ.
  case power = 0
  /// f(x) = log(1 + x).
  case logarithm = 1
}

/// The f(x) of a queue with its exponent.
public struct QueueRule: Equatable, Sendable, BitwiseCopyable {
  public var shape: QueueShape
  /// n in 10⁻⁶, positive; means nothing for the logarithm.
  public var exponent: Int64

  public init(_ shape: QueueShape, exponent: Int64 = 0) {
    self.shape = shape
    self.exponent = exponent
  }

  /// The third power, hftbacktest's example: cancellations come mostly from behind.
  public static let standard = QueueRule(.power, exponent: 3_000_000)
  /// The largest exponent, in 10⁻⁶: beyond it all cancellations come from the longer side.
  public static let largestExponent: Int64 = 100_000_000
}

extension Impact: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(model.rawValue)
    bytes.append(strength)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (model, strength) = (try reader.take(), try reader.take())
    try reader.expect(strength >= 0, "a negative impact")
  }
}

extension QueueRule: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(shape.rawValue)
    bytes.append(exponent)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (shape, exponent) = (try reader.take(), try reader.take())
    try reader.expect(
      (0...QueueRule.largestExponent).contains(exponent), "a queue's exponent out of range")
  }
}
