/// Fill-or-kill orders, which fill whole or not at all: own orders that they would meet, the position of
/// a reduce-only one, and what a spot account can pay are asked before the first lot. Computed by hand.
import Testing

@Suite struct FillOrKillTables {
  @Test("Own orders that must not be met end it before its first lot, and nothing else")
  func selfTradePrevented() throws {
    try check(
      """
      0 book b95:5 a101:5 a104:5
      1 o1 sell 3 @103
      >  1 o1 accepted
      2 o2 buy 10 @105 fok stp:taker
      >  2 o2 expired selfTrade
      3 o3 buy 10 @105 fok stp:both  # o1 lives on
      >  3 o3 expired selfTrade
      4 o4 buy 11 @105 fok stp:maker # 10 are there without o1, which is not touched
      >  4 o4 expired noLiquidity
      5 o5 buy 5 @105 fok stp:taker  # filled before it comes to o1
      >  5 o5 accepted
      >  5 o5 buy 5 @101 taker
      6 o6 buy 5 @105 fok stp:maker
      >  6 o6 accepted
      >  6 o1 expired selfTrade
      >  6 o6 buy 5 @104 taker
      """)
  }

  @Test("Own orders that may be met count")
  func selfTradeAllowed() throws {
    try check(
      """
      0 book b95:5 a101:5
      1 o1 sell 3 @103
      >  1 o1 accepted
      2 o2 buy 9 fok
      >  2 o2 expired noLiquidity
      3 o3 buy 8 @103 fok
      >  3 o3 accepted
      >  3 o3 buy 5 @101 taker
      >  3 o1 sell 3 @103 maker
      >  3 o3 buy 3 @103 taker
      """)
  }

  @Test("Of two alternatives on the other side only the first can be met")
  func alternatives() throws {
    try check(
      """
      0 book b95:5 a105:5
      1 o1 sell 3 @101 alternative:0
      1 o2 sell 3 @102 alternative:1.
      >  1 o1 accepted
      >  1 o2 accepted
      2 o3 buy 6 @104 fok
      >  2 o3 expired noLiquidity
      3 o4 buy 3 @104 fok
      >  3 o4 accepted
      >  3 o1 sell 3 @101 maker
      >  3 o2 expired listEnded
      >  3 o4 buy 3 @101 taker
      """)
  }

  @Test("A reduce-only one fills what it wants or nothing")
  func reduceOnly() throws {
    try check(
      """
      0 book b95:50 a101:50
      1 o1 buy 5
      >  1 o1 accepted
      >  1 o1 buy 5 @101 taker
      2 o2 sell 10 @90 fok reduce
      >  2 o2 expired reduceOnly
      3 o3 sell 5 @90 fok reduce
      >  3 o3 accepted
      >  3 o3 sell 5 @95 taker
      """)
  }

  @Test("A spot account pays for all of it or for nothing")
  func money() throws {
    try check(
      """
      account spot
      balance 2 1000
      0 book b95:50 a99:5 a120:50
      1 o1 buy 10 fok              # 990 at the best price: rule 3 lets it in, but 495 + 600
      >  1 o1 expired insufficientBalance
      2 o2 buy 9 fok               # 495 + 480
      >  2 o2 accepted
      >  2 o2 buy 5 @99 taker
      >  2 o2 buy 4 @120 taker
      """)
    // 10 % of 99 is 9.9: ten ticks.
    try check(
      """
      account spot
      balance 2 1000
      impact fixed 100000
      0 book b95:50 a99:50
      1 o1 buy 10 fok              # 1090
      >  1 o1 expired insufficientBalance
      2 o2 buy 9 fok
      >  2 o2 accepted
      >  2 o2 buy 9 @109 taker
      """)
  }

  @Test("One that waited is asked when it is set off")
  func triggered() throws {
    try check(
      """
      0 book b95:50 a101:50
      0 trade buy 1 @98
      1 o1 buy 5
      >  1 o1 accepted
      >  1 o1 buy 5 @101 taker
      2 o2 sell 8 stop 96 fok reduce
      >  2 o2 accepted
      3 trade sell 1 @96
      >  3 o2 triggered
      >  3 o2 expired reduceOnly
      """)
  }

  @Test("At a candle's open a reduce-only one fills what it wants or nothing")
  func candle() throws {
    try check(
      """
      rule candle
      0 o1 buy 5
      >  0 o1 accepted
      0 o2 sell 8 fok reduce
      >  0 o2 accepted
      0 o3 sell 4 fok reduce
      >  0 o3 accepted
      60 candle 100 102 99 101 50 60
      >  0 o1 buy 5 @100 taker
      >  0 o2 expired reduceOnly
      >  0 o3 sell 4 @100 taker
      """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
