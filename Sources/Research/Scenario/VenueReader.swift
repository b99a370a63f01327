/// The keys of `source: {venue: …}`, and of each of `source: {venues: […]}`.

internal import TradingCore

enum VenueReader {
  /// What is followed when nobody says: all that fills are judged by.
  static let streams = ["trade", "bookTicker", "depth"]

  /// The venues that a source names; `nil` where it names none.
  static func read(_ source: inout ScenarioSection) throws(ScenarioError) -> [VenueChoice]? {
    if var venue = try source.section("venue") { return [try choice(&venue)] }
    guard let sections = try source.sections("venues") as [ScenarioSection]? else { return nil }
    var choices: [VenueChoice] = []
    for var section in sections {
      let choice = try choice(&section)
      guard !choices.contains(where: { $0.name == choice.name }) else {
        throw section.error(at: nil, "`source.venues` names \(choice.name) twice; name it once")
      }
      choices.append(choice)
    }
    guard !choices.isEmpty else {
      throw source.error(at: nil, "`source.venues` is empty: say `venues: [{name: binance}]`")
    }
    return choices
  }

  private static func choice(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> VenueChoice {
    guard let name = try section.text("name") else {
      throw section.error(at: nil, "a venue's `name` is missing: say `venue: {name: binance}`")
    }
    let truth = [("true", true), ("false", false)]
    let isTestnet = try section.choice("testnet", among: truth)
    let hosts = try hosts(&section)
    guard isTestnet != true || hosts == nil else {
      throw section.error(at: nil, "`testnet` has addresses of its own; leave out `rest`")
    }
    let choice = VenueChoice(
      name: name, isTestnet: isTestnet, hosts: hosts,
      streams: try section.words("streams") ?? streams,
      cancelsOnExit: try section.choice("cancelOnExit", among: truth) ?? true,
      window: try section.value("window", expected: "a span from 100ms to 60s") { text in
        Interval(text).flatMap {
          (100_000_000...60_000_000_000).contains($0.nanoseconds) ? $0 : nil
        }
      } ?? Interval(nanoseconds: 5_000_000_000),
      deadMansSwitch: try section.value(
        "deadMansSwitch", expected: "`off` or whole seconds from 1s to 24h", switchChoice) ?? .usual
    )
    try section.finish()
    return choice
  }

  private static func switchChoice(_ text: String) -> VenueChoice.SwitchChoice? {
    if text == "off" { return .off }
    guard let span = Interval(text), span.nanoseconds % Interval.second.nanoseconds == 0,
      (.second ... .day).contains(span)
    else { return nil }
    return .after(span)
  }

  private static func hosts(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> VenueChoice.Hosts? {
    let rest = try section.text("rest")
    let stream = try section.text("stream")
    let account = try section.text("account")
    switch (rest, stream, account) {
    case (nil, nil, nil): return nil
    case (let rest?, let stream?, let account?):
      return VenueChoice.Hosts(rest: rest, streams: stream, account: account)
    default:
      throw section.error(at: nil, "`rest`, `stream` and `account` are addresses that go together")
    }
  }
}

extension ScenarioSource {
  /// Whether it is a venue, whose account says what there is to trade with.
  var isVenue: Bool { if case .venues = self { true } else { false } }

  /// Its only venue; `nil` where it has several or is none.
  public var onlyVenue: VenueChoice? {
    if case .venues(let choices) = self, choices.count == 1 { choices[0] } else { nil }
  }
}
