/// A story for a terminal: the answer, then link by link from what became of it back to the market.

extension DecisionStory {
  /// The whole story as text.
  public var text: String {
    let sections = StorySections(self)
    var lines = TextTable.wrap(sections.headline, width: TerminalReport.width)
    if let remark { lines.append("(\(remark))") }
    lines.append("")
    for section in sections.all {
      lines += DecisionStory.lines(of: section) + [""]
    }
    lines.append("decided by \(ReportText.visible(strategies))")
    return lines.joined(separator: "\n")
  }

  private static let indent = "          "

  /// The title in a column of its own, what follows under the headline.
  private static func lines(of section: StorySection) -> [String] {
    let width = TerminalReport.width - indent.count
    let title = TextTable.pad(section.title, to: indent.count, .left)
    var lines: [String] = []
    for line in TextTable.wrap(section.headline, width: width) {
      lines.append((lines.isEmpty ? title : indent) + line)
    }
    for line in section.lines.flatMap({ TextTable.wrap($0, width: width) }) {
      lines.append(indent + line)
    }
    guard let columns = section.table.first?.count else { return lines }
    var table = TextTable(Array(repeating: .left, count: columns))
    for row in section.table { table.append(row: row) }
    return lines + table.lines(width: width).map { indent + $0 }
  }
}
