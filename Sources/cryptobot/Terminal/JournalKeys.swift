/// Where the keys lie that sign a live journal's checkpoints.

import Glibc

enum JournalKeys {
  /// The folder that CRYPTOBOT_KEYS names; `nil` where it is unset or empty, and nothing is signed then.
  static var folder: String? {
    guard let value = getenv("CRYPTOBOT_KEYS") else { return nil }
    let path = String(cString: value)
    return path.isEmpty ? nil : path
  }
}
