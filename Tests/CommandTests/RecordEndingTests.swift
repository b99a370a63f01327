/// What a recording says at its end of streams that it does not have.

#if Live
  import Exchanges
  import Testing

  @testable import cryptobot

  @Suite("The end of a recording")
  struct RecordEndingTests {
    private static func figures(
      connections: UInt64, failed: UInt64 = 0, frames: UInt64 = 0, refused: [String] = []
    ) -> RecordingFigures {
      var figures = RecordingFigures()
      (figures.connections, figures.failedLinks) = (connections, failed)
      (figures.frames, figures.refused) = (frames, refused)
      return figures
    }

    @Test func `Venues whose links failed are named, however soon it ended`() {
      var dead = Self.figures(connections: 0, failed: 1)
      dead.trouble = "connection 1: Connection refused"
      let ending = RecordEnding(
        [("binance", Self.figures(connections: 1)), ("kraken", dead), ("coinbase", dead)],
        seconds: 0.5)
      let words =
        "no link ever carried its streams, so nothing of them was recorded; the last that was "
        + "heard: connection 1: Connection refused"
      #expect(ending.failure == .answer("kraken: \(words); coinbase: \(words)"))
      #expect(ending.warning == nil)
    }

    @Test func `A link that nobody answers fails when it should long be there`() {
      let silent = [(venue: "kraken", figures: Self.figures(connections: 0))]
      #expect(RecordEnding(silent, seconds: 2).failure != nil)
      let early = RecordEnding(silent, seconds: 0.2)
      #expect(early.failure == nil)
      #expect(early.warning?.contains("before the streams of kraken came") == true)
    }

    @Test func `Part of the streams is not said to be nothing`() {
      let part = Self.figures(connections: 0, failed: 1, frames: 3)
      let failure = RecordEnding([("kraken", part)], seconds: 1).failure
      #expect(
        failure
          == .answer(
            "kraken: no link ever carried all its streams, so they were not recorded whole"))
    }

    @Test func `A link that failed before another one came is no failure, a refusal is one`() {
      let mended = Self.figures(connections: 1, failed: 4, frames: 9)
      let whole = RecordEnding([("kraken", mended)], seconds: 60)
      #expect(whole.failure == nil && whole.warning == nil)
      let refused = Self.figures(connections: 2, refused: ["BTC/USD trade"])
      guard case .refused(let words)? = RecordEnding([("kraken", refused)], seconds: 60).failure
      else {
        Issue.record("it was not told")
        return
      }
      #expect(words.contains("BTC/USD trade"))
    }
  }
#endif
