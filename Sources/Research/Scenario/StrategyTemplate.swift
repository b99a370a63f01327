/// A strategy to start from, with its test: two indicators, parameters that describe themselves, the
/// reasons it gives. What is written here is compiled and tested as it stands, under the name Example.

/// The two files of a new strategy.
public struct StrategyTemplate: Sendable {
  /// The name in scenarios and commands: `my-idea`.
  public let name: String
  /// The name in Swift: `MyIdea`.
  public let type: String

  /// - Parameter name: lower-case words of letters and digits joined by hyphens, the first beginning with
  ///   a letter; `nil` for anything else.
  public init?(_ name: String) {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    let isPlain = words.allSatisfy { word in
      !word.isEmpty
        && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
    guard isPlain, name.utf8.first.map({ $0 >= 97 }) == true, name.utf8.count <= 60 else {
      return nil
    }
    self.name = name
    type = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The strategy.
  public var source: String { named(Self.strategyText) }

  /// Its test.
  public var test: String { named(Self.testText) }

  private func named(_ text: String) -> String {
    text.replacing("TYPE", with: type).replacing("NAME", with: name)
  }

  private static let strategyText = #"""
    /// Rides a rise that is not yet overdone: an example to start from. Say here what the idea is, and why it
    /// should earn anything.

    /// Long while the close is above its average and strength is below a ceiling, else flat.
    struct TYPE: Strategy {
      static let name = "NAME"
      static let summary =
        "Long above the average of closes while strength is below a ceiling, else flat."
      static let parameters = [
        Parameter(
          "length", .whole, default: 50, in: 1...10_000, unit: "bars", help: "Length of the average."),
        Parameter(
          "strength", .whole, default: 14, in: 2...10_000, unit: "bars",
          help: "Length of the relative strength."),
        Parameter(
          "ceiling", .number, default: 75, in: 0...100, help: "Strength from which a rise is overdone."),
      ]

      private let instrument: InstrumentID
      private let ceiling: Double
      private var average: SimpleMovingAverage
      private var strength: RelativeStrength
      private var stance = Stance()

      init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
        self.instrument = instrument
        ceiling = values["ceiling"]
        average = SimpleMovingAverage(length: values.whole("length"))
        strength = RelativeStrength(length: values.whole("strength"))
      }

      var warmUpBars: Int { max(average.warmUp, strength.warmUp) }

      @inline(__always)
      mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
        guard let close = state.closedClose(instrument) else { return }
        // Every indicator sees every close, also while another is still warming up.
        let values = (average.update(close), strength.update(close))
        guard case (let average?, let strength?) = values else { return }
        stance.take(close > average && strength < ceiling ? 1 : 0, in: instrument, &decisions)
      }

      /// Why it decides what it decides, for `cryptobot audit explain`: the same numbers, said aloud.
      mutating func account(
        of event: Event, _ state: borrowing State, for book: BookID
      ) -> [StrategyAccount] {
        var account = StrategyAccount(Self.name, instrument, book)
        guard let close = state.closedClose(instrument) else { return [account.concluding(.noBar)] }
        account.read("close", close, .price)
        let values = (average.update(close), strength.update(close))
        guard case (let average?, let strength?) = values else {
          return [account.concluding(.unsaid)]
        }
        let rises = account.test("close", close, .above, "average", average, .price)
        let isEarly = account.test("strength", strength, .below, "ceiling", ceiling, .weight)
        return [account.concluding(rises && isEarly ? 1 : 0, after: stance)]
      }

      func encode(into bytes: inout CanonicalBytes) {
        average.encode(into: &bytes)
        strength.encode(into: &bytes)
        stance.encode(into: &bytes)
      }
    }

    """#

  private static let testText = #"""
    /// The strategy on streams short enough to work out by hand.

    import Testing

    @testable import TradingCore

    @Suite("NAME")
    struct TYPETests {
      /// What it says on each trade of a series of prices, nothing where it is silent.
      private func said(_ parameters: [String: Double], _ prices: [Int64]) throws -> [[String]] {
        var bench = try StrategyBench<TYPE>(parameters)
        return prices.map { bench.trade($0) }
      }

      @Test("it buys a rise that is not overdone, and sells when the close falls below its average")
      func risesAndFalls() throws {
        let values = ["length": 3.0, "strength": 2, "ceiling": 100]
        #expect(
          try said(values, [100, 99, 101, 103, 104, 90, 80]) == [[], [], ["1.0"], [], [], ["0.0"], []])
      }

      @Test("it does not buy while strength is at or above the ceiling")
      func overdone() throws {
        let values = ["length": 3.0, "strength": 2, "ceiling": 60]
        #expect(try said(values, [100, 101, 102, 103]).allSatisfy { $0.isEmpty })
      }

      @Test("it says nothing before both indicators are warm")
      func warmUp() throws {
        let values = ["length": 2.0, "strength": 5, "ceiling": 100]
        let words = try said(values, [100, 101, 100, 101, 100, 101])
        #expect(words.dropLast().allSatisfy { $0.isEmpty })
        #expect(words.last == ["1.0"])
      }

      @Test("everything it remembers is in its canonical bytes")
      func bytes() throws {
        var bench = try StrategyBench<TYPE>(["length": 3, "strength": 2])
        var seen: Set<UInt64> = [bench.strategy.fingerprint]
        for price: Int64 in [100, 103, 101, 107] {
          _ = bench.trade(price)
          #expect(seen.insert(bench.strategy.fingerprint).inserted)
        }
      }
    }

    """#
}
