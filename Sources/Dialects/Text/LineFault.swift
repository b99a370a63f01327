/// The rule that a text broke. Whoever knows the file and the line, or the frame, makes an error of it
/// that says where.
package struct LineFault: Error, Equatable {
  /// What was expected or is wrong, for people.
  package let rule: String
  /// Whether the whole input is of the wrong shape, so that skipping this piece would not help.
  package let isFatal: Bool
  /// The name that nobody defined, where that is what is wrong.
  package let stranger: String?

  package init(_ rule: String, isFatal: Bool = false, stranger: String? = nil) {
    (self.rule, self.isFatal, self.stranger) = (rule, isFatal, stranger)
  }
}

extension DialectError {
  /// A broken rule of a frame, at the byte where its reader stood, or the name that is not defined.
  init(_ fault: LineFault, frame: String, byte: Int?) {
    if let stranger = fault.stranger {
      self = .undefined(name: stranger)
    } else {
      self = .malformed(frame: frame, byte: byte, rule: fault.rule)
    }
  }
}
