/// An option that stands for a key of the scenario. One reader checks both; what it finds wrong with the key
/// is said of the option that the user wrote.

import Research

struct GivenOption {
  let option: String
  /// The key it stands for: `search.parameters`.
  let key: String
  /// As `--set` takes it.
  let change: String

  /// `nil` where the option was not given.
  init?(_ option: String, _ key: String, _ value: String?) {
    guard let value else { return nil }
    (self.option, self.key, change) = (option, key, "\(key)=\(value)")
  }

  /// Reads what options and scenario say together.
  /// - Parameters:
  ///   - given: options that stand for keys.
  ///   - changes: what `--set` says.
  /// - Throws: what `read` does; `.usage` where an option is to blame.
  static func naming<Answer>(
    _ given: [GivenOption], beside changes: [String], _ read: () throws -> Answer
  ) throws -> Answer {
    do { return try read() } catch let error as ScenarioError {
      for option in given {
        if let said = option.said(of: error.message) { throw CommandFailure(.usage, said) }
      }
      // A section that only the options have: no single one of them is to blame.
      guard error.isOfCommand, changes.isEmpty else { throw error }
      throw CommandFailure(.usage, error.message)
    } catch let fault as WindowFault {
      for option in given {
        if let said = option.said(of: "\(fault)") { throw CommandFailure(.usage, said) }
      }
      throw fault
    }
  }

  /// What is wrong in terms of the option; `nil` where something else is to blame.
  private func said(of message: String) -> String? {
    if message.hasPrefix("`\(key)`") { return option + message.dropFirst(key.count + 2) }
    guard message.hasPrefix("`\(key).") else { return nil }
    return "\(option): `" + message.dropFirst(key.count + 2)
  }
}
