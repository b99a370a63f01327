/// What every page of figures is put together from: head, warnings, lists, things to copy.

extension HTMLPage {
  /// The head of a page.
  /// - Parameters:
  ///   - title: any text.
  ///   - sub: the line below it, safe HTML.
  ///   - chips: marks below that, safe HTML.
  static func header(_ title: String, sub: String, chips: String) -> String {
    """
    <header>
    <div class="bar"><span class="mark">cryptobot</span><span class="grow"></span>
    <button type="button" id="theme" title="light or dark">◐ theme</button></div>
    <h1>\(HTMLText.escape(title))</h1>
    <p class="sub">\(sub)</p>
    <p class="chips">\(chips)</p>
    </header>
    """
  }

  /// A fingerprint that a click copies.
  static func fingerprint(_ text: String) -> String {
    """
    <button type="button" class="chip hash" data-copy="\(text)" title="copy the fingerprint">fingerprint \
    <b>\(text)</b></button>
    """
  }

  /// What a reader must know first; nothing where there is nothing.
  static func warnings(_ texts: [String]) -> String {
    guard !texts.isEmpty else { return "" }
    let items = texts.map { "<li>\(HTMLText.escape($0))</li>" }
    return
      "<section class=\"warnings\"><h2>Before you believe it</h2><ul>\(items.joined())</ul></section>"
  }

  /// Terms with what they are, both safe HTML.
  static func list(_ title: String, _ rows: [(String, String)], extra: String = "") -> String {
    let items = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
    return
      "<section class=\"panel\"><h2>\(title)</h2><dl>\(items.joined(separator: "\n"))</dl>\(extra)</section>"
  }

  /// A text to be copied by a click; nothing for an empty one.
  static func hash(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    let safe = HTMLText.escape(text)
    return
      "<code>\(safe)</code> <button type=\"button\" class=\"copy\" data-copy=\"\(safe)\">copy</button>"
  }

  /// A scenario's file, folded away.
  static func scenario(_ text: String) -> String {
    text.isEmpty
      ? ""
      : """
      <details><summary>Scenario</summary><pre>\(HTMLText.block(text))</pre></details>
      """
  }

  static func footer(_ build: String) -> String {
    "<footer>cryptobot \(HTMLText.escape(build)) · run it again and compare the "
      + "fingerprint: equal runs give equal bytes</footer>"
  }
}
