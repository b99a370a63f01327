/// A page as a picture: a browser that is installed draws it without a window, without a network. It is
/// called twice, for its picture is as high as its window: first the page is asked how high it is.

import Dispatch
import Foundation
import Research

struct PagePicture {
  /// Browsers that draw without a window, as systems call them.
  static let browsers = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
  ]
  /// The picture's width in pixels.
  static let width = 1_280
  /// The highest picture that browsers draw; what a page has below that is not on it, and that is said.
  static let mostHeight = 16_384
  /// The longest that a browser may take for one call.
  static let mostSeconds = 120.0

  private let browser: String

  /// - Throws: `.cannotCreate` where the PATH has no browser.
  init() throws(CommandFailure) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let places = PagePicture.browsers.flatMap { name in folders.map { "\($0)/\(name)" } }
    guard let found = places.first(where: FileManager.default.isExecutableFile) else {
      throw CommandFailure(
        .cannotCreate,
        "--png has the page drawn by a browser, and there is no \(PagePicture.browsers[0]) or "
          + "google-chrome on the PATH; install one, or take --html")
    }
    browser = found
  }

  /// Draws a page to the PNG file `path`, which appears whole or not at all.
  /// - Throws: `CommandFailure` where the browser fails; `ReportError` where the file cannot be written.
  func draw(_ page: String, to path: String, replacing: Bool) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cryptobot-page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("page.html")
    try Data(PagePicture.measured(page).utf8).write(to: file)
    let height = try height(of: file, in: folder)
    if height > PagePicture.mostHeight {
      Output.warn("the page is \(height) pixels high, \(path) ends at \(PagePicture.mostHeight)")
    }
    let picture = folder.appendingPathComponent("page.png")
    _ = try call(
      ["--screenshot=\(picture.path)"], height: min(height, PagePicture.mostHeight), file,
      in: folder)
    guard let bytes = try? Data(contentsOf: picture), !bytes.isEmpty else {
      throw failure("drew nothing")
    }
    try ReportFiles.write(Array(bytes), to: path, replacing: replacing)
  }

  /// The page, which notes in its own text how high it became.
  private static func measured(_ page: String) -> String {
    page.replacingOccurrences(
      of: "</body>",
      with: "<script>document.documentElement.dataset.height=document.documentElement.scrollHeight"
        + "</script></body>")
  }

  private func height(of file: URL, in folder: URL) throws -> Int {
    let text = try call(["--dump-dom"], height: 800, file, in: folder)
    guard let mark = text.range(of: "data-height=\""),
      let height = Int(text[mark.upperBound...].prefix { $0.isNumber }), height > 0
    else { throw failure("did not say how high the page is") }
    return height
  }

  /// Calls the browser and waits for it.
  /// - Returns: what it wrote to stdout.
  private func call(_ arguments: [String], height: Int, _ file: URL, in folder: URL) throws
    -> String
  {
    let said = folder.appendingPathComponent("said")
    try Data().write(to: said)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: browser)
    process.arguments =
      [
        "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-extensions",
      ]
      + ["--disable-background-networking", "--user-data-dir=\(folder.path)/profile"]
      // A browser of root's refuses its sandbox; the page is ours and asks for nothing.
      + (geteuid() == 0 ? ["--no-sandbox"] : [])
      + ["--window-size=\(PagePicture.width),\(height)"] + arguments + [file.absoluteString]
    process.standardOutput = try FileHandle(forWritingTo: said)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    if ended.wait(timeout: .now() + PagePicture.mostSeconds) == .timedOut {
      process.terminate()
      throw failure("took more than \(Int(PagePicture.mostSeconds)) s")
    }
    try Interrupt.check()
    guard process.terminationStatus == 0 else {
      throw failure("ended with \(process.terminationStatus)")
    }
    return String(decoding: try Data(contentsOf: said), as: UTF8.self)
  }

  private func failure(_ what: String) -> CommandFailure {
    CommandFailure(.inputOutput, "\(browser) \(what); --html writes the same page without it")
  }
}
