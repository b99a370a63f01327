/// A story as one HTML file: the answer, a timeline of the market around it, and every link of the chain,
/// limits as bars of use.

internal import TradingCore

extension DecisionStory {
  /// The whole document. Its size is bounded.
  public var html: String {
    let sections = StorySections(self)
    let page = StoryPage(story: self, sections: sections)
    let body =
      [page.header, StoryChart(self, sections).figure] + sections.all.map(page.panel) + [
        page.footer
      ]
    return HTMLDocument.text(title: sections.headline, body)
  }

  /// Writes the document to `path`.
  /// - Throws: `ReportError` when the file exists and `replacing` is false, or cannot be written.
  public func writeHTML(to path: String, replacing: Bool) throws(ReportError) {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(html)
    try file.close()
  }
}

struct StoryPage {
  let story: DecisionStory
  let sections: StorySections

  var header: String {
    let remark = story.remark.map { " · \(HTMLText.escape($0))" } ?? ""
    return """
      <header>
      <div class="bar"><span class="mark">cryptobot</span><span class="grow"></span>
      <button type="button" id="theme" title="light or dark">◐ theme</button></div>
      <h1 class="answer">\(HTMLText.escape(sections.headline))</h1>
      <p class="sub"><b>\(HTMLText.escape(story.strategies))</b> · \(HTMLText.escape(story.journal)) · \
      event \(StoryWords.number(story.fact.sequence))\(remark)</p>
      </header>
      """
  }

  func panel(_ section: StorySection) -> String {
    let lines = section.lines.map { "<p>\(HTMLText.escape($0))</p>" }
    return """
      <section class="panel step"><h2>\(HTMLText.escape(section.title))</h2>
      <p class="head">\(HTMLText.escape(section.headline))</p>\(lines.joined())
      \(section.title == "risk" ? limits(section) : table(section.table))</section>
      """
  }

  private func table(_ rows: [[String]]) -> String {
    guard let head = rows.first else { return "" }
    return "<div class=\"scroll\"><table><thead>\(row(head, "th"))</thead><tbody>"
      + rows.dropFirst().map { row($0, "td") }.joined(separator: "\n") + "</tbody></table></div>"
  }

  private func row(_ cells: [String], _ tag: String) -> String {
    "<tr>" + cells.map { "<\(tag)>\(HTMLText.escape($0))</\(tag)>" }.joined() + "</tr>"
  }

  /// The limits that a request met, each with a bar of how much of it is used.
  private func limits(_ section: StorySection) -> String {
    guard section.table.count > 1, let verdict = section.verdict else {
      return table(section.table)
    }
    let used = LimitKind.allCases.compactMap { verdict.numbers[$0]?.usedMillionths }
    let rows = zip(section.table.dropFirst(), used).map { cells, used in
      let tone = used > 1_000_000 ? "beyond" : used >= 800_000 ? "high" : ""
      let width = HTMLText.percent(min(1, Double(used) / 1_000_000))
      return "<tr>" + cells.map { "<td>\(HTMLText.escape($0))</td>" }.joined()
        + "<td><div class=\"use\"><i class=\"\(tone)\" style=\"width:\(width)\"></i></div></td></tr>"
    }
    return
      "<div class=\"scroll\"><table><thead>\(row(section.table[0] + [""], "th"))</thead><tbody>"
      + rows.joined(separator: "\n") + "</tbody></table></div>"
  }

  var footer: String {
    "<footer>every number as the engine had it when it decided on event "
      + "\(StoryWords.number(story.fact.sequence)) again</footer>"
  }
}
