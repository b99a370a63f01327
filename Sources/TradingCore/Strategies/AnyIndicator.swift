/// Any indicator behind one face, for commands and tables that know it by name only. What decides in a
/// run uses the indicator's own type instead.

/// What an indicator looks at.
public enum IndicatorInput: String, Sendable, CaseIterable {
  case close
  /// High, low and close.
  case bar
  /// Open, high, low, close and volume.
  case fullBar
  /// The close and another series' number at the same moment.
  case pair
}

/// One moment's numbers, enough for every indicator.
public struct IndicatorSample: Equatable, Sendable {
  public var bar: FullBar
  /// The other series, for indicators that compare two.
  public var benchmark: Double

  public init(bar: FullBar, benchmark: Double = 0) {
    self.bar = bar
    self.benchmark = benchmark
  }
}

/// An indicator of whatever type, as a value. It allocates at every update.
public struct AnyIndicator: Sendable, CanonicallyEncodable {
  private var member: any Answering

  init<Member: Indicator>(_ indicator: Member)
  where Member.Input: SampleReadable, Member.Output: NamedNumbers {
    member = Answers(indicator: indicator)
  }

  /// Inputs it must see before it answers: the answer to input number `warmUp` is the first.
  public var warmUp: Int { member.warmUp }

  /// Takes the next sample.
  /// - Returns: one number for each of the entry's outputs, all `nil` while warming up.
  public mutating func update(_ sample: IndicatorSample) -> [Double?] { member.answer(sample) }

  public func encode(into bytes: inout CanonicalBytes) { member.encode(into: &bytes) }
}

/// What an input is made of.
protocol SampleReadable {
  static var input: IndicatorInput { get }
  init(sample: IndicatorSample)
}

/// What an indicator answers, as numbers with names.
protocol NamedNumbers {
  static var names: [String] { get }
  var numbers: [Double] { get }
}

private protocol Answering: Sendable, CanonicallyEncodable {
  var warmUp: Int { get }
  mutating func answer(_ sample: IndicatorSample) -> [Double?]
}

private struct Answers<Member: Indicator>: Answering
where Member.Input: SampleReadable, Member.Output: NamedNumbers {
  var indicator: Member

  var warmUp: Int { indicator.warmUp }

  mutating func answer(_ sample: IndicatorSample) -> [Double?] {
    guard let output = indicator.update(Member.Input(sample: sample)) else {
      return Array(repeating: nil, count: Member.Output.names.count)
    }
    return output.numbers
  }

  func encode(into bytes: inout CanonicalBytes) { indicator.encode(into: &bytes) }
}

extension Double: SampleReadable {
  static var input: IndicatorInput { .close }
  init(sample: IndicatorSample) { self = sample.bar.close }
}

extension IndicatorBar: SampleReadable {
  static var input: IndicatorInput { .bar }
  init(sample: IndicatorSample) { self = sample.bar.prices }
}

extension FullBar: SampleReadable {
  static var input: IndicatorInput { .fullBar }
  init(sample: IndicatorSample) { self = sample.bar }
}

extension SeriesPair: SampleReadable {
  static var input: IndicatorInput { .pair }
  init(sample: IndicatorSample) {
    self.init(value: sample.bar.close, benchmark: sample.benchmark)
  }
}
