/// Bugs that are planted to prove that the simulation finds such bugs. Never on but by name.

/// One planted bug.
public enum Plant: String, CaseIterable, Sendable {
  /// Orders leave when they are journalled, before the disk has them.
  case sendBeforeSync = "send-before-sync"
  /// After a reconnect the first fill that is told again is taken for one that came before.
  case forgetFill = "forget-fill"
  /// An order that nobody answered is placed again under a new name.
  case askAgain = "ask-again"
  /// An order whose answer was a 5xx is taken for one that never was.
  case trustServerError = "trust-server-error"
  /// Recovery cuts at the first damage, whatever vouches for it.
  case ignoreWatermark = "ignore-watermark"
  /// Syncing a folder does nothing.
  case skipFolderSync = "skip-folder-sync"
  /// A sync that failed is asked for again.
  case retrySync = "retry-sync"
}
