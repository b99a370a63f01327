/// How long orders took on our side, as people and programs read it.

#if Live
  import Exchanges
  import Research
  import TradingCore

  extension TickToOrder {
    /// Each part's median, 99th percentile and longest, in nanoseconds; `null` where no order left.
    var json: JSONValue {
      .object([
        ("orders", .count(whole.count)), ("whole", Self.json(whole)),
        ("ofWhichJournal", Self.json(journal)), ("apartFromJournal", Self.json(apart)),
        ("toDecision", Self.json(toDecision)), ("toSocket", Self.json(toSocket)),
      ])
    }

    /// `tick to order  p50 210 µs, p99 900 µs; without the journal's disk p50 80 µs, p99 310 µs; …`.
    var text: String {
      guard whole.count > 0 else { return "tick to order  n/a  no order left" }
      return "tick to order  \(Self.text(whole)); without the journal's disk \(Self.text(apart)); "
        + "\(NumberText.grouped(whole.count)) orders"
    }

    private static func json(_ part: LatencyHistogram) -> JSONValue {
      func figure(_ share: Double) -> JSONValue {
        part.quantile(share).map { .count($0.nanoseconds) } ?? .null
      }
      return .object([("p50", figure(0.5)), ("p99", figure(0.99)), ("max", figure(1))])
    }

    private static func text(_ part: LatencyHistogram) -> String {
      func figure(_ share: Double) -> String {
        part.quantile(share).map { "\($0.nanoseconds / 1_000) µs" } ?? "n/a"
      }
      return "p50 \(figure(0.5)), p99 \(figure(0.99))"
    }
  }
#endif
