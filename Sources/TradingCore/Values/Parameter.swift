/// A strategy's parameters describe themselves: command help, reports and parameter search read the
/// same list that checks the values.

/// What values a parameter takes.
public enum ParameterType: UInt8, Sendable {
  case whole = 0
  case number = 1
  /// 0 or 1.
  case flag = 2
}

/// One parameter: name, type, default, range, unit and help.
public struct Parameter: Equatable, Sendable {
  public var name: String
  public var type: ParameterType
  public var defaultValue: Double
  public var minimum: Double
  public var maximum: Double
  /// The unit as people write it ("bars", "bp", "ticks"), empty for a plain number.
  public var unit: String
  public var help: String

  public init(
    _ name: String, _ type: ParameterType, default defaultValue: Double,
    in range: ClosedRange<Double>, unit: String = "", help: String
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.minimum = range.lowerBound
    self.maximum = range.upperBound
    self.unit = unit
    self.help = help
  }
}

/// Why a set of values was refused; its description is a sentence for people.
public enum ParameterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No such parameter; the nearest known name where one is close.
  case unknown(name: String, nearest: String?)
  /// No such indicator; the nearest known name where one is close.
  case noIndicator(String, nearest: String?)
  case outOfRange(name: String, value: Double, minimum: Double, maximum: Double)
  case notWhole(name: String, value: Double)
  /// Values that are fine one by one but not together.
  case conflict(String)

  public var description: String {
    switch self {
    case .unknown(let name, let nearest):
      "there is no parameter `\(name)`" + (nearest.map { ", did you mean `\($0)`?" } ?? "")
    case .noIndicator(let name, let nearest):
      "there is no indicator `\(name)`" + (nearest.map { ", did you mean `\($0)`?" } ?? "")
    case .outOfRange(let name, let value, let minimum, let maximum):
      "`\(name)` is \(plainText(value)); it may be \(plainText(minimum))…\(plainText(maximum))"
    case .notWhole(let name, let value):
      "`\(name)` is \(plainText(value)); it must be a whole number"
    case .conflict(let text): text
    }
  }
}

/// Checked values of one strategy's parameters, in the order of its list.
public struct ParameterValues: Equatable, Sendable {
  public let parameters: [Parameter]
  public private(set) var values: [Double]

  /// Every parameter at its default.
  public init(defaultsOf parameters: [Parameter]) {
    self.parameters = parameters
    values = parameters.map(\.defaultValue)
  }

  /// Gives a parameter a value.
  /// - Throws: when the name is unknown or the value is not one the parameter takes.
  public mutating func set(_ name: String, to value: Double) throws(ParameterError) {
    guard let index = parameters.firstIndex(where: { $0.name == name }) else {
      throw .unknown(name: name, nearest: nearestName(to: name, among: parameters.map(\.name)))
    }
    let parameter = parameters[index]
    guard value >= parameter.minimum, value <= parameter.maximum else {
      throw .outOfRange(
        name: name, value: value, minimum: parameter.minimum, maximum: parameter.maximum)
    }
    if parameter.type != .number, value != value.rounded(.towardZero) {
      throw .notWhole(name: name, value: value)
    }
    values[index] = value
  }

  /// The value of a parameter the strategy declared itself.
  public subscript(name: String) -> Double {
    guard let index = parameters.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("the strategy has no parameter \(name)")
    }
    return values[index]
  }

  public func whole(_ name: String) -> Int { Int(self[name]) }
  public func flag(_ name: String) -> Bool { self[name] != 0 }
}

/// The known name closest to a mistyped one (edit distance at most a third of its length, at
/// least 2), or `nil`. O(length² × names).
public func nearestName(to name: String, among known: [String]) -> String? {
  let limit = max(2, name.utf8.count / 3)
  let ranked = known.map { (name: $0, distance: editDistance(name, $0)) }
  let best = ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
  guard let best, best.distance <= limit else { return nil }
  return best.name
}

private func editDistance(_ left: String, _ right: String) -> Int {
  let left = Array(left.utf8)
  let right = Array(right.utf8)
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let replaced = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[right.count]
}
