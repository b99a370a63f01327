/// Whoever watches a store hears of every change that somebody else makes, once.

import Foundation
import Journal
import Testing
import TradingCore

@testable import Store

@Suite("A watch over the key store")
struct KeyWatchTests {
  /// What a watch told, in words.
  private final class Told: Sendable {
    private let words = Monitor<[String]>([])

    func add(_ found: Result<KeyWatch.Finding, VaultError>) {
      let word =
        switch found {
        case .success(let found): found.keys.map(\.state.rawValue).joined(separator: " ")
        case .failure(let error): "\(error)"
        }
      words.update { $0.append(word) }
    }

    /// The words once there are so many, or those there are after ten seconds.
    func first(_ count: Int) -> [String] {
      words.wait(until: monotonicNow() + 10_000_000_000) { $0.count >= count ? $0 : nil }
        ?? words.read { $0 }
    }
  }

  @Test("tells what is there, and each change by another connection")
  func changes() throws {
    try KeyFixture.withStore { store in
      let told = Told()
      let watch = try KeyWatch(KeyStore(opening: store.path)) { told.add($0) }
      #expect(told.first(1) == ["grace active active"])
      _ = try store.revokeAtOnce([2], at: KeyFixture.now)
      #expect(told.first(2).last == "grace emergency-revoked active")
      watch.stop()
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(told.first(2).count == 2, "the watch is over")
    }
  }

  @Test("tells the same keys again when a while is over, for their time goes on")
  func renewed() throws {
    try KeyFixture.withStore { store in
      let told = Told()
      let renewal = Interval(nanoseconds: 150_000_000)
      let watch = try KeyWatch(KeyStore(opening: store.path), renewal: renewal) { told.add($0) }
      #expect(told.first(3).allSatisfy { $0 == "grace active active" })
      watch.stop()
      #expect(told.first(3).count >= 3)
    }
  }

  @Test("follows another file that is put in its place, and says once why it cannot be read")
  func replaced() throws {
    try KeyFixture.withStore { store in
      let copy = store.path + ".copy"
      try FileManager.default.copyItem(atPath: store.path, toPath: copy)
      let told = Told()
      let watch = try KeyWatch(KeyStore(opening: store.path)) { told.add($0) }
      #expect(told.first(1) == ["grace active active"])
      _ = try store.revokeAtOnce(nil, at: KeyFixture.now)
      #expect(told.first(2).last == "emergency-revoked emergency-revoked emergency-revoked")
      unlink(store.path)
      #expect(told.first(3).last == "\(VaultError.missing(path: store.path))")
      rename(copy, store.path)
      #expect(told.first(4).last == "grace active active")
      chmod(store.path, 0o644)
      #expect(told.first(5).last == "\(VaultError.exposed(path: store.path, mode: 0o644))")
      chmod(store.path, 0o600)
      #expect(told.first(6).last == "grace active active")
      watch.stop()
      #expect(told.first(6).count == 6)
    }
  }
}
