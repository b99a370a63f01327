/// When requests and reports arrive, what a spot account must hold, what a venue's filters forbid, what
/// impact costs and what a cap leaves. Computed by hand.
import Testing

@Suite struct RuleTables {
  @Test("A request meets the market an entry latency later, its report us a response latency after")
  func latency() throws {
    try check(
      """
      latency both 2
      0 book b99:5 a101:3
      1 o1 buy 1                   # arrives at 3
      2 depth a101:0 a102:4
      >  3/5 o1 accepted
      >  3/5 o1 buy 1 @102 taker
      5 o2 sell 9 @99              # arrives at 7, before the message of that time
      7 depth b99:0
      >  7/9 o2 accepted
      >  7/9 o2 sell 5 @99 taker
      8 trade buy 2 @100
      >  8/10 o2 sell 2 @99 maker
      9 time
      """)
  }

  @Test("Legs have tables of their own by action, and the exchange sees the market before we do")
  func latencyTable() throws {
    try check(
      """
      latency any 1 4 1
      latency place 0 2 3
      latency cancel 0 1 2
      0 book b99:5 a101:3
      10 o1 buy 1 @100             # arrives at 12
      11 cancel o1                 # would arrive at 12
      >  12/15 o1 accepted
      >  12/15 o1 canceled
      20 o2 buy 1                  # arrives at 22: what we see at 23 has happened
      23 depth a101:0 a102:4
      >  22/25 o2 accepted
      >  22/25 o2 buy 1 @101 taker
      40 time
      """)
  }

  @Test("A spot account needs what its orders cost beside what its other orders need")
  func spot() throws {
    try check(
      """
      account spot
      balance 0 10
      balance 2 1000
      0 book b99:9 a101:9
      1 o1 sell 11 @105
      >  1 o1 rejected insufficientBalance
      1 o2 sell 6 @105
      >  1 o2 accepted
      1 o3 sell 5 stop 90
      >  1 o3 rejected insufficientBalance
      1 o4 sell 4 @106 alternative:0
      1 o5 sell 4 stop 90 alternative:1.
      >  1 o4 accepted
      >  1 o5 accepted
      1 o6 sell 1
      >  1 o6 rejected insufficientBalance
      2 o7 buy 6 @100
      >  2 o7 accepted
      2 o8 buy 4                   # 404 at 101
      >  2 o8 rejected insufficientBalance
      2 o9 buy 4 stop 103 @100
      >  2 o9 accepted
      3 cancel o9
      >  3 o9 canceled
      3 o10 buy 500 quote
      >  3 o10 rejected insufficientBalance
      3 o11 buy 400 quote
      >  3 o11 accepted
      >  3 o11 buy 3 @101 taker
      >  3 o11 expired
      4 o12 sell 4                 # three were bought
      >  4 o12 rejected insufficientBalance
      4 o13 sell 3 @99 stp:maker
      >  4 o13 accepted
      >  4 o7 expired selfTrade
      >  4 o13 sell 3 @99 taker
      """)
  }

  @Test("A filter that an order breaks rejects it with the filter's own reason, the first by kind")
  func filters() throws {
    try check(
      """
      filter price 90 110 2 0
      filter lot 2 20 2 0
      filter marketLot 0 8 0 0
      filter notional 20000000000 150000000000 1 0
      filter icebergParts 0 3 0 0
      filter maxOrders 0 4 0 0
      filter maxAlgoOrders 0 1 0 0
      filter maxIcebergOrders 0 1 0 0
      filter maxPosition 0 1000016 0 0
      filter trailingDelta 100 400 200 500
      0 book b98:9 a102:9
      1 trade buy 1 @100
      1 o1 buy 4 @99
      >  1 o1 rejected priceFilter
      1 o2 buy 4 @112
      >  1 o2 rejected priceFilter
      1 o3 buy 3 @96
      >  1 o3 rejected lotSize
      1 o4 buy 10
      >  1 o4 rejected marketLotSize
      1 o5 buy 2 @90
      >  1 o5 rejected notional
      1 o6 buy 16 @96
      >  1 o6 rejected notional
      1 o7 buy 8 @96 parts:4
      >  1 o7 rejected icebergParts
      1 o8 buy 8 @96 parts:2
      >  1 o8 accepted
      1 o9 buy 8 @96 parts:2
      >  1 o9 rejected maxIcebergOrders
      1 o10 buy 10 @94             # 8 lots are being bought
      >  1 o10 rejected maxPosition
      1 o11 sell 4 stop 90 trail 600
      >  1 o11 rejected trailingDelta
      1 o12 sell 4 stop 90
      >  1 o12 accepted
      1 o13 sell 4 stop 92
      >  1 o13 rejected maxAlgoOrders
      1 o14 sell 4 @104
      >  1 o14 accepted
      1 o15 sell 4 @106
      >  1 o15 accepted
      1 o16 sell 4 @108
      >  1 o16 rejected maxOrders
      1 o17 buy 8 @96 parts:3      # shows 3 lots at a time
      >  1 o17 rejected lotSize
      """)
  }

  @Test("Impact moves a taker's price by its part, rounded against it, and never beyond its limit")
  func impact() throws {
    // 1 % of 101 is 1.01: two ticks.
    try check(
      """
      impact fixed 10000
      0 book b99:5 a101:3
      1 o1 buy 1
      >  1 o1 accepted
      >  1 o1 buy 1 @103 taker
      2 o2 buy 1 @102
      >  2 o2 accepted
      >  2 o2 buy 1 @102 taker
      3 o3 sell 1 @90
      >  3 o3 accepted
      >  3 o3 sell 1 @98 taker
      """)
    // 10 % · 3 ÷ 20 of 100 is 1.5: two ticks; once the minute is over, 10 %.
    try check(
      """
      impact linear 100000
      0 book b99:9 a100:9
      1 trade buy 20 @100
      2 o1 buy 3
      >  2 o1 accepted
      >  2 o1 buy 3 @102 taker
      70 o2 buy 1
      >  70 o2 accepted
      >  70 o2 buy 1 @110 taker
      """)
    // 10 % · √(1 ÷ 4) of 100 is 5.
    try check(
      """
      impact squareRoot 100000
      0 book b99:9 a100:9
      1 trade buy 4 @100
      2 o1 buy 1
      >  2 o1 accepted
      >  2 o1 buy 1 @105 taker
      """)
  }

  @Test("A cap bounds what one trade or candle fills of all orders together")
  func cap() throws {
    try check(
      """
      cap 500000
      0 book b99:5 a101:3
      1 o1 buy 2 @100
      >  1 o1 accepted
      1 o2 buy 2 @100
      >  1 o2 accepted
      2 trade sell 7 @98           # ⌊3.5⌋
      >  2 o1 buy 2 @100 maker
      >  2 o2 buy 1 @100 maker
      """)
    try check(
      """
      rule candle
      cap 250000
      0 o1 buy 3
      >  0 o1 accepted
      0 o2 buy 4
      >  0 o2 accepted
      0 o3 buy 4 fok
      >  0 o3 accepted
      0 o4 sell 1 @103
      >  0 o4 accepted
      60 candle 100 105 97 101 20 60 # 5 lots
      >  0 o1 buy 3 @100 taker
      >  0 o2 buy 2 @100 taker
      >  0 o3 expired noLiquidity
      120 candle 101 105 97 101 20 60
      >  60 o2 buy 2 @101 taker
      >  120 o4 sell 1 @103 maker
      """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
