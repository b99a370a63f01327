/// Text to values and back: decimals, spans, moments, dates, hexadecimal digits.

import Testing
import TradingCore

@Suite("Values from text")
struct ValueTextTests {
  @Test(
    "decimals are taken digit by digit",
    arguments: [
      ("0", 0, 0), ("7", 7, 0), ("-7", -7, 0), ("0.05", 5, 2), (".5", 5, 1), ("5.", 5, 0),
      ("100_000.25", 10_000_025, 2), ("1.50", 150, 2), ("-0.0", 0, 1),
      ("9223372036854775807", .max, 0), ("0.000000000000000001", 1, 18),
    ] as [(String, Int64, Int)])
  func decimals(text: String, mantissa: Int64, scale: Int) {
    #expect(Decimal64(text) == Decimal64(mantissa: mantissa, scale: scale))
  }

  @Test(
    "what is no decimal, or does not fit, is refused",
    arguments: [
      "", "-", ".", "-.", "+1", "--1", "1-", "1e5", "1,000", "1 000", " 1", "1 ", "1.2.3", "_1",
      "1_", "1__0", "1_.5", "1._5", "0x10", "nan", "inf", "٣", "9223372036854775808",
      "0.0000000000000000001",
    ])
  func badDecimals(text: String) { #expect(Decimal64(text) == nil) }

  @Test(
    "spans are exact",
    arguments: [
      ("0", 0), ("0s", 0), ("1ns", 1), ("250us", 250_000), ("250µs", 250_000),
      ("50ms", 50_000_000), ("1.5s", 1_500_000_000), ("5m", 300_000_000_000),
      ("1.5h", 5_400_000_000_000), ("1d", 86_400_000_000_000), ("1w", 604_800_000_000_000),
      ("0.000000001s", 1), ("1.000000000000000000d", 86_400_000_000_000),
      ("36525d", 3_155_760_000_000_000_000),
    ] as [(String, Int64)])
  func intervals(text: String, nanoseconds: Int64) {
    #expect(Interval(text)?.nanoseconds == nanoseconds)
  }

  @Test(
    "spans that are negative, finer than a nanosecond, without unit or too long are refused",
    arguments: [
      "", "s", "5", "-5m", "-5ms", "1.5ns", "0.0000000001s", "1y", "1M", "5 m", "1h30m", "36526d",
      "9223372036854775807w", "1e3s",
    ])
  func badIntervals(text: String) { #expect(Interval(text) == nil) }

  @Test(
    "moments are UTC",
    arguments: [
      ("1970-01-01", 0), ("2024-02-29", 1_709_164_800_000_000_000),
      ("2024-08-08T23:55", 1_723_161_300_000_000_000),
      ("2024-08-08 23:55Z", 1_723_161_300_000_000_000),
      ("2024-08-08T23:55:00.25Z", 1_723_161_300_250_000_000),
      ("2001-09-09T01:46:40.000000001", 1_000_000_000_000_000_001),
      ("1723161300000000000", 1_723_161_300_000_000_000),
    ] as [(String, Int64)])
  func moments(text: String, nanoseconds: Int64) {
    #expect(Timestamp(utc: text)?.nanoseconds == nanoseconds)
  }

  @Test(
    "what is no moment is refused, a bare year and epoch seconds above all",
    arguments: [
      "", "Z", "2024", "20240808", "1723161300", "1723161300000", "1723161300000000",
      "-172316130000000000", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-05",
      "2024--01-05", "-2024-01-05", "1969-12-31", "2262-01-01", "2024-01-01T", "2024-01-01Z",
      "2024-01-01T24:00", "2024-01-01T12", "2024-01-01T12:60", "2024-01-01T12:00:60",
      "2024-01-01T12:00:00.0000000001", "2024-01-01T1:00", "2024-01-01T12:00:5",
      "2024-01-01T12:00:00+02:00", "2024-01-01  12:00", "2024-01-01T12:00:-1",
      "99999999999999999999",
    ])
  func badMoments(text: String) { #expect(Timestamp(utc: text) == nil) }

  @Test("a moment written as ISO 8601 reads back equal", arguments: 0..<4)
  func roundTrip(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "moments")
    for _ in 0..<2_000 {
      let step: Int64 = [1, 1_000, 1_000_000, 1_000_000_000][Int(random.below(4))]
      let time = Timestamp(
        nanoseconds: random.integer(in: 0...9_000_000_000_000_000_000) / step * step)
      #expect(Timestamp(utc: time.iso8601) == time, "seed \(seed)")
    }
  }

  @Test(
    "a date is real exactly where counting days leads back to it",
    arguments: [1900, 2000, 2023, 2024])
  func dates(year: Int) {
    for month in -1...14 {
      for day in -1...33 {
        let date = CivilDate(year: year, month: month, day: day)
        let isReal = CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date
        #expect(date.isReal == isReal, "\(year) \(month) \(day)")
      }
    }
  }

  @Test("decimal text has the standard library's digits, and a point in their midst")
  func decimals() {
    var random = RandomSource(seed: 11, label: "decimals")
    let ends: [Int128] = [0, 9, -10, .max, .min, Int128(UInt64.max), Int128(UInt64.max) + 1]
    let drawn = (0..<2_000).map { _ in
      Int128(random.integer(in: .min ... .max)) * Int128(random.integer(in: 1...(.max)))
        >> Int128(random.below(127))
    }
    for number in ends + drawn {
      for scale in 0...20 {
        var text = String(number.magnitude)
        text = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
        if scale > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -scale)) }
        #expect(decimalText(number, scale: scale) == (number < 0 ? "-" : "") + text)
      }
      let (whole, part) = number.quotientAndRemainder(dividingBy: Money.one.units)
      #expect(Money(units: number).approximate == Double(whole) + Double(part) / 1e18)
    }
  }

  @Test("hexadecimal digits keep their zeros")
  func hex() {
    #expect(hexadecimal(0) == "0000000000000000")
    #expect(hexadecimal(0x0123_4567_89AB_CDEF) == "0123456789abcdef")
    #expect(hexadecimal([0x00, 0x0F, 0xF0, 0xFF]) == "000ff0ff")
    #expect(hexadecimal([UInt8]()) == "")
  }
}
