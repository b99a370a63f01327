/// Every indicator written a second time, from its definition and over whole arrays: no windows that
/// move, no state. Logarithms are the C library's.
import Foundation

@testable import TradingCore

enum IndicatorDefinitions {
  /// Columns, one for each output, from bars and the indicator's parameters.
  typealias Definition = @Sendable (Series, ParameterValues) -> [Column]

  /// One number a bar, `nil` while there is none.
  typealias Column = [Double?]

  /// Bars as columns.
  struct Series {
    var samples: [IndicatorSample]
    var open: Column { samples.map(\.bar.open) }
    var high: Column { samples.map(\.bar.high) }
    var low: Column { samples.map(\.bar.low) }
    var close: Column { samples.map(\.bar.close) }
    var volume: Column { samples.map(\.bar.volume) }
    var benchmark: Column { samples.map(\.benchmark) }
    var typical: Column {
      samples.map { ($0.bar.high + $0.bar.low + $0.bar.close) / 3 }
    }
    var trueRange: Column {
      samples.indices.map { i in
        let bar = samples[i].bar
        guard i > 0 else { return bar.high - bar.low }
        let before = samples[i - 1].bar.close
        return [bar.high - bar.low, abs(bar.high - before), abs(bar.low - before)].max()
      }
    }
  }

  /// Combines columns row by row, where all have numbers.
  static func rows(_ columns: Column..., by combine: ([Double]) -> Double?) -> Column {
    columns[0].indices.map { i in
      let numbers = columns.compactMap { $0[i] }
      return numbers.count == columns.count ? combine(numbers) : nil
    }
  }

  /// Something about each full window, oldest first.
  static func windows(_ column: Column, _ length: Int, _ measure: ([Double]) -> Double?) -> Column {
    column.indices.map { i in
      guard i >= length - 1 else { return nil }
      let numbers = column[(i - length + 1)...i].compactMap { $0 }
      return numbers.count == length ? measure(numbers) : nil
    }
  }

  static func delayed(_ column: Column, by count: Int) -> Column {
    column.indices.map { $0 >= count ? column[$0 - count] : nil }
  }

  static func changes(_ column: Column) -> Column {
    rows(column, delayed(column, by: 1)) { $0[0] - $0[1] }
  }

  static func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
  static func sum(_ numbers: [Double]) -> Double { numbers.reduce(0, +) }

  static func deviation(_ numbers: [Double], lessOne: Bool = false) -> Double {
    let middle = mean(numbers)
    let squares = sum(numbers.map { ($0 - middle) * ($0 - middle) })
    return (squares / Double(numbers.count - (lessOne ? 1 : 0))).squareRoot()
  }

  static func simple(_ column: Column, _ length: Int) -> Column { windows(column, length, mean) }

  /// Exponential: the mean of the first `length` numbers, then share × new + (1 − share) × old.
  static func exponential(_ column: Column, _ length: Int, share: Double? = nil) -> Column {
    let share = share ?? 2 / Double(length + 1)
    var result: Column = []
    var begin: [Double] = []
    for number in column {
      guard let number else {
        result.append(nil)
        continue
      }
      if begin.count < length {
        begin.append(number)
        result.append(begin.count == length ? mean(begin) : nil)
      } else {
        let old = (result.last ?? nil) ?? .nan
        result.append(share * number + (1 - share) * old)
      }
    }
    return result
  }

  static func wilder(_ column: Column, _ length: Int) -> Column {
    exponential(column, length, share: 1 / Double(length))
  }

  static func weighted(_ column: Column, _ length: Int) -> Column {
    windows(column, length) { numbers in
      let weights = numbers.indices.map { Double($0 + 1) }
      return sum(zip(numbers, weights).map(*)) / sum(weights)
    }
  }

  static func highest(_ column: Column, _ length: Int) -> Column {
    windows(column, length) { $0.max() }
  }
  static func lowest(_ column: Column, _ length: Int) -> Column {
    windows(column, length) { $0.min() }
  }

  static func logarithms(_ after: Column, _ before: Column) -> Column {
    rows(after, before) { log($0[0]) - log($0[1]) }
  }

  static func covariance(_ x: [Double], _ y: [Double]) -> Double {
    let (a, b) = (mean(x), mean(y))
    return sum(zip(x, y).map { ($0 - a) * ($1 - b) }) / Double(x.count)
  }

  /// Something about each full window of two columns.
  static func windows(
    _ first: Column, _ second: Column, _ length: Int, _ measure: ([Double], [Double]) -> Double
  ) -> Column {
    first.indices.map { i in
      guard i >= length - 1 else { return nil }
      let a = first[(i - length + 1)...i].compactMap { $0 }
      let b = second[(i - length + 1)...i].compactMap { $0 }
      return a.count == length && b.count == length ? measure(a, b) : nil
    }
  }
}
