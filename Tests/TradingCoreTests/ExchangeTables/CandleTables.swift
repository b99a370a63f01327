/// Orders against candles: the open, and the path open → nearer extreme → other extreme → close. Computed
/// by hand. A candle's line is its close; it began as many seconds before as its last number says.
import Testing

@Suite struct CandleTables {
  @Test("What arrived by the open trades there, oldest first; what came later waits")
  func open() throws {
    try check(
      """
      rule candle
      0 o1 buy 2
      >  0 o1 accepted
      0 o2 sell 3 @99
      >  0 o2 accepted
      0 o3 buy 4 @100 ioc
      >  0 o3 accepted
      0 o4 buy 4 @98 fok
      >  0 o4 accepted
      0 o5 buy 250 quote
      >  0 o5 accepted
      5 o6 buy 7                   # after the open at 1, which nobody knew of yet
      60 candle 100 102 99 101 50 59
      >  5 o1 buy 2 @100 taker
      >  5 o2 sell 3 @100 taker
      >  5 o3 buy 4 @100 taker
      >  5 o4 expired noLiquidity
      >  5 o5 buy 2 @100 taker
      >  5 o5 expired
      >  5 o6 accepted
      120 candle 101 102 99 101 50 60
      >  60 o6 buy 7 @101 taker
      """)
  }

  @Test("The path is walked by the nearer extreme, and limits are filled when it goes through them")
  func path() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @98
      >  0 o1 accepted
      0 o2 buy 1 @97               # the low: not gone through
      >  0 o2 accepted
      0 o3 sell 1 @104
      >  0 o3 accepted
      0 o4 sell 1 stop 98
      >  0 o4 accepted
      0 o5 buy 1 stop 103 @102
      >  0 o5 accepted
      60 candle 100 105 97 101 50 60
      >  60 o1 buy 1 @98 maker      # both at 98: the older one first
      >  60 o4 triggered
      >  60 o4 sell 1 @98 taker
      >  60 o5 triggered
      >  60 o3 sell 1 @104 maker
      >  60 o5 buy 1 @102 maker     # on the way down to the close
      """)
  }

  @Test("At equal distances the low comes first, and a gap trades at the open")
  func gap() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @101              # the open is better
      >  0 o1 accepted
      0 o2 sell 1 stop 102         # the open is beyond it
      >  0 o2 accepted
      0 o3 sell 1 stop 97 alternative:0
      0 o4 sell 1 @103 alternative:1.
      >  0 o3 accepted
      >  0 o4 accepted
      60 candle 100 104 96 100 50 60
      >  0 o1 buy 1 @100 taker
      >  0 o2 triggered
      >  0 o2 sell 1 @100 taker
      >  60 o3 triggered
      >  60 o4 expired listEnded
      >  60 o3 sell 1 @97 taker
      """)
  }

  @Test("Exits that a fill brings to life take part in the rest of the path")
  func bracket() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @98 entry:0
      0 o2 sell 1 @103 exit:1
      0 o3 sell 1 stop 95 exit:2.
      >  0 o1 accepted
      60 candle 100 105 97 101 50 60
      >  60 o1 buy 1 @98 maker
      >  60 o2 accepted
      >  60 o3 accepted
      >  60 o2 sell 1 @103 maker
      >  60 o3 expired listEnded
      """)
  }

  @Test("A trailing stop follows the path")
  func trailing() throws {
    try check(
      """
      rule candle
      0 o1 sell 1 trail 200
      >  0 o1 accepted
      60 candle 100 108 99 103 50 60 # 100 → 99 → 108: at 106 on the way to 103
      >  60 o1 triggered
      >  60 o1 sell 1 @106 taker
      """)
  }

  @Test("A post-only order is never a taker: not at an open, but by the path")
  func postOnly() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @101 post
      >  0 o1 accepted
      60 candle 100 102 99 101 50 60
      >  60 o1 buy 1 @101 maker
      """)
  }

  @Test("Requests and dates between open and close come between the open and the path")
  func between() throws {
    try check(
      """
      rule candle
      0 o1 sell 1 gtd:30
      >  0 o1 accepted
      0 o2 buy 1 @98 gtd:40
      >  0 o2 accepted
      0 o3 buy 1 @98
      >  0 o3 accepted
      60 candle 100 102 99 101 50 60
      >  0 o1 sell 1 @100 taker
      >  40 o2 expired expiredByDate
      110 cancel o3                # the exchange sees 110 before it knows the open at 60
      110 o4 buy 1
      120 candle 100 102 95 101 50 60
      >  110 o3 canceled
      >  110 o4 accepted
      """)
  }

  @Test("Candles of several instruments that share open and close open together and close together")
  func together() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @105 gtd:30 other
      >  0 o1 accepted
      0 o2 buy 1 @98 other
      >  0 o2 accepted
      60 candle 100 101 99 100 50 60
      60 cancel o2                 # sent when only the first was known
      60 candle 100 101 97 100 50 60 other
      >  0 o1 buy 1 @100 taker
      >  60 o2 buy 1 @98 maker
      120 time
      """)
  }

  @Test("Candles that opened at different times are handled one after the other")
  func apart() throws {
    try check(
      """
      rule candle
      0 o1 buy 1 @105 gtd:40 other
      >  0 o1 accepted
      60 candle 100 101 99 100 50 60
      60 candle 100 101 97 100 50 30 other
      >  40 o1 expired expiredByDate
      """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
