/// Orders that belong together: alternatives, entries with exits, replacements. Computed by hand.
import Testing

@Suite struct ListTables {
  private static let market = """
    0 book b99:5 b98:5 a101:3 a102:4
    1 trade buy 1 @100

    """

  @Test("Of two alternatives the first to trade, even in part, ends the other")
  func alternativeFills() throws {
    try check(
      Self.market + """
        2 o1 sell 4 @103 alternative:0
        2 o2 sell 4 stop 97 alternative:1.
        >  2 o1 accepted
        >  2 o2 accepted
        3 trade buy 1 @104
        >  3 o1 sell 1 @103 maker
        >  3 o2 expired listEnded
        4 trade sell 1 @90
        5 trade buy 9 @104
        >  5 o1 sell 3 @103 maker
        """)
  }

  @Test("Of two alternatives the first to be set off ends the other")
  func alternativeTriggers() throws {
    try check(
      Self.market + """
        2 o1 sell 4 @103 alternative:0
        2 o2 sell 4 stop 97 alternative:1.
        >  2 o1 accepted
        >  2 o2 accepted
        3 trade sell 1 @97
        >  3 o2 triggered
        >  3 o1 expired listEnded
        >  3 o2 sell 4 @99 taker
        """)
  }

  @Test("An alternative that ends otherwise takes the other with it, the same way")
  func alternativeEnds() throws {
    try check(
      Self.market + """
        2 o1 sell 4 @103 alternative:0
        2 o2 sell 4 stop 97 alternative:1.
        >  2 o1 accepted
        >  2 o2 accepted
        3 cancel o2
        >  3 o2 canceled
        >  3 o1 canceled listEnded
        4 o3 sell 4 @103 gtd:6 alternative:0
        4 o4 sell 4 stop 97 alternative:1.
        >  4 o3 accepted
        >  4 o4 accepted
        7 time
        >  6 o3 expired expiredByDate
        >  6 o4 expired listEnded
        """)
  }

  @Test("An alternative that trades as it arrives ends the other after both were accepted")
  func alternativeTakes() throws {
    try check(
      Self.market + """
        2 o1 buy 1 @101 alternative:0
        2 o2 buy 1 stop 105 alternative:1.
        >  2 o1 accepted
        >  2 o2 accepted
        >  2 o1 buy 1 @101 taker
        >  2 o2 expired listEnded
        """)
  }

  @Test("A list is placed whole or not at all")
  func listRejected() throws {
    try check(
      Self.market + """
        2 o1 sell 4 @103 alternative:0
        2 o2 sell 4 stop 100 alternative:1.
        >  2 o1 rejected listEnded
        >  2 o2 rejected wouldTrigger
        3 o3 sell 4 @103 alternative:0
        3 o4 buy 4 @97 alternative:1.
        >  3 o3 rejected malformed
        >  3 o4 rejected malformed
        4 o5 sell 4 @103 alternative:0
        4 cancel o9
        >  4 o5 rejected malformed
        5 o6 sell 4 @103 exit:1.
        >  5 o6 rejected malformed
        6 o7 sell 4 @103 alternative:0
        6 o8 sell 4 ioc stop 97 alternative:1.
        >  6 o7 rejected malformed
        >  6 o8 rejected malformed
        """)
  }

  @Test("Exits come when the entry has filled whole, and are alternatives to each other")
  func bracket() throws {
    try check(
      Self.market + """
        2 o1 buy 2 @99 entry:0
        2 o2 sell 2 @104 exit:1
        2 o3 sell 2 stop 96 exit:2.
        >  2 o1 accepted
        3 trade sell 6 @99
        >  3 o1 buy 1 @99 maker
        4 trade sell 1 @98
        >  4 o1 buy 1 @99 maker
        >  4 o2 accepted
        >  4 o3 accepted
        5 trade sell 1 @96
        >  5 o3 triggered
        >  5 o2 expired listEnded
        >  5 o3 sell 2 @99 taker
        """)
  }

  @Test("An entry that fills at once brings its exits at once; one exit stands alone")
  func bracketAtOnce() throws {
    try check(
      Self.market + """
        2 o1 buy 2 entry:0
        2 o2 sell 2 @100 exit:1.
        >  2 o1 accepted
        >  2 o1 buy 2 @101 taker
        >  2 o2 accepted
        3 trade buy 2 @100
        >  3 o2 sell 2 @100 maker
        """)
  }

  @Test("An entry that ends short of its whole ends its exits")
  func bracketEnds() throws {
    try check(
      Self.market + """
        2 o1 buy 9 ioc entry:0
        2 o2 sell 2 @104 exit:1
        2 o3 sell 2 stop 96 exit:2.
        >  2 o1 accepted
        >  2 o1 buy 3 @101 taker
        >  2 o1 buy 4 @102 taker
        >  2 o1 expired noLiquidity
        >  2 o2 expired listEnded
        >  2 o3 expired listEnded
        3 o4 buy 2 @97 entry:0
        3 o5 sell 2 @104 exit:1
        3 o6 sell 2 stop 96 exit:2.
        >  3 o4 accepted
        4 cancel o6                # a kept exit takes the whole list
        >  4 o6 canceled
        >  4 o4 canceled listEnded
        >  4 o5 canceled listEnded
        5 o7 buy 2 @97 entry:0
        5 o8 sell 2 @104 exit:1.
        >  5 o7 accepted
        6 cancel o7
        >  6 o7 canceled
        >  6 o8 canceled listEnded
        7 o9 sell 9 fok entry:0    # 10 are displayed
        7 o10 buy 9 @90 exit:1.
        >  7 o9 accepted
        >  7 o9 sell 5 @99 taker
        >  7 o9 sell 4 @98 taker
        >  7 o10 accepted
        8 o11 sell 2 @98 fok entry:0 # 1 is left
        8 o12 buy 2 @90 exit:1.
        >  8 o11 expired noLiquidity
        >  8 o12 expired listEnded
        """)
  }

  @Test("Exits are judged by the market when they come")
  func exitsJudged() throws {
    try check(
      Self.market + """
        2 o1 buy 2 @97 entry:0
        2 o2 sell 2 @104 exit:1
        2 o3 sell 2 stop 97 exit:2.
        >  2 o1 accepted
        3 trade sell 2 @96
        >  3 o1 buy 2 @97 maker
        >  3 o2 rejected listEnded
        >  3 o3 rejected wouldTrigger
        4 o4 buy 2 @97 entry:0
        4 o5 sell 2 @104 gtd:6 exit:1.
        >  4 o4 accepted
        7 trade sell 2 @96         # the exit's date has gone by
        >  7 o4 buy 2 @97 maker
        >  7 o5 rejected malformed
        """)
  }

  @Test("A replacement is placed only behind a cancel that found its order")
  func replacement() throws {
    try check(
      Self.market + """
        2 o1 buy 2 @97
        >  2 o1 accepted
        3 cancel o1
        3 o2 buy 2 @98 replacement:0.
        >  3 o1 canceled
        >  3 o2 accepted
        4 cancel o1
        4 o3 buy 2 @98 replacement:0.
        >  4 o3 rejected unknownOrder
        5 o4 buy 2 @98 replacement:0.
        >  5 o4 rejected unknownOrder
        """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
