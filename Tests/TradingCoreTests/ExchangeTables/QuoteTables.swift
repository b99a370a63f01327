/// Orders against recorded best quotes, and against last prices alone. Computed by hand.
import Testing

@Suite struct QuoteTables {
  @Test("What the quote does not display costs a tick more, whatever its size")
  func taking() throws {
    try check(
      """
      rule quote
      0 o1 buy 1
      >  0 o1 rejected noLiquidity
      1 quote 99:5 101:3
      2 o2 buy 5
      >  2 o2 accepted
      >  2 o2 buy 3 @101 taker
      >  2 o2 buy 2 @102 taker
      3 o3 buy 1 @101 ioc          # what was displayed is taken
      >  3 o3 accepted
      >  3 o3 expired noLiquidity
      4 o4 buy 1 @102 fok
      >  4 o4 accepted
      >  4 o4 buy 1 @102 taker
      5 quote 98:5 101:3           # that side is as it was: still taken
      6 o5 buy 1
      >  6 o5 accepted
      >  6 o5 buy 1 @102 taker
      7 quote 98:5 101:4           # changed: all there again
      8 o6 buy 4 @101 fok
      >  8 o6 accepted
      >  8 o6 buy 4 @101 taker
      9 o7 sell 9 @97
      >  9 o7 accepted
      >  9 o7 sell 5 @98 taker
      >  9 o7 sell 4 @97 taker
      10 quote 98:0 101:4          # nobody bids
      11 o8 sell 1
      >  11 o8 rejected noLiquidity
      12 gap quote
      13 o9 buy 1
      >  13 o9 rejected noLiquidity
      """)
  }

  @Test("A resting order is filled by trades and quotes through its price, not at it")
  func resting() throws {
    try check(
      """
      rule quote
      0 quote 98:5 101:3
      1 o1 buy 6 @99
      >  1 o1 accepted
      1 o2 buy 2 @99
      >  1 o2 accepted
      2 trade sell 9 @99
      3 trade buy 3 @98
      >  3 o1 buy 3 @99 maker
      4 quote 97:5 99:4
      5 quote 97:5 98:4
      >  5 o1 buy 3 @99 maker
      >  5 o2 buy 1 @99 maker      # of 4 displayed o1 took 3
      6 quote 96:5 98:4            # the same lots
      7 quote 96:5 98:1
      >  7 o2 buy 1 @99 maker
      """)
  }

  @Test("Triggers look at trades, and before the first at the side that would be taken from")
  func triggers() throws {
    try check(
      """
      rule quote
      0 quote 98:5 101:3
      1 o1 buy 1 stop 101
      >  1 o1 rejected wouldTrigger
      2 o2 buy 1 stop 103
      >  2 o2 accepted
      2 o3 sell 1 stop 97
      >  2 o3 accepted
      3 quote 98:5 103:3
      >  3 o2 triggered
      >  3 o2 buy 1 @103 taker
      4 trade buy 1 @100
      5 quote 97:5 103:3           # from the first trade on quotes set off nothing
      6 trade sell 1 @97
      >  6 o3 triggered
      >  6 o3 sell 1 @97 taker
      """)
  }

  @Test("The optimistic rule fills any size at the last price, and whole what that goes through")
  func sameEvent() throws {
    try check(
      """
      rule sameEvent
      latency both 3               # does not count
      0 o1 buy 1
      >  0 o1 rejected noLiquidity
      1 trade buy 1 @100
      2 o2 buy 9
      >  2 o2 accepted
      >  2 o2 buy 9 @100 taker
      3 o3 buy 9 @99
      >  3 o3 accepted
      3 o4 sell 4 @102
      >  3 o4 accepted
      4 trade sell 1 @99
      5 trade sell 1 @98
      >  5 o3 buy 9 @99 maker
      65 candle 100 103 98 101 7 60
      >  65 o4 sell 4 @102 maker
      66 o5 sell 101 quote ioc
      >  66 o5 accepted
      >  66 o5 sell 1 @101 taker
      >  66 o5 expired
      67 o6 sell 5 @104
      >  67 o6 accepted
      70 candle 101 105 100 101 7 60 # it arrived inside this candle
      """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
