/// What fills an order at rest in a recorded book: the queue before it, trades through its price, the
/// other side's coming, lots that were taken, books nobody knows. Computed by hand.
import Testing

@Suite struct QueueTables {
  @Test("Only trades of the other side at its price shorten the queue; those beyond it end it")
  func conservativeQueue() throws {
    try check(
      """
      0 book b99:5 b98:5 a101:3
      2 o1 buy 4 @99               # 5 ahead
      >  2 o1 accepted
      3 trade buy 9 @99            # the wrong side
      4 trade sell 4 @99           # 1 ahead
      5 trade sell 2 @99
      >  5 o1 buy 1 @99 maker
      6 trade buy 1 @98            # through, whoever was the aggressor
      >  6 o1 buy 1 @99 maker
      7 trade sell 9 @97
      >  7 o1 buy 2 @99 maker
      """)
  }

  @Test("A trade serves the best price first, then who joined first, each behind its own queue")
  func sharedTrade() throws {
    try check(
      """
      0 book b99:2 b98:1 a101:3
      1 o1 buy 3 @98               # 1 ahead
      >  1 o1 accepted
      1 o2 buy 2 @99               # 2 ahead
      >  1 o2 accepted
      1 o3 buy 2 @99               # 2 ahead: own orders do not count
      >  1 o3 accepted
      2 trade sell 6 @99           # 2 ahead, 2 to o2, 6 - 2 - 2 = 2 to o3
      >  2 o2 buy 2 @99 maker
      >  2 o3 buy 2 @99 maker
      3 o4 buy 2 @99
      >  3 o4 accepted
      4 trade sell 4 @98           # 2 through o4; at 98: 4 - 2 - 1
      >  4 o4 buy 2 @99 maker
      >  4 o1 buy 1 @98 maker
      """)
  }

  @Test("A level that falls below the queue shortens it; one that grows does not lengthen it")
  func levels() throws {
    try check(
      """
      0 book b99:5 a101:3
      1 o1 buy 2 @99               # 5 ahead
      >  1 o1 accepted
      2 depth b99:9
      3 depth b99:7
      4 depth b99:2                # 2 ahead
      5 trade sell 3 @99
      >  5 o1 buy 1 @99 maker
      6 o2 buy 1 @100
      >  6 o2 accepted
      7 depth a100:1               # the other side has come to o2: at its own price
      >  7 o2 buy 1 @100 maker
      8 o3 buy 1 @100              # that lot is taken
      >  8 o3 accepted
      9 depth a100:3
      >  9 o3 buy 1 @100 maker
      """)
  }

  @Test("A queue of cancellations shrinks by the share that a power or a logarithm puts before it")
  func probabilisticQueue() throws {
    // 8 of 10 lots are ahead after the level grows: f(2) = 4, f(8) = 64, so P = 4/68 and of 5 lots
    // canceled 5 · 64/68 = 4.7 were ahead: ⌈3.29…⌉ = 4.
    try check(
      """
      rule bookProbabilistic
      queue power 2000000
      0 book b99:8 a101:3
      1 o1 buy 2 @99
      >  1 o1 accepted
      2 depth b99:10
      3 depth b99:5
      4 trade sell 5 @99
      >  4 o1 buy 1 @99 maker
      """)
    // log 3 / (log 3 + log 9) = 1/3: 5 · 2/3 = 3.3 were ahead, ⌈4.67⌉ = 5.
    try check(
      """
      rule bookProbabilistic
      queue log
      0 book b99:8 a101:3
      1 o1 buy 2 @99
      >  1 o1 accepted
      2 depth b99:10
      3 depth b99:5
      4 trade sell 5 @99
      5 trade sell 1 @99
      >  5 o1 buy 1 @99 maker
      """)
    // What was traded was not canceled: 3 traded, 3 of 8 gone, nothing to share out.
    try check(
      """
      rule bookProbabilistic
      queue power 2000000
      0 book b99:8 a101:3
      1 o1 buy 2 @99
      >  1 o1 accepted
      2 trade sell 3 @99           # 5 ahead
      3 depth b99:5
      4 trade sell 5 @99
      5 trade sell 1 @99
      >  5 o1 buy 1 @99 maker
      """)
  }

  @Test("While nobody knows the book nothing is filled, and the queue is then what is displayed")
  func lostBook() throws {
    try check(
      """
      0 book b99:5 a101:3
      1 o1 buy 2 @99
      >  1 o1 accepted
      1 o2 buy 1 stop 105
      >  1 o2 accepted
      2 gap depth
      3 trade sell 9 @98
      3 trade sell 9 @106
      4 o3 buy 1
      >  4 o3 rejected noLiquidity
      5 book b99:1 a101:3
      6 trade sell 2 @99
      >  6 o1 buy 1 @99 maker
      7 depth b101:1               # crossed: closed as well
      8 trade sell 9 @98
      9 o4 buy 1
      >  9 o4 rejected noLiquidity
      10 depth b101:0
      11 trade buy 2 @106
      >  11 o2 triggered
      >  11 o2 buy 1 @101 taker
      """)
  }

  @Test("Lots we took are missed until the recording shows that they are gone, or new")
  func taken() throws {
    try check(
      """
      0 book b99:5 a101:5 a102:1
      1 o1 buy 3 @101
      >  1 o1 accepted
      >  1 o1 buy 3 @101 taker
      2 depth a101:4               # falls by one: of our three, two are still displayed
      3 o2 buy 3 @101 ioc
      >  3 o2 accepted
      >  3 o2 buy 2 @101 taker
      >  3 o2 expired noLiquidity
      4 depth a101:6               # two new lots
      5 o3 buy 3 @101 ioc
      >  5 o3 accepted
      >  5 o3 buy 2 @101 taker
      >  5 o3 expired noLiquidity
      6 depth a101:0
      7 depth a101:1
      8 o4 buy 3 @101 ioc
      >  8 o4 accepted
      >  8 o4 buy 1 @101 taker
      >  8 o4 expired noLiquidity
      9 book b99:5 a101:2          # loaded anew
      10 o5 buy 3 @101 ioc
      >  10 o5 accepted
      >  10 o5 buy 2 @101 taker
      >  10 o5 expired noLiquidity
      """)
  }

  private func check(
    _ text: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    try ExchangeScript(text).checkAll(location)
  }
}
