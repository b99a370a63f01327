/// Every order type with every time in force against a recorded book, computed by hand from the page of
/// the simulated exchange's rules.
///
/// The book is b99:5 b98:5 | a101:3 a102:4 throughout, and the last trade was at 100.
import Testing

@Suite struct BookOrderTables {
  private static let market = """
    0 book b99:5 b98:5 a101:3 a102:4
    1 trade buy 1 @100

    """

  @Test(
    "A market order takes level by level, and what finds nothing ends", arguments: ["gtc", "ioc"])
  func marketOrder(_ force: String) throws {
    try check(
      Self.market + """
        2 o1 buy 5 \(force)
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        >  2 o1 buy 2 @102 taker
        3 o2 buy 4 \(force)        # 2 lots are left at 102
        >  3 o2 accepted
        >  3 o2 buy 2 @102 taker
        >  3 o2 expired noLiquidity
        4 o3 buy 1 \(force)
        >  4 o3 rejected noLiquidity
        5 o4 sell 11 \(force)
        >  5 o4 accepted
        >  5 o4 sell 5 @99 taker
        >  5 o4 sell 5 @98 taker
        >  5 o4 expired noLiquidity
        """)
  }

  @Test("A market order that must be filled whole is, or ends before it trades")
  func marketFillOrKill() throws {
    try check(
      Self.market + """
        2 o1 buy 8 fok
        >  2 o1 expired noLiquidity
        3 o2 buy 7 fok
        >  3 o2 accepted
        >  3 o2 buy 3 @101 taker
        >  3 o2 buy 4 @102 taker
        4 o3 buy 1 fok             # rule 6 comes before rule 7
        >  4 o3 rejected noLiquidity
        """)
  }

  @Test("A market order may name a date, which must lie ahead, and does not live to see it")
  func marketTillDate() throws {
    try check(
      Self.market + """
        2 o1 buy 8 gtd:9
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        >  2 o1 buy 4 @102 taker
        >  2 o1 expired noLiquidity
        3 o2 sell 1 gtd:3
        >  3 o2 rejected malformed
        """)
  }

  @Test("A limit order takes what it accepts, and the rest of it rests until it is canceled")
  func limitTillCanceled() throws {
    try check(
      Self.market + """
        2 o1 buy 5 @101
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        3 trade sell 1 @101        # nothing was displayed before it at 101
        >  3 o1 buy 1 @101 maker
        4 cancel o1
        >  4 o1 canceled
        5 cancel o1
        6 trade sell 1 @90
        """)
  }

  @Test("A limit order till a date rests until then and is dated so")
  func limitTillDate() throws {
    try check(
      Self.market + """
        2 o1 buy 5 @101 gtd:6
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        3 o2 buy 1 @97 gtd:5
        >  3 o2 accepted
        8 trade sell 9 @90         # too late for both
        >  5 o2 expired expiredByDate
        >  6 o1 expired expiredByDate
        """)
  }

  @Test("An immediate limit order takes what it accepts and ends")
  func limitImmediate() throws {
    try check(
      Self.market + """
        2 o1 buy 5 @101 ioc
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        >  2 o1 expired noLiquidity
        3 o2 buy 1 @100 ioc
        >  3 o2 accepted
        >  3 o2 expired noLiquidity
        """)
  }

  @Test("A limit order that must be filled whole counts only the levels it accepts")
  func limitFillOrKill() throws {
    try check(
      Self.market + """
        2 o1 buy 4 @101 fok
        >  2 o1 expired noLiquidity
        3 o2 buy 4 @102 fok
        >  3 o2 accepted
        >  3 o2 buy 3 @101 taker
        >  3 o2 buy 1 @102 taker
        """)
  }

  @Test("A stop waits for the market to come to it and then trades at any price")
  func stop() throws {
    try check(
      Self.market + """
        2 o1 buy 4 stop 103 gtc
        >  2 o1 accepted
        2 o2 buy 4 stop 103 ioc
        >  2 o2 accepted
        2 o3 sell 1 stop 100       # the last trade was there
        >  2 o3 rejected wouldTrigger
        2 o4 sell 11 stop 99 fok
        >  2 o4 accepted
        2 o5 sell 1 stop 99 gtd:9
        >  2 o5 accepted
        3 trade buy 1 @102
        4 trade buy 1 @103
        >  4 o1 triggered
        >  4 o1 buy 3 @101 taker
        >  4 o1 buy 1 @102 taker
        >  4 o2 triggered
        >  4 o2 buy 3 @102 taker
        >  4 o2 expired noLiquidity
        5 trade sell 1 @98
        >  5 o4 triggered
        >  5 o4 expired noLiquidity
        >  5 o5 triggered
        >  5 o5 sell 1 @99 taker
        """)
  }

  @Test("A stop limit waits for the market and then is a limit order of its time in force")
  func stopLimit() throws {
    try check(
      Self.market + """
        2 o1 buy 4 stop 103 @101 gtc
        >  2 o1 accepted
        2 o2 buy 4 stop 103 @102 ioc
        >  2 o2 accepted
        2 o3 buy 4 stop 103 @104 fok
        >  2 o3 accepted
        2 o4 buy 4 stop 103 @96 gtd:6
        >  2 o4 accepted
        3 trade buy 1 @103
        >  3 o1 triggered
        >  3 o1 buy 3 @101 taker
        >  3 o2 triggered
        >  3 o2 buy 4 @102 taker
        >  3 o3 triggered
        >  3 o3 expired noLiquidity
        >  3 o4 triggered
        7 time
        >  6 o4 expired expiredByDate
        8 trade sell 1 @101
        >  8 o1 buy 1 @101 maker
        """)
  }

  @Test("A take-profit waits for the market to move the other way")
  func takeProfit() throws {
    try check(
      Self.market + """
        2 o1 sell 2 take 103
        >  2 o1 accepted
        2 o2 sell 9 take 103 ioc
        >  2 o2 accepted
        2 o3 sell 2 take 103 fok
        >  2 o3 accepted
        2 o4 buy 1 take 98 gtd:9
        >  2 o4 accepted
        2 o5 buy 1 take 100
        >  2 o5 rejected wouldTrigger
        3 trade buy 1 @104
        >  3 o1 triggered
        >  3 o1 sell 2 @99 taker
        >  3 o2 triggered
        >  3 o2 sell 3 @99 taker
        >  3 o2 sell 5 @98 taker
        >  3 o2 expired noLiquidity
        >  3 o3 triggered
        >  3 o3 expired noLiquidity
        4 trade sell 1 @98
        >  4 o4 triggered
        >  4 o4 buy 1 @101 taker
        """)
  }

  @Test("A take-profit limit waits so and then is a limit order of its time in force")
  func takeProfitLimit() throws {
    try check(
      Self.market + """
        2 o1 sell 7 take 103 @99 gtc
        >  2 o1 accepted
        2 o2 sell 3 take 103 @98 ioc
        >  2 o2 accepted
        2 o3 sell 3 take 103 @98 fok
        >  2 o3 accepted
        2 o4 sell 3 take 103 @120 gtd:9
        >  2 o4 accepted
        3 trade buy 1 @103
        >  3 o1 triggered
        >  3 o1 sell 5 @99 taker
        >  3 o2 triggered
        >  3 o2 sell 3 @98 taker
        >  3 o3 triggered
        >  3 o3 expired noLiquidity
        >  3 o4 triggered
        4 trade buy 9 @99
        >  4 o1 sell 2 @99 maker
        9 time
        >  9 o4 expired expiredByDate
        """)
  }

  @Test("A trailing stop follows the best price and is set off when the market comes back")
  func trailing() throws {
    try check(
      Self.market + """
        2 o1 sell 1 trail 200      # best 100: at 98
        >  2 o1 accepted
        2 o2 sell 1 trail 200 stop 105
        >  2 o2 accepted
        2 o3 buy 1 trail 300 @102 ioc
        >  2 o3 accepted
        2 o4 buy 1 take 90 trail 100
        >  2 o4 rejected malformed
        3 trade buy 1 @99
        4 trade buy 1 @104         # o1: best 104, at 102; o3: best 99, at 101
        >  4 o3 triggered
        >  4 o3 buy 1 @101 taker
        5 trade buy 1 @103
        6 trade buy 1 @106         # o1: at 104; o2 begins: at 104
        7 trade sell 1 @104
        >  7 o1 triggered
        >  7 o1 sell 1 @99 taker
        >  7 o2 triggered
        >  7 o2 sell 1 @99 taker
        """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
