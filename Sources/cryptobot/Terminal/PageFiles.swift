/// `--html` and `--png`: what a verb found as a page, and as a picture of that page.

import ArgumentParser
import Research

struct PageFiles: ParsableArguments {
  @Option(help: "Write a report to look at, one self-contained file.", completion: .file())
  var html: String?

  @Option(
    help: "Write the same report as a picture; a browser such as chromium on the PATH draws it.",
    completion: .file())
  var png: String?

  /// Both, by the option that names them.
  var named: [(option: String, path: String?)] { [("--html", html), ("--png", png)] }

  /// Whether neither is asked for.
  var isEmpty: Bool { html == nil && png == nil }

  /// Refuses before the work what could not be written after it.
  /// - Throws: as `Files.expectRoom`; `.cannotCreate` where nothing draws pictures.
  func expectRoom(replacing: Bool) throws {
    try Files.expectRoom(html, replacing: replacing)
    try Files.expectRoom(png, replacing: replacing)
    if png != nil { _ = try PagePicture() }
  }

  /// Writes what is asked for; the page is made only then.
  /// - Throws: `ReportError` and `CommandFailure` where it cannot.
  func write(_ page: () -> String, replacing: Bool) throws {
    guard !isEmpty else { return }
    let text = page()
    if let html { try ReportFiles.write(text, to: html, replacing: replacing) }
    if let png { try PagePicture().draw(text, to: png, replacing: replacing) }
  }
}
