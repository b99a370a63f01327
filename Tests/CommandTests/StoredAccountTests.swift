/// Which accounts of the key store a run takes its keys from.

#if Live
  import Testing
  import TradingCore

  @testable import Store
  @testable import cryptobot

  @Suite("Accounts in the key store")
  struct StoredAccountTests {
    private static func record(
      _ id: UInt32, _ venue: String, _ label: String, _ state: KeyState = .active
    ) -> KeyRecord {
      KeyRecord(
        id: id, venue: venue, label: label, fingerprint: 0, state: state, created: .none,
        changed: .none, due: .distantFuture, graceEnd: .none)
    }

    /// One account at Kraken whose first key has ended, two at Binance.
    private static let records = [
      record(1, "kraken", "main", .revoked), record(2, "kraken", "main"),
      record(3, "binance", "main"), record(4, "binance", "second"),
    ]

    private static func labels(_ venues: [String], _ names: [String]) throws -> [String] {
      try StoredKeys.accounts(at: venues, named: names, in: records, of: "keys.db").map {
        "\($0.venue) \($0.label)"
      }
    }

    @Test(
      "a venue's only account needs no name, another's is named by label or id",
      arguments: [
        (["kraken"], [], ["kraken main"]),
        (["binance"], ["second"], ["binance second"]),
        (["kraken", "binance"], ["second"], ["kraken main", "binance second"]),
        (["binance", "kraken"], ["4"], ["binance second", "kraken main"]),
        (["kraken", "binance"], ["2", "3"], ["kraken main", "binance main"]),
        (["kraken", "binance"], ["main"], ["kraken main", "binance main"]),
      ] as [([String], [String], [String])])
    func chosen(_ venues: [String], _ names: [String], _ expected: [String]) throws {
      #expect(try Self.labels(venues, names) == expected)
    }

    @Test(
      "what is missing is named all at once, and so is what could be meant",
      arguments: [
        (["coinbase", "kraken", "other"], [], Outcome.refused, "no key for coinbase, other works"),
        (["kraken"], ["third"], .refused, "no key for kraken answers to `third`"),
        (["kraken"], ["1"], .refused, "no key for kraken answers to `1`"),
        (["kraken"], ["second"], .refused, "no key for kraken answers to `second`"),
        (
          ["kraken", "binance"], [], .usage, "several accounts at binance: say --key main or second"
        ),
        (["binance"], ["main", "second"], .usage, "say --key main or second"),
      ] as [([String], [String], Outcome, String)])
    func refused(
      _ venues: [String], _ names: [String], _ outcome: Outcome, _ said: String
    ) throws {
      let failure = #expect(throws: CommandFailure.self) { try Self.labels(venues, names) }
      #expect(failure?.outcome == outcome)
      #expect(failure?.description.contains(said) == true, "\(String(describing: failure))")
    }
  }
#endif
