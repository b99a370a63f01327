/// The rule that a text broke. Whoever knows the file and the line, or the frame, makes an error of it
/// that says where.
package struct LineFault: Error, Equatable {
  /// What was expected or is wrong, for people.
  package let rule: String
  /// Whether the whole input is of the wrong shape, so that skipping this piece would not help.
  package let isFatal: Bool

  package init(_ rule: String, isFatal: Bool = false) {
    self.rule = rule
    self.isFatal = isFatal
  }
}
