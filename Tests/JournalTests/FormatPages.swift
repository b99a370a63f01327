/// The pages of the format document as tests read them: headings, tables and the example's bytes.
import Foundation

/// One page of the catalogue.
struct FormatPage {
  private let lines: [String]

  init(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = root.appendingPathComponent("Sources/Journal/Journal.docc/\(name).md")
    lines = try String(contentsOf: page, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  /// All headings without their marks, in order.
  var headings: [String] {
    lines.filter { $0.hasPrefix("#") }.map { $0.drop { $0 == "#" || $0 == " " } }.map(String.init)
  }

  /// Whether a line holds `text`.
  func says(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// The lines under the first heading that begins so, up to the next heading.
  private func section(_ heading: String) -> ArraySlice<String> {
    let isHeading = { (line: String) in line.hasPrefix("#") }
    guard
      let start = lines.firstIndex(where: {
        isHeading($0) && $0.drop { $0 == "#" || $0 == " " }.hasPrefix(heading)
      })
    else { return [] }
    let end = lines[(start + 1)...].firstIndex(where: isHeading) ?? lines.endIndex
    return lines[(start + 1)..<end]
  }

  /// The rows, without heads, of the `number`th table under a heading, marks for code dropped.
  func table(under heading: String, number: Int = 0) -> [[String]] {
    let lines = section(heading)
    let rules = lines.indices.filter { lines[$0].hasPrefix("|---") }
    guard number < rules.count else { return [] }
    return lines[(rules[number] + 1)...].prefix { $0.hasPrefix("|") }.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
      }
    }
  }

  /// The bytes of a dump under a heading: offset and 16 bytes a line, `*` for lines of zeros.
  func dump(under heading: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in section(heading) where line.hasPrefix("    0") {
      let words = line.split(separator: " ")
      let offset = Int(words[0], radix: 16) ?? 0
      bytes += [UInt8](repeating: 0, count: max(0, offset - bytes.count))
      bytes += words.dropFirst().compactMap { UInt8($0, radix: 16) }
    }
    return bytes
  }
}

/// A number as the pages write it: with commas, or in hexadecimal.
func pageNumber(_ text: String) -> UInt64? {
  let digits = text.replacingOccurrences(of: ",", with: "")
  return digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
}

/// Bytes as the dump of an example, to put into the page.
func pageDump(_ bytes: [UInt8]) -> String {
  var lines: [String] = []
  for offset in stride(from: 0, to: bytes.count, by: 16) {
    let row = bytes[offset..<min(offset + 16, bytes.count)]
    if row.count == 16, row.allSatisfy({ $0 == 0 }) {
      if lines.last != "    *" { lines.append("    *") }
      continue
    }
    let hex = row.map { String($0, radix: 16).leftPadded(to: 2) }.joined(separator: " ")
    lines.append("    \(String(offset, radix: 16).leftPadded(to: 6))  \(hex)")
  }
  return lines.joined(separator: "\n")
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: "0", count: max(0, width - count)) + self
  }
}
