/// A value that is made when it is first asked for, by whoever asks first, and then shared.

internal import Synchronization

final class OnceMade<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  /// The value; others who ask while it is made wait for it. What fails is made again.
  func value(_ make: () throws -> Value) throws -> Value {
    try made.withLock { slot in
      if let slot { return slot }
      let value = try make()
      slot = value
      return value
    }
  }
}
