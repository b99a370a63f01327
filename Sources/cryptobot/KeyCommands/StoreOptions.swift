/// Which key store a verb works on, and which key of it is meant.

import ArgumentParser
import Exchanges
import Glibc
import Research
import Store
import TradingCore

struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help:
      "The key store, a file; else CRYPTOBOT_STORE names it, else it lies in the user's data folder.",
    completion: .file())
  var named: String?

  /// The variable that names the store.
  static let variable = "CRYPTOBOT_STORE"

  /// The file meant.
  /// - Throws: `.usage` where nothing names one.
  func path() throws(CommandFailure) -> String {
    if let path = named ?? Self.value(Self.variable) ?? Self.defaultPath { return path }
    throw CommandFailure(
      .usage,
      "no key store: name one by --store or CRYPTOBOT_STORE, for neither XDG_DATA_HOME nor HOME "
        + "is set")
  }

  /// Whether somebody says where it is.
  var isNamed: Bool { named != nil || Self.value(Self.variable) != nil }

  /// Where the store lies unless somebody says otherwise: in the folder for a user's data.
  static var defaultPath: String? {
    let folder = value("XDG_DATA_HOME") ?? value("HOME").map { $0 + "/.local/share" }
    return folder.map { $0 + "/cryptobot/keys.db" }
  }

  /// The store, which is there.
  /// - Parameter isEmergency: whether one that others may use is closed to them rather than refused.
  /// - Throws: `VaultError`, `CommandFailure`.
  func open(isEmergency: Bool = false) throws -> KeyStore {
    try KeyStore(
      opening: path(), build: Version.text, signers: JournalKeys.folder, isEmergency: isEmergency
    ) { Output.warn("\($0)") }
  }

  private static func value(_ name: String) -> String? {
    guard let value = getenv(name), value[0] != 0 else { return nil }
    return String(cString: value)
  }
}

extension [KeyRecord] {
  /// The one key that a user means: by its id, or as the key in force of a label or, where no label is so
  /// called, of a venue.
  /// - Throws: `VaultError.unknownKey`, `.ambiguousKey`.
  func meant(by name: String) throws(VaultError) -> KeyRecord {
    if let id = UInt32(name) {
      guard let record = first(where: { $0.id == id }) else { throw .unknownKey(name) }
      return record
    }
    let active = filter { $0.state == .active }
    let labelled = active.filter { $0.label == name }
    let found = labelled.isEmpty ? active.filter { $0.venue == name } : labelled
    guard let record = found.first else { throw .unknownKey(printableLine(name)) }
    guard found.count == 1 else { throw .ambiguousKey(name, among: found.map(\.id)) }
    return record
  }
}

/// The span that an option gives.
/// - Throws: `ValidationError` naming the option.
func span(_ text: String, of option: String, mayBeZero: Bool = false) throws -> Interval {
  guard let span = Interval(text), mayBeZero || span > .zero else {
    throw ValidationError("\(option) \(printableLine(text)): a span such as 90d or 12h")
  }
  return span
}
