/// Post-only, icebergs, amounts in the quote asset, self trades, reduce-only and amendments against a
/// recorded book, computed by hand.
import Testing

@Suite struct BookFlagTables {
  private static let market = """
    0 book b99:5 b98:5 a101:3 a102:4
    1 trade buy 1 @100

    """

  @Test("A post-only order is rejected where it would trade, with the market or with an own order")
  func postOnly() throws {
    try check(
      Self.market + """
        2 o1 buy 1 @101 post
        >  2 o1 rejected wouldMatch
        3 o2 buy 1 @100 post
        >  3 o2 accepted
        4 o3 sell 1 @100 post      # o2 rests there
        >  4 o3 rejected wouldMatch
        5 o4 sell 1 @101 post gtd:9
        >  5 o4 accepted
        6 o5 buy 1 @100 post ioc
        >  6 o5 rejected malformed
        7 o6 buy 1 post
        >  7 o6 rejected malformed
        8 o7 buy 3 @101 ioc        # takes what is displayed, so that nothing is left there
        >  8 o7 accepted
        >  8 o7 buy 3 @101 taker
        8 cancel o4
        >  8 o4 canceled
        9 o8 buy 1 @101 post
        >  9 o8 accepted
        """)
  }

  @Test("An iceberg shows a part at a time, and each part joins the queue anew")
  func iceberg() throws {
    try check(
      Self.market + """
        2 o1 buy 7 @99 parts:3     # parts of 3, 3, 1; 5 lots are ahead
        >  2 o1 accepted
        3 trade sell 6 @99         # 1 lot of the first part
        >  3 o1 buy 1 @99 maker
        4 trade sell 9 @99         # the other 2; the next part joins behind 5
        >  4 o1 buy 2 @99 maker
        5 trade sell 7 @99         # 5 ahead
        >  5 o1 buy 2 @99 maker
        6 trade sell 9 @98         # through: the rest of the second part only
        >  6 o1 buy 1 @99 maker
        7 trade sell 9 @98         # through: the last part
        >  7 o1 buy 1 @99 maker
        8 o2 buy 3 @99 parts:2 ioc
        >  8 o2 rejected malformed
        """)
  }

  @Test("A market order for an amount buys the whole lots that it pays for and then ends")
  func amount() throws {
    try check(
      Self.market + """
        2 o1 buy 510 quote         # 3 at 101 leave 207: 2 at 102 leave 3
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        >  2 o1 buy 2 @102 taker
        >  2 o1 expired
        3 o2 buy 900 quote ioc     # 2 at 102, then there is nobody
        >  3 o2 accepted
        >  3 o2 buy 2 @102 taker
        >  3 o2 expired noLiquidity
        4 o3 sell 98 quote
        >  4 o3 accepted
        >  4 o3 expired
        5 o4 sell 495 quote        # exactly 5 at 99
        >  5 o4 accepted
        >  5 o4 sell 5 @99 taker
        >  5 o4 expired
        6 o5 buy 100 quote @100
        >  6 o5 rejected malformed
        7 o6 sell 100 quote fok
        >  7 o6 rejected malformed
        """)
  }

  @Test("Own orders that meet trade at the resting one's price, the market's lots first")
  func selfTradeAllowed() throws {
    try check(
      Self.market + """
        2 o1 sell 4 @101
        >  2 o1 accepted
        3 o2 sell 1 @100
        >  3 o2 accepted
        4 o3 buy 6 @101            # 100 is better; at 101 the recorded 3 come first
        >  4 o3 accepted
        >  4 o2 sell 1 @100 maker
        >  4 o3 buy 1 @100 taker
        >  4 o3 buy 3 @101 taker
        >  4 o1 sell 2 @101 maker
        >  4 o3 buy 2 @101 taker
        """)
  }

  @Test("An order that must not meet its own ends itself, the other, or both")
  func selfTradePrevented() throws {
    try check(
      Self.market + """
        2 o1 sell 2 @100
        >  2 o1 accepted
        3 o2 buy 5 @101 stp:taker
        >  3 o2 accepted
        >  3 o2 expired selfTrade
        4 o3 buy 2 @101 stp:maker
        >  4 o3 accepted
        >  4 o1 expired selfTrade
        >  4 o3 buy 2 @101 taker
        5 o4 sell 2 @100
        >  5 o4 accepted
        6 o5 buy 5 @101 stp:both
        >  6 o5 accepted
        >  6 o4 expired selfTrade
        >  6 o5 expired selfTrade
        7 o6 sell 1 @100 stp:taker # the arriving order's word counts
        >  7 o6 accepted
        8 o7 buy 1 @100
        >  8 o7 accepted
        >  8 o6 sell 1 @100 maker
        >  8 o7 buy 1 @100 taker
        """)
  }

  @Test(
    "A reduce-only order fills no more than its position, and ends at the first fill of nothing")
  func reduceOnly() throws {
    try check(
      Self.market + """
        2 o1 sell 1 reduce         # no position
        >  2 o1 accepted
        >  2 o1 expired reduceOnly
        3 o2 buy 2
        >  3 o2 accepted
        >  3 o2 buy 2 @101 taker
        4 o3 sell 5 @105 reduce
        >  4 o3 accepted
        5 trade buy 9 @106         # cut to 2
        >  5 o3 sell 2 @105 maker
        6 trade buy 9 @106
        >  6 o3 expired reduceOnly
        7 o4 sell 3
        >  7 o4 accepted
        >  7 o4 sell 3 @99 taker
        8 o5 sell 1 reduce         # the wrong way
        >  8 o5 accepted
        >  8 o5 expired reduceOnly
        9 o6 buy 4 reduce
        >  9 o6 accepted
        >  9 o6 buy 1 @101 taker
        >  9 o6 buy 2 @102 taker
        >  9 o6 expired reduceOnly
        """)
  }

  @Test("An amendment keeps the place of an order that stays and does not grow")
  func amend() throws {
    try check(
      Self.market + """
        2 o1 buy 4 @99             # 5 ahead
        >  2 o1 accepted
        3 trade sell 3 @99         # 2 ahead
        4 amend o1 2 @99
        >  4 o1 amended 2 @99
        5 trade sell 3 @99
        >  5 o1 buy 1 @99 maker
        6 amend o1 4 @99           # 3 are left, which is more: 5 are ahead again
        >  6 o1 amended 4 @99
        7 trade sell 6 @99
        >  7 o1 buy 1 @99 maker
        8 amend o1 2 @98           # 2 are filled: nothing would be left
        >  8 o1 amended 4 @99
        8 amend o1 4 @101          # takes as if it arrived now
        >  8 o1 amended 4 @101
        >  8 o1 buy 2 @101 taker
        9 amend o1 1 @99           # is not there any more
        10 o2 buy 1 @98 post
        >  10 o2 accepted
        11 amend o2 1 @101         # 1 lot is left there, so it stays where it is
        >  11 o2 amended 1 @98
        12 amend o2 0 @97
        >  12 o2 amended 1 @98
        13 amend o2 1 @97
        >  13 o2 amended 1 @97
        14 o3 buy 1 stop 110 @101
        >  14 o3 accepted
        15 amend o3 2 @102         # waits on
        >  15 o3 amended 2 @102
        16 trade buy 1 @110
        >  16 o3 triggered
        >  16 o3 buy 1 @101 taker
        >  16 o3 buy 1 @102 taker
        """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
