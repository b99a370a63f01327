/// Which key signs, as a table of what happens to an account's keys.

import Testing
import TradingCore

@testable import Exchanges

@Suite("An account's keys")
struct AccountKeysTests {
  private static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  /// Key 1, in force; fingerprints are ids.
  private var keys = AccountKeys(KeyIdentity(id: 1, fingerprint: 1))

  private static func key(_ id: UInt32, until: Timestamp = .distantFuture) -> KeyIdentity {
    KeyIdentity(id: id, fingerprint: UInt64(id), until: until)
  }

  /// `2 activated, 1 graced`.
  private func words(_ changes: [KeyChange]) -> String {
    changes.map { "\($0.id) \($0.action)" }.joined(separator: ", ")
  }

  @Test("a new key signs when the journal has it, and not before")
  mutating func permission() {
    #expect(words(keys.offer(Self.key(2))) == "2 activated")
    #expect(words(keys.limit(1, until: Self.now + .hour)) == "1 graced")
    #expect(keys.signing == 1)
    #expect(keys.permit(2).isEmpty)
    #expect(keys.signing == 2)
    #expect(keys.offer(Self.key(2)).isEmpty, "it came before")
  }

  @Test(
    "the old key is the fall-back while its grace lasts, and then the refused one is tried again")
  mutating func fallBack() {
    _ = keys.offer(Self.key(2))
    _ = keys.limit(1, until: Self.now + .hour)
    _ = keys.permit(2)
    #expect(words(keys.refuse(2)) == "2 refused, 1 activated")
    #expect(keys.signing == 1)
    #expect(keys.refuse(2).isEmpty, "it does not sign")
    #expect(keys.refuse(1).isEmpty, "there is no other")
    #expect(keys.expire(at: Self.now).isEmpty)
    #expect(words(keys.expire(at: Self.now + .hour)) == "1 expired, 2 activated")
    #expect(keys.signing == 2)
  }

  @Test("a key that is withdrawn leaves its place to the youngest that may sign, or to none")
  mutating func withdrawal() {
    _ = keys.limit(1, until: Self.now + .hour)
    for id in [3, 2] as [UInt32] {
      _ = keys.offer(Self.key(id, until: Self.now + .minute))
      _ = keys.permit(id)
    }
    _ = keys.offer(Self.key(4))
    _ = keys.permit(4)
    #expect(words(keys.withdraw(4, as: .emergencyRevoked)) == "4 emergencyRevoked, 3 activated")
    #expect(words(keys.withdraw(2, as: .revoked)) == "2 revoked")
    #expect(keys.signing == 3 && !keys.isEmpty)
    #expect(words(keys.withdraw(3, as: .revoked)) == "3 revoked, 1 activated")
    #expect(words(keys.withdraw(1, as: .expired)) == "1 expired")
    #expect(keys.signing == nil && keys.isEmpty)
    #expect(keys.withdraw(1, as: .expired).isEmpty, "it has ended")
  }

  @Test(
    "with no grace nothing signs until the journal has the new key; one that ended is not permitted"
  )
  mutating func gap() {
    _ = keys.offer(Self.key(2))
    #expect(words(keys.withdraw(1, as: .expired)) == "1 expired")
    #expect(keys.signing == nil && !keys.isEmpty)
    #expect(keys.permit(1).isEmpty && keys.signing == nil)
    #expect(keys.permit(2).isEmpty && keys.signing == 2)
  }

  @Test("the journal's last word is the key that signs, also where one in grace filled a gap")
  mutating func lastWord() {
    _ = keys.limit(1, until: Self.now + .hour)
    _ = keys.offer(Self.key(2))
    _ = keys.permit(2)
    #expect(words(keys.offer(Self.key(3))) == "3 activated")
    #expect(words(keys.withdraw(2, as: .expired)) == "2 expired, 1 activated")
    #expect(words(keys.permit(3)) == "3 activated")
    #expect(keys.signing == 3)
  }
}
