/// The definitions of bands, volatility, volume and statistics.
import Foundation

@testable import TradingCore

extension IndicatorDefinitions {
  static let bands: [String: Definition] = [
    "truerange": { s, _ in [s.trueRange] },
    "atr": { s, p in [wilder(s.trueRange, p.whole("length"))] },
    "bollinger": { s, p in
      let spread = windows(s.close, p.whole("length")) { deviation($0) }
      return band(simple(s.close, p.whole("length")), spread, p["width"])
    },
    "keltner": { s, p in
      let range = wilder(s.trueRange, p.whole("rangeLength"))
      return band(exponential(s.close, p.whole("length")), range, p["width"])
    },
    "keltnersimple": { s, p in
      let range = simple(s.trueRange, p.whole("length"))
      return band(simple(s.typical, p.whole("length")), range, p["width"])
    },
    "donchian": { s, p in
      [lowest(s.low, p.whole("length")), highest(s.high, p.whole("length"))]
    },
    "closevol": { s, p in
      let returns = logarithms(s.close, delayed(s.close, by: 1))
      return [windows(returns, p.whole("length")) { deviation($0, lessOne: true) }]
    },
    "parkinson": { s, p in
      [
        windows(logarithms(s.high, s.low), p.whole("length")) { spans in
          sqrt(sum(spans.map { $0 * $0 }) / (4 * Double(spans.count) * log(2)))
        }
      ]
    },
    "garmanklass": { s, p in
      let parts = rows(logarithms(s.high, s.low), logarithms(s.close, s.open)) {
        $0[0] * $0[0] / 2 - (2 * log(2) - 1) * $0[1] * $0[1]
      }
      return [windows(parts, p.whole("length")) { sqrt(max(0, mean($0))) }]
    },
    "yangzhang": { s, p in [yangZhang(s, p.whole("length"))] },
    "deviation": { s, p in
      [simple(s.close, p.whole("length")), windows(s.close, p.whole("length")) { deviation($0) }]
    },
    "zscore": { s, p in
      [windows(s.close, p.whole("length")) { (($0.last ?? 0) - mean($0)) / deviation($0) }]
    },
    "correlation": { s, p in
      [
        windows(s.close, s.benchmark, p.whole("length")) { x, y in
          covariance(x, y) / (deviation(x) * deviation(y))
        }
      ]
    },
    "beta": { s, p in
      let gain = rows(s.close, delayed(s.close, by: 1)) { $0[0] / $0[1] - 1 }
      let market = rows(s.benchmark, delayed(s.benchmark, by: 1)) { $0[0] / $0[1] - 1 }
      return [windows(gain, market, p.whole("length")) { covariance($0, $1) / covariance($1, $1) }]
    },
    "regression": { s, p in regression(s, p.whole("length")) },
    "hurst": { s, p in [hurst(s, p.whole("length"), p.whole("spans"))] },
  ]

  static let volumes: [String: Definition] = [
    "obv": { s, _ in
      let signed = rows(s.volume, [1] + changes(s.close).dropFirst()) {
        $0[1] > 0 ? $0[0] : $0[1] < 0 ? -$0[0] : 0
      }
      return [s.volume.indices.map { sum(signed[0...$0].compactMap { $0 }) }]
    },
    "ad": { s, _ in [s.volume.indices.map { sum(accumulated(s)[0...$0].compactMap { $0 }) }] },
    "cmf": { s, p in
      [windows(accumulated(s), s.volume, p.whole("length")) { sum($0) / sum($1) }]
    },
    "mfi": { s, p in
      let change = changes(s.typical)
      let up = rows(change, s.typical, s.volume) { $0[0] > 0 ? $0[1] * $0[2] : 0 }
      let down = rows(change, s.typical, s.volume) { $0[0] < 0 ? $0[1] * $0[2] : 0 }
      return [
        windows(up, down, p.whole("length")) { 100 - 100 / (1 + sum($0) / sum($1)) }
      ]
    },
    "vwap": { s, p in
      let price = rows(s.open, s.high, s.low, s.close, by: mean)
      return [
        windows(price, s.volume, p.whole("length")) { prices, volumes in
          sum(zip(prices, volumes).map(*)) / sum(volumes)
        }
      ]
    },
  ]

  static func band(_ middle: Column, _ reach: Column, _ width: Double) -> [Column] {
    [
      rows(middle, reach) { $0[0] - width * $0[1] }, rows(middle, reach) { $0[0] },
      rows(middle, reach) { $0[0] + width * $0[1] },
    ]
  }

  static func accumulated(_ s: Series) -> Column {
    rows(s.high, s.low, s.close, s.volume) {
      $0[0] == $0[1] ? 0 : (2 * $0[2] - $0[1] - $0[0]) / ($0[0] - $0[1]) * $0[3]
    }
  }

  static func yangZhang(_ s: Series, _ length: Int) -> Column {
    func variance(_ column: Column) -> Column {
      windows(column, length) { pow(deviation($0, lessOne: true), 2) }
    }
    let n = Double(length)
    let k = 0.34 / (1.34 + (n + 1) / (n - 1))
    let jump = logarithms(s.open, delayed(s.close, by: 1))
    let span = rows(s.open, s.high, s.low, s.close) { (p: [Double]) in
      log(p[1] / p[3]) * log(p[1] / p[0]) + log(p[2] / p[3]) * log(p[2] / p[0])
    }
    return rows(variance(jump), variance(logarithms(s.close, s.open)), simple(span, length)) {
      sqrt($0[0] + k * $0[1] + (1 - k) * $0[2])
    }
  }

  static func regression(_ s: Series, _ length: Int) -> [Column] {
    let times = (0..<length).map(Double.init)
    func line(_ y: [Double]) -> (slope: Double, intercept: Double) {
      let slope = covariance(times, y) / covariance(times, times)
      return (slope, mean(y) - slope * mean(times))
    }
    return [
      windows(s.close, length) { line($0).intercept + line($0).slope * Double(length - 1) },
      windows(s.close, length) { line($0).slope },
      windows(s.close, length) { line($0).intercept },
      windows(s.close, length) { pow(covariance(times, $0) / deviation(times) / deviation($0), 2) },
    ]
  }

  static func hurst(_ s: Series, _ length: Int, _ spans: Int) -> Column {
    let longest = 1 << (spans - 1)
    let means = (0..<spans).map { index in
      let moves = logarithms(s.close, delayed(s.close, by: 1 << index))
      return windows(moves, length) { log(mean($0.map { $0 * $0 })) }
    }
    let times = (0..<spans).map { log(Double(1 << $0)) }
    return s.close.indices.map { i in
      let points = means.compactMap { $0[i] }
      guard points.count == spans, i >= length + longest - 1 else { return nil }
      return covariance(times, points) / covariance(times, times) / 2
    }
  }
}
