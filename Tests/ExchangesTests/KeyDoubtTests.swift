/// A refusal that may be a late token's is not yet the key's.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("A refusal that may have been for lateness")
  struct KeyDoubtTests {
    private static func time(_ milliseconds: Int64) -> Timestamp {
      Timestamp(nanoseconds: milliseconds * 1_000_000)
    }

    @Test("is the key's only where it is the third of requests that were made one behind the other")
    func rule() {
      var doubt = KeyDoubt()
      let refusals = [(0, 500), (400, 600), (501, 700), (650, 710), (701, 800)].map {
        doubt.isRefusal(asked: Self.time($0.0), at: Self.time($0.1))
      }
      #expect(refusals == [false, false, false, false, true])
      doubt.end()
      let anew = doubt.isRefusal(asked: Self.time(801), at: Self.time(900))
      #expect(!anew)
    }

    @Test(
      "costs an opening a second, and the third ends it",
      arguments: [
        ([401, 200], true, 2), ([401, 401, 200], true, 3), ([401, 401, 401], false, 3),
      ])
    func opening(statuses: [Int], isOpened: Bool, asked: Int) throws {
      let world = HandMovedWorld()
      world.answers = [
        "time": [#"{"iso":"","epochSeconds":"1762820224","epochMillis":"1762820224000"}"#],
        "accounts": [#"{"accounts":[],"has_next":false}"#],
      ]
      world.statuses["accounts"] = statuses
      // The private key of RFC 8410, section 10.3.
      var pem = Array(
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """.utf8)
      var dialect = CoinbaseDialect(
        orders: ClientOrderIDs(journal: 1),
        credentials: try Credentials(apiKey: "key", signer: RequestSigner(Secret(wiping: &pem))))
      let assets = try AssetBook.read([], into: &dialect.directory)
      let session = try AccountSession(
        dialect, assets, window: .second, Inbox(), AccountBoard(), in: world, announce: { _ in })
      var (events, failure): ([Event]?, (any Error)?) = (nil, nil)
      session.open(
        unless: { false },
        then: { result in
          switch result {
          case .success(let told): events = told
          case .failure(let error): failure = error
          }
        })
      world.pass(milliseconds: 100)
      // The account's reports, then the heartbeats.
      for sequence in 0..<2 {
        world.say(
          #"{"channel":"subscriptions","client_id":"","timestamp":"2026-04-07T14:00:00Z","#
            + #""sequence_num":\#(sequence),"events":[{"subscriptions":{"user":["key"],"#
            + #""heartbeats":["heartbeats"]}}]}"#)
      }
      world.pass(milliseconds: 3_000)
      #expect(world.asked.filter { $0.path.contains("/accounts") }.count == asked)
      #expect((events != nil, failure != nil) == (isOpened, !isOpened))
      if case .key? = failure as? ExchangesError { return }
      #expect(failure == nil)
    }
  }
#endif
