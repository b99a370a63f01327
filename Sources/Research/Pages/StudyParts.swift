/// What the pages of searches and walks say of the study: the head, and the rows by which it can be told
/// from others and made again.

internal import TradingCore

extension StudyRecord {
  /// The head of a page.
  /// - Parameters:
  ///   - counts: how much was done, safe HTML.
  ///   - chips: marks before those of the study, any texts.
  ///   - fingerprint: of all that was done.
  func pageHeader(
    counts: String, chips: [(name: String, value: String)] = [], fingerprint: UInt64
  ) -> String {
    let own = [("objective", objective), ("sampler", sampler), ("seed", String(seed))]
    return HTMLPage.header(
      scenarioName,
      sub: "<b>\(HTMLText.escape(strategy))</b> on <b>\(HTMLText.escape(source))</b> · " + counts,
      chips: (chips + own).map { HTMLPage.chip($0.0, $0.1) }.joined()
        + HTMLPage.fingerprint(hexadecimal(fingerprint)))
  }

  /// Everything that makes it again.
  /// - Parameters:
  ///   - title: any text.
  ///   - commands: what they make, and the commands; an empty one is left out.
  ///   - extra: rows that only this page has, safe HTML.
  func pageIdentity(
    _ title: String, commands: [(String, String)], extra: [(String, String)] = [],
    fingerprint: UInt64
  ) -> String {
    let space = dimensions.map { "<code>\(HTMLText.escape("\($0.key)=\($0.values)"))</code>" }
    let rows: [(String, String)] =
      commands.map { ($0.0, HTMLPage.hash($0.1)) } + [
        ("Study", HTMLPage.hash(id)), ("Fingerprint", HTMLPage.hash(hexadecimal(fingerprint))),
      ] + extra + [
        ("Space", space.joined(separator: "<br>")),
        ("Where", constraints.map(HTMLText.escape).joined(separator: ", ")),
        ("Objective", HTMLText.escape(objective)),
        ("Sampler", "\(HTMLText.escape(sampler)), seed \(seed), \(generation) at a time"),
        ("Source", HTMLText.escape(source)),
        ("Source chain head", HTMLPage.hash(sourceChainHead)),
        ("Build", HTMLText.escape(build)), ("Logic version", String(logicVersion)),
      ]
    return HTMLPage.list(
      title, rows.filter { !$0.1.isEmpty }, extra: HTMLPage.scenario(scenarioText))
  }
}
