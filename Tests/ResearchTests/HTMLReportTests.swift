/// The HTML report as a foreign parser sees it: well-formed, self-contained, closed to hostile names.
import Foundation
import Testing
import TradingCore

@testable import Research

@Suite struct HTMLReportTests {
  /// Walks a document with Python's html.parser and prints what it finds wrong, then its scripts.
  static let inspector = """
    import html.parser, sys
    void = {"meta", "br", "img", "link", "input", "hr"}
    class Inspector(html.parser.HTMLParser):
        stack, ids, scripts = [], set(), 0
        def handle_starttag(self, tag, attrs):
            attrs = dict(attrs)
            if tag == "script": self.scripts += 1
            if tag in ("img", "link", "iframe", "object", "base"): print("tag", tag)
            for name, value in attrs.items():
                if name.startswith("on") or name in ("src", "action"): print("attribute", name)
                if name == "href" and not value.startswith("#"): print("link", value)
                if name == "id":
                    if value in self.ids: print("id twice", value)
                    self.ids.add(value)
            if tag not in void: self.stack.append(tag)
        def handle_startendtag(self, tag, attrs):
            self.handle_starttag(tag, attrs); self.stack.pop()
        def handle_endtag(self, tag):
            if not self.stack or self.stack.pop() != tag: print("unbalanced", tag)
    inspector = Inspector()
    inspector.feed(open(sys.argv[1], encoding="utf-8").read())
    inspector.close()
    print("open", inspector.stack, "scripts", inspector.scripts)
    """

  @Test(
    "every report is well-formed and asks the network for nothing",
    arguments: ReportTextTests.reports.indices)
  func wellFormed(index: Int) throws {
    let (name, report) = ReportTextTests.reports[index]
    let folder = try TemporaryFolder()
    let path = folder.path + "/report.html"
    try ReportFiles.write(HTMLReport.text(report), to: path, replacing: false)
    let scripts = report.equity.count >= 2 ? 3 : 2
    #expect(try python(Self.inspector, path) == ["open [] scripts \(scripts)"], "\(name)")
    let text = HTMLReport.text(report)
    #expect(!text.contains("url(") && !text.contains("@import") && !text.contains("\u{202E}"))
  }

  @Test(
    "no coordinate or figure is infinite or not a number",
    arguments: ReportTextTests.reports.indices)
  func finite(index: Int) {
    let text = HTMLReport.text(ReportTextTests.reports[index].1)
    for word in ["nan", "inf", "NaN", "Infinity"] {
      #expect(
        !text.contains(" \(word)") && !text.contains(":\(word)") && !text.contains("\"\(word)"))
    }
  }

  @Test("the read-out's data are JSON whose lists are as long as each other")
  func readOut() throws {
    let text = HTMLReport.text(ReportTextTests.reports[0].1)
    let start = try #require(text.range(of: "id=\"data\">")).upperBound
    let end = try #require(text.range(of: "</script>", range: start..<text.endIndex)).lowerBound
    let data = try #require(
      try JSONSerialization.jsonObject(with: Data(text[start..<end].utf8)) as? [String: Any])
    let lists = ["t", "x", "equity", "held", "drawdown", "price", "position"]
    let lengths = lists.map { (data[$0] as? [Any])?.count ?? -1 }
    #expect(lengths.allSatisfy { $0 == lengths[0] && $0 > 1_000 }, "\(lengths)")
    let equity = try #require(data["equity"] as? [Double])
    let last = try #require(ReportTextTests.reports[0].1.equity.last)
    #expect((equity[equity.count - 1] - last.equity.approximate).magnitude < 0.01)
  }

  @Test("the same report gives the same bytes")
  func deterministic() {
    let fixture = ReportFixture(points: 700)
    #expect(HTMLReport.text(fixture.report()) == HTMLReport.text(fixture.report()))
  }

  @Test("identity, warnings, assumptions and every definition stand in the page")
  func content() {
    let report = ReportTextTests.reports[0].1
    let text = HTMLReport.text(report)
    var wanted = [
      report.identity.fingerprintText, report.identity.chainHead, report.identity.sourceChainHead,
      report.warnings[0].text, "optimistic", "inferred from the data", "17 missing",
    ]
    wanted += report.metrics.map { HTMLText.escape($0.definition) }
    for part in wanted { #expect(text.contains(part), "\(part)") }
  }

  @Test("a hundred thousand samples with five thousand fills stay below a megabyte")
  func bounded() {
    let report = ReportFixture(points: 100_000, step: .minute, flipEvery: 13).report()
    #expect(report.fills.count > 5_000)
    #expect(HTMLReport.text(report).utf8.count < 1_000_000)
  }
}
