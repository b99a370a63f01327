/// Any indicator behind one face, for what knows it by name only: tables, commands, composed strategies.
/// What decides in Swift uses the indicator's own type instead.

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

/// What an indicator answers to one sample: as many numbers as its entry has outputs, in their order.
public struct IndicatorAnswer: Sendable {
  /// The most numbers of an answer.
  public static let capacity = 4

  public let count: Int
  private var numbers: InlineArray<4, Double>

  init(_ first: Double) {
    (count, numbers) = (1, InlineArray(repeating: first))
  }

  init(_ first: Double, _ second: Double) {
    (count, numbers) = (2, [first, second, 0, 0])
  }

  init(_ first: Double, _ second: Double, _ third: Double) {
    (count, numbers) = (3, [first, second, third, 0])
  }

  init(_ first: Double, _ second: Double, _ third: Double, _ fourth: Double) {
    (count, numbers) = (4, [first, second, third, fourth])
  }

  /// The number at a place below `count`.
  public subscript(place: Int) -> Double { numbers[place] }
}

/// An indicator of whatever type, as a value.
public struct AnyIndicator: Sendable, CanonicallyEncodable {
  private var member: any Answering

  init<Member: Indicator>(_ indicator: Member)
  where Member.Input: SampleReadable, Member.Output: NamedNumbers {
    member = Answers(indicator: indicator)
  }

  /// Inputs it must see before it answers: the answer to input number `warmUp` is the first.
  public var warmUp: Int { member.warmUp }

  /// Takes the next sample; `nil` while warming up. Allocates nothing.
  public mutating func answer(_ sample: IndicatorSample) -> IndicatorAnswer? {
    member.answer(sample)
  }

  /// Takes the next sample, for a table.
  /// - Returns: one number for each of the entry's outputs, all `nil` while warming up.
  public mutating func update(_ sample: IndicatorSample) -> [Double?] {
    guard let answer = answer(sample) else {
      return Array(repeating: nil, count: member.outputCount)
    }
    return (0..<answer.count).map { answer[$0] }
  }

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
  var answer: IndicatorAnswer { get }
}

private protocol Answering: Sendable, CanonicallyEncodable {
  var warmUp: Int { get }
  var outputCount: Int { get }
  mutating func answer(_ sample: IndicatorSample) -> IndicatorAnswer?
}

private struct Answers<Member: Indicator>: Answering
where Member.Input: SampleReadable, Member.Output: NamedNumbers {
  var indicator: Member

  var warmUp: Int { indicator.warmUp }
  var outputCount: Int { Member.Output.names.count }

  mutating func answer(_ sample: IndicatorSample) -> IndicatorAnswer? {
    indicator.update(Member.Input(sample: sample))?.answer
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
