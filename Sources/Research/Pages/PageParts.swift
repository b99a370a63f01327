/// What the pages of searches and walks have in common beside a report's parts.

extension HTMLPage {
  /// A mark of a name and a value, any texts.
  static func chip(_ name: String, _ value: String) -> String {
    "<span class=\"chip\">\(HTMLText.escape(name)) <b>\(HTMLText.escape(value))</b></span>"
  }

  /// A figure people ask for first; `value` is safe HTML.
  static func card(_ label: String, _ value: String, _ below: String, tone: String = "") -> String {
    "<div class=\"card\"><div class=\"label\">\(HTMLText.escape(label))</div>"
      + "<div class=\"value\(tone)\">\(value)</div>"
      + "<div class=\"versus\">\(HTMLText.escape(below))</div></div>"
  }
}
