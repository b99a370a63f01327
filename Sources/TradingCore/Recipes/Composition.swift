/// A strategy composed of named indicators and rules, as its user writes it: names and texts, of which
/// nothing has been checked yet. What is journalled of it is `text`, from which an audit makes it again.

/// What a composed strategy is made of.
public struct Composition: Equatable, Sendable {
  /// A number with a name: what a search varies and the journal records.
  public struct Number: Equatable, Sendable {
    public var name: String
    public var value: Double

    public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
  }

  /// An indicator with a name.
  public struct Line: Equatable, Sendable {
    public var name: String
    /// `sma:length=50 on 1h`.
    public var text: String

    public init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }
  }

  public var parameters: [Number]
  public var indicators: [Line]
  /// Rules, `nil` for one it has not.
  public var long: String?
  public var short: String?
  public var exit: String?
  /// The weight it asks for: a number or a parameter's name; `nil` is 1.
  public var weight: String?

  public init(
    parameters: [Number] = [], indicators: [Line] = [], long: String? = nil, short: String? = nil,
    exit: String? = nil, weight: String? = nil
  ) {
    (self.parameters, self.indicators) = (parameters, indicators)
    (self.long, self.short, self.exit, self.weight) = (long, short, exit, weight)
  }

  /// The most parameters and the most indicators.
  public static let mostLines = 64
  /// The longest name, in characters.
  public static let longestName = 32
}

/// What is wrong with a recipe, and where in it.
public struct RecipeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The key it stands behind, such as `indicators.trend` or `long`; empty for the recipe as a whole.
  public var key: String
  /// The column of an expression, from 1.
  public var column: Int?
  public var problem: String

  init(_ key: String, _ problem: String) { (self.key, self.problem) = (key, problem) }

  init(_ key: String, _ error: ExpressionError) {
    (self.key, column, problem) = (key, error.column, error.problem)
  }

  public var description: String {
    let place = key.isEmpty ? "" : "`\(key)`" + (column.map { ", column \($0)" } ?? "") + ": "
    return place + problem
  }
}

/// Names that a recipe gives: letters and digits, so that no option or rule can read them otherwise.
enum RecipeName {
  /// What rules know already.
  private static let taken =
    ComposedPlan.barNames + ["and", "or", "not", "crosses", "above", "below"]

  /// - Throws: `RecipeError` at `key` for what cannot be a name.
  static func check(_ name: String, at key: String) throws(RecipeError) {
    let isPlain = name.utf8.allSatisfy { $0.isLetterOrDigit } && name.utf8.first?.isDigit == false
    guard isPlain, name.utf8.count <= Composition.longestName else {
      throw RecipeError(
        key, "a name is letters and digits, a letter first, \(Composition.longestName) at most")
    }
    guard !taken.contains(name) else {
      throw RecipeError(key, "`\(name)` means something in rules already; choose another name")
    }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isLetterOrDigit: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }
}
