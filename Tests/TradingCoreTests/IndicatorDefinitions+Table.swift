/// The definitions by the registry's names; each gives a column for every output.
import Foundation

@testable import TradingCore

extension IndicatorDefinitions {
  static let all: [String: Definition] = averages.merging(others) { first, _ in first }
    .merging(bands) { first, _ in first }.merging(volumes) { first, _ in first }

  static let averages: [String: Definition] = [
    "sma": { s, p in [simple(s.close, p.whole("length"))] },
    "ema": { s, p in [exponential(s.close, p.whole("length"))] },
    "wilder": { s, p in [wilder(s.close, p.whole("length"))] },
    "wma": { s, p in [weighted(s.close, p.whole("length"))] },
    "dema": { s, p in
      let once = exponential(s.close, p.whole("length"))
      return [rows(once, exponential(once, p.whole("length"))) { 2 * $0[0] - $0[1] }]
    },
    "tema": { s, p in
      let once = exponential(s.close, p.whole("length"))
      let twice = exponential(once, p.whole("length"))
      let thrice = exponential(twice, p.whole("length"))
      return [rows(once, twice, thrice) { 3 * ($0[0] - $0[1]) + $0[2] }]
    },
    "kama": { s, p in [kaufman(s, p)] },
    "hma": { s, p in
      let length = p.whole("length")
      let half = weighted(s.close, length / 2)
      let raw = rows(half, weighted(s.close, length)) { 2 * $0[0] - $0[1] }
      return [weighted(raw, Int(sqrt(Double(length))))]
    },
  ]

  static let others: [String: Definition] = [
    "momentum": { s, p in [rows(s.close, delayed(s.close, by: p.whole("length"))) { $0[0] - $0[1] }]
    },
    "roc": { s, p in
      [rows(s.close, delayed(s.close, by: p.whole("length"))) { ($0[0] / $0[1] - 1) * 100 }]
    },
    "macd": { s, p in macd(s, p) },
    "tsi": { s, p in
      let change = changes(s.close)
      func smooth(_ column: Column) -> Column {
        exponential(exponential(column, p.whole("long")), p.whole("short"))
      }
      return [rows(smooth(change), smooth(rows(change) { abs($0[0]) })) { 100 * $0[0] / $0[1] }]
    },
    "rsi": { s, p in [strength(s, p.whole("length"))] },
    "stochastic": { s, p in stochastic(s.high, s.low, s.close, p) },
    "stochrsi": { s, p in
      let value = strength(s, p.whole("strength"))
      return stochastic(value, value, value, p)
    },
    "williams": { s, p in
      let (top, bottom) = (highest(s.high, p.whole("length")), lowest(s.low, p.whole("length")))
      return [rows(top, bottom, s.close) { ($0[0] - $0[2]) / ($0[0] - $0[1]) * -100 }]
    },
    "cci": { s, p in
      [
        windows(s.typical, p.whole("length")) { numbers in
          let middle = mean(numbers)
          let distance = mean(numbers.map { abs($0 - middle) })
          return ((numbers.last ?? 0) - middle) / (0.015 * distance)
        }
      ]
    },
    "adx": { s, p in directional(s, p.whole("length")) },
    "aroon": { s, p in
      let length = p.whole("length")
      func age(_ column: Column, _ better: @escaping (Double, Double) -> Bool) -> Column {
        windows(column, length + 1) { numbers in
          var best = 0
          for i in numbers.indices where !better(numbers[best], numbers[i]) { best = i }
          return 100 * Double(best) / Double(length)
        }
      }
      let (up, down) = (age(s.high, >), age(s.low, <))
      return [up, down, rows(up, down) { $0[0] - $0[1] }]
    },
    "ichimoku": { s, p in
      func middle(_ name: String) -> Column {
        rows(highest(s.high, p.whole(name)), lowest(s.low, p.whole(name))) { ($0[0] + $0[1]) / 2 }
      }
      let (fast, slow) = (middle("conversion"), middle("base"))
      let ahead = p.whole("displacement")
      return [
        fast, slow, delayed(rows(fast, slow) { ($0[0] + $0[1]) / 2 }, by: ahead),
        delayed(middle("span"), by: ahead),
      ]
    },
    "psar": { s, p in [parabolic(s, p["acceleration"], p["maximum"])] },
    "supertrend": { s, p in supertrend(s, p) },
  ]

  static func kaufman(_ s: Series, _ p: ParameterValues) -> Column {
    let (length, x) = (p.whole("length"), s.close.compactMap { $0 })
    let (fast, slow) = (2 / (p["fast"] + 1), 2 / (p["slow"] + 1))
    var result: Column = []
    for i in x.indices {
      guard i >= length else {
        result.append(nil)
        continue
      }
      let noise = sum(((i - length + 1)...i).map { abs(x[$0] - x[$0 - 1]) })
      let efficiency = noise == 0 ? 1 : min(1, abs(x[i] - x[i - length]) / noise)
      let constant = pow(efficiency * (fast - slow) + slow, 2)
      let old = (result.last ?? nil) ?? x[i - 1]
      result.append(constant * x[i] + (1 - constant) * old)
    }
    return result
  }

  static func macd(_ s: Series, _ p: ParameterValues) -> [Column] {
    let late = p.whole("slow") - p.whole("fast")
    let trimmed: Column = s.close.enumerated().map { $0 < late ? nil : $1 }
    let fast = exponential(trimmed, p.whole("fast"))
    let line = rows(fast, exponential(s.close, p.whole("slow"))) { $0[0] - $0[1] }
    let signal = exponential(line, p.whole("signal"))
    return [line, signal, rows(line, signal) { $0[0] - $0[1] }]
  }

  static func strength(_ s: Series, _ length: Int) -> Column {
    let change = changes(s.close)
    let rise = wilder(rows(change) { max($0[0], 0) }, length)
    let fall = wilder(rows(change) { max(-$0[0], 0) }, length)
    return rows(rise, fall) { 100 - 100 / (1 + $0[0] / $0[1]) }
  }

  static func stochastic(
    _ high: Column, _ low: Column, _ close: Column, _ p: ParameterValues
  ) -> [Column] {
    let (top, bottom) = (highest(high, p.whole("length")), lowest(low, p.whole("length")))
    let raw = rows(close, bottom, top) { ($0[0] - $0[1]) / ($0[2] - $0[1]) * 100 }
    let k = simple(raw, p.whole("slowing"))
    return [k, simple(k, p.whole("signal"))]
  }

  static func directional(_ s: Series, _ length: Int) -> [Column] {
    let (up, down) = (changes(s.high), rows(changes(s.low)) { -$0[0] })
    let plus = rows(up, down) { $0[0] > $0[1] && $0[0] > 0 ? $0[0] : 0 }
    let minus = rows(up, down) { $0[1] > $0[0] && $0[1] > 0 ? $0[1] : 0 }
    let range = wilder([nil] + s.trueRange.dropFirst(), length)
    let rise = rows(wilder(plus, length), range) { 100 * $0[0] / $0[1] }
    let fall = rows(wilder(minus, length), range) { 100 * $0[0] / $0[1] }
    let index = rows(rise, fall) { abs($0[0] - $0[1]) / ($0[0] + $0[1]) * 100 }
    return [rise, fall, wilder(index, length)]
  }

  /// Both sides spelled out, as Wilder's book does.
  static func parabolic(_ s: Series, _ step: Double, _ most: Double) -> Column {
    let bars = s.samples.map(\.bar)
    let isShort = bars[0].low - bars[1].low > max(bars[1].high - bars[0].high, 0)
    var isLong = !isShort
    var extreme = isLong ? bars[1].high : bars[1].low
    var stop = isLong ? bars[0].low : bars[0].high
    var share = step
    var result: Column = [nil]
    for i in 1..<bars.count {
      let two = [bars[i], i == 1 ? bars[1] : bars[i - 1]]
      let (bottom, top) = (two.map(\.low).min() ?? 0, two.map(\.high).max() ?? 0)
      let isHit = isLong ? bars[i].low <= stop : bars[i].high >= stop
      if isHit {
        stop = isLong ? max(extreme, top) : min(extreme, bottom)
        result.append(stop)
        isLong.toggle()
        share = step
        extreme = isLong ? bars[i].high : bars[i].low
      } else {
        result.append(stop)
        let record = isLong ? max(extreme, bars[i].high) : min(extreme, bars[i].low)
        if record != extreme { share = min(share + step, most) }
        extreme = record
      }
      stop += share * (extreme - stop)
      stop = isLong ? min(stop, bottom) : max(stop, top)
    }
    return result
  }

  static func supertrend(_ s: Series, _ p: ParameterValues) -> [Column] {
    let range = wilder(s.trueRange, p.whole("length"))
    var (line, side): (Column, Column) = ([], [])
    var (lower, upper, isRising) = (-Double.infinity, Double.infinity, false)
    for (i, bar) in s.samples.map(\.bar).enumerated() {
      guard let reach = range[i] else {
        line.append(nil)
        side.append(nil)
        continue
      }
      let middle = (bar.high + bar.low) / 2
      let before = i > 0 ? s.samples[i - 1].bar.close : bar.close
      let floor = middle - p["width"] * reach
      let ceiling = middle + p["width"] * reach
      lower = before < lower ? floor : max(floor, lower)
      upper = before > upper ? ceiling : min(ceiling, upper)
      isRising = isRising ? bar.close >= lower : bar.close > upper
      line.append(isRising ? lower : upper)
      side.append(isRising ? 1 : -1)
    }
    return [line, side]
  }
}
