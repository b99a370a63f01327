/// Parent orders through the whole engine against the simulated exchange, by hand: which children they
/// send when, and how they end.
import Testing

@testable import TradingCore

@Suite("Execution")
struct ExecutionTests {
  /// Children and ends of parents as text: `0 buy 25`, `15 sell 5 @100 of 3`, `60 ended filled 100 +0`.
  static func story(_ result: SimulationScript.Result) -> [String] {
    result.events.compactMap { event in
      let time = event.receiveTime.nanoseconds / Interval.second.nanoseconds
      switch event.body {
      case .order(let order):
        let limit = order.terms.type == .limit ? " @\(order.terms.price.ticks)" : ""
        let parts = order.terms.parts > 1 ? " in \(order.terms.parts)" : ""
        let place = order.terms.instrument.raw == 0 ? "" : " at \(order.terms.instrument.raw)"
        return "\(time) \(order.terms.side) \(order.terms.quantity.lots)\(limit)\(parts)\(place)"
      case .parentEnded(let report):
        return "\(time) \(report.outcome) \(report.filled.lots) for \(report.shortfall)"
      case .cancelRequest: return "\(time) cancel"
      case .refused(let refusal): return "\(time) refused \(refusal.reason)"
      default: return nil
      }
    }
  }

  private func story(
    _ text: String, _ change: (inout SimulationScript) -> Void = { _ in }
  ) throws -> [String] {
    Self.story(try SimulationScript(text, change).run())
  }

  @Test("equal slices go at equal times and the fee is part of the shortfall")
  func timeWeighted() throws {
    // 4 slices of 25 lots at 101 against a middle of 100: 100 lots · 1 tick = 0.00100 of the quote
    // asset; the fee of 0.1 % of 25 · 0.00101 = 0.0025250 is 0.000025250 a slice.
    let told = try story(
      """
      0 quote 99 101
      1 work buy 100 twap over 40 slices 4
      11 quote 99 101
      12 quote 99 101
      21 quote 99 101
      31 quote 99 101
      41 quote 99 101
      """
    ) { $0.taker = 100_000 }
    #expect(
      told == ["1 buy 25", "11 buy 25", "21 buy 25", "31 buy 25", "31 filled 100 for 110100"])
  }

  @Test("what a slice could not trade is caught up, and what is left goes at the end")
  func catchesUp() throws {
    let told = try story(
      """
      0 quote 99 101:1000
      1 work buy 100 twap over 40 slices 4 @101
      11 quote 99 103:1000
      21 quote 99 103:1000
      22 quote 99 101:1000
      31 quote 99 101:60
      41 quote 99 101:10
      42 quote 99 101:70
      """)
    #expect(
      told == [
        "1 buy 25 @101", "11 buy 25 @101", "21 buy 50 @101", "31 buy 75 @101", "41 buy 15 @101",
        "41 expired 95 for 95000",
      ])
  }

  @Test("an iceberg is one order in parts, canceled when its time is up")
  func iceberg() throws {
    let told = try story(
      """
      0 quote 99 101
      1 work sell 100 iceberg over 60 slices 5 @102
      5 trade 103:40
      61 quote 99 101
      62 quote 99 101
      """)
    #expect(told == ["1 sell 100 @102 in 5", "61 cancel", "61 expired 40 for -80000"])
  }

  @Test(
    "a route that finds nothing within its limit expires",
    arguments: [("", ["1 expired 0 for 0"]), (" over 10", ["20 expired 0 for 0"])])
  func emptyRoute(over: String, told: [String]) throws {
    #expect(
      try story("0 quote 99 101\n1 work buy 5 route\(over) @100\n5 quote 99 101\n20 quote 99 101")
        == told)
  }

  @Test("a participation follows the traded volume and never leads it")
  func participation() throws {
    let told = try story(
      """
      0 trade 100:1000000
      0 quote 99 101
      1 work buy 100 participation share 1000 slices 10
      2 trade 100:99
      3 trade 100:1
      4 trade 100:250
      5 trade 100:100000
      """)
    #expect(told == ["3 buy 10", "4 buy 25", "5 buy 65", "5 filled 100 for 100000"])
  }

  @Test("an operator cancels a parent by its id, and its children with it")
  func cancel() throws {
    // What the script begins with and a quote are 14 events; the command is the 15th.
    let text = """
      0 quote 99 101
      1 work buy 100 iceberg @99
      2 cancel 16
      3 quote 99 101
      """
    let result = try SimulationScript(text).run()
    let parent = try #require(result.events.firstIndex { $0.kind == .parent })
    try #require(parent == 15, "the parent's id in the script")
    #expect(
      Self.story(result) == ["1 buy 100 @99 in 10", "2 cancel", "2 cancel", "2 canceled 0 for 0"])
  }

  @Test("a halt ends every parent and nothing is sent any more")
  func halt() throws {
    let told = try story(
      """
      0 quote 99 101
      1 work buy 100 twap over 40 slices 4
      5 halt
      6 resume
      11 quote 99 101
      41 quote 99 101
      """)
    #expect(told == ["1 buy 25", "5 halted 25 for 25000"])
  }

  @Test("five refusals in a row are a failure")
  func failure() throws {
    let told = try story(
      """
      0 quote 99 101
      0 trade 100:1
      1 work buy 100 twap over 100 slices 10
      11 quote 99 101
      21 quote 99 101
      31 quote 99 101
      41 quote 99 101
      51 quote 99 101
      """
    ) {
      $0.balances = [0, 100, 0]
      $0.more = [.limit(LimitChange(.maxOrder, value: 0))]
    }
    let refused = ["1", "11", "21", "31", "41"].map { "\($0) refused maxOrder" }
    #expect(told == refused + ["41 failed 0 for 0"])
  }

  @Test(
    "terms that cannot be worked are refused",
    arguments: [
      ("0 quote 99 101\n1 work buy 0 twap", "1 refused malformed"),
      ("0 quote 99 101\n1 work buy 5 participation", "1 refused malformed"),
      ("0 other 5\n1 work buy 5 twap", "1 refused noPrice"),
    ])
  func refusals(text: String, told: String) throws {
    #expect(try story(text) == [told])
  }
}
