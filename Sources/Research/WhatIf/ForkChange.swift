/// One change of a what-if: as it was asked for, which reports quote and errors name, and as a key of the
/// scenario that was recorded.

public import TradingCore

/// A change, not yet looked at.
public struct ForkChange: Equatable, Sendable {
  /// The option that asked for it.
  public let option: String
  /// `risk.maxPosition=5%` of `--set`, `--fees 0.02%,0.05%` of the short ones.
  public let text: String
  /// `key=value` for the scenario, the value YAML.
  let setting: String

  private init(_ option: String, _ value: String, setting: String) {
    (self.option, self.setting) = (option, setting)
    text = "\(option) \(value)"
  }

  /// A key of the scenario with its value; the key may be written `max_position`.
  public init(set change: String) {
    option = ScenarioTree.command
    setting = ForkChange.camelCased(change)
    text = setting
  }

  /// One latency for every leg: `50ms`.
  /// - Throws: `ScenarioError` for what cannot be a span.
  public init(latency value: String) throws(ScenarioError) {
    let option = "--latency"
    guard ForkChange.isPlain(value) else {
      throw ScenarioError(file: option, "\"\(value)\" is not a span such as 50ms")
    }
    self.init(option, value, setting: "latency=\(value)")
  }

  /// A rate, or the maker's and the taker's: `0.02%,0.05%`.
  /// - Throws: `ScenarioError` for what cannot be one or two rates.
  public init(fees value: String) throws(ScenarioError) {
    let option = "--fees"
    let rates = value.split(separator: ",", omittingEmptySubsequences: false)
    guard let maker = rates.first, let taker = rates.last, rates.count <= 2,
      rates.allSatisfy(ForkChange.isPlain)
    else {
      throw ScenarioError(
        file: option, "\"\(value)\" is not a rate or two, maker and taker, such as 0.02%,0.05%")
    }
    self.init(option, value, setting: "fees={maker: \(maker), taker: \(taker)}")
  }

  /// Another strategy by its name, with parameters: `ema-cross:fast=5,slow=20`.
  /// - Parameters:
  ///   - strategies: what decided in the run.
  ///   - bar: the length of its bars, which stays.
  /// - Throws: `ScenarioError` for what cannot be a strategy, or a run of several.
  public init(
    strategy value: String, insteadOf strategies: RunStrategies, bar: Interval
  ) throws(ScenarioError) {
    let option = "--strategy"
    guard !strategies.hasBooks else {
      throw ScenarioError(
        file: option, "it is for a run of one strategy, and this one has books of several")
    }
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let pairs = parts.count > 1 ? parts[1].split(separator: ",") : []
    let parameters = pairs.map { $0.split(separator: "=", omittingEmptySubsequences: false) }
    guard ForkChange.isPlain(parts[0]),
      parameters.allSatisfy({ $0.count == 2 && $0.allSatisfy(ForkChange.isPlain) })
    else {
      throw ScenarioError(
        file: option, "\"\(value)\" is not a name with parameters, such as ema-cross:fast=5,slow=20"
      )
    }
    let values = parameters.map { "\($0[0]): \($0[1])" }.joined(separator: ", ")
    let seconds = bar.nanoseconds / 1_000_000_000
    self.init(
      option, value,
      setting: "strategy={name: \(parts[0]), bar: \(seconds)s, parameters: {\(values)}}")
  }

  /// Whether a text is a word or a number, and nothing that YAML could read as more.
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { "+-.%_µ".utf8.contains($0) || $0.isWordCharacter }
  }

  /// `risk.max_position` is `risk.maxPosition`; symbols keep their underscores.
  static func camelCased(_ change: String) -> String {
    let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { key in
      guard key.allSatisfy({ $0 == "_" || $0.isLowercase }) else { return String(key) }
      let words = key.split(separator: "_")
      return words.prefix(1).joined()
        + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
    return ([keys.joined(separator: ".")] + parts.dropFirst().map(String.init))
      .joined(separator: "=")
  }
}

extension UInt8 {
  fileprivate var isWordCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
