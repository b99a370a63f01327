/// Text that came from files, made fit for a terminal: it must not move the cursor, change colours,
/// hide what follows, or fill the screen.

/// The text with control characters written as `\u{1b}`, and its middle left out where it is longer
/// than a screen. Line ends stay. O(bytes).
public func printable(_ text: String, longest: Int = 2_000) -> String {
  var result = ""
  for scalar in shortened(text, to: longest).unicodeScalars {
    if scalar == "\n" || !isControl(scalar) {
      result.unicodeScalars.append(scalar)
    } else {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
  return result
}

/// As `printable`, on one line: what others wrote is quoted in the middle of a sentence of ours, and nothing of it
/// may look like a line of ours.
public func printableLine(_ text: String) -> String {
  printable(text).replacing("\n", with: "\\n")
}

private func shortened(_ text: String, to longest: Int) -> String {
  guard text.utf8.count > longest, text.count > longest else { return text }
  return "\(text.prefix(longest / 2)) … \(text.suffix(longest / 4))"
}

/// C0, DEL and C1 controls, and the marks that turn the direction of writing (Unicode TR 9).
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
  default: false
  }
}
