/// Numbers, times and JSON from bytes, against tables and against the system's own arithmetic.

import Foundation
import Testing
import TradingCore

@testable import Dialects

@Suite("Numbers from bytes")
struct NumberTests {
  private func scan(_ text: String) throws -> ScannedDecimal {
    let bytes = Array(text.utf8)
    var position = 0
    let result = try NumberScanner.decimal(bytes.span, &position)
    try #require(position == bytes.count, "all of \(text) is read")
    return result
  }

  @Test(
    "decimals keep their value, lose their trailing zeros and round half to even at 8 decimals",
    arguments: [
      ("0", 0, 0, false), ("0.00000000", 0, 0, false), ("61837.63000000", 6_183_763, 2, false),
      ("12345678901234.00000000", 12_345_678_901_234, 0, false), ("100", 100, 0, false),
      ("0.09946999000000001", 9_946_999, 8, true), ("0.0027300000000000002", 273, 5, true),
      ("0.016083999999999998", 16_084, 6, true), ("1e-05", 1, 5, false), ("1.5E3", 1500, 0, false),
      ("2.5e-9", 0, 0, true), ("7.5e-9", 1, 8, true), ("1.5e-8", 2, 8, true),
      ("2.5e-8", 2, 8, true), ("0.000000025000000001", 3, 8, true), (".5", 5, 1, false),
      ("5.", 5, 0, false), ("-12.50", -125, 1, false), ("+1", 1, 0, false),
      ("0.999999995", 1, 0, true), ("1e-400", 0, 0, true), ("0e400", 0, 0, false),
    ] as [(String, Int64, Int, Bool)])
  func table(text: String, mantissa: Int64, scale: Int, rounded: Bool) throws {
    let expected = ScannedDecimal(
      value: Decimal64(mantissa: mantissa, scale: scale), rounded: rounded)
    #expect(try scan(text) == expected)
  }

  @Test(
    "what is no number, or does not fit, is a fault",
    arguments: [
      "", "-", ".", "e5", "abc", "1e", "1e99999", "1e30", "12345678901234567.123",
      // Nineteen significant digits are beyond the eighteen a decimal keeps.
      "9223372036854775807",
    ])
  func faults(text: String) {
    #expect(throws: LineFault.self) { try scan(text) }
  }

  @Test(
    "random texts of any length agree with the system's decimal arithmetic", arguments: [7, 8, 9])
  func property(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<3_000 {
      let whole = String(UInt64.random(in: 0..<100_000_000, using: &numbers))
      let length = Int.random(in: 0...20, using: &numbers)
      let digits = (0..<length).map { _ in String(Int.random(in: 0...9, using: &numbers)) }.joined()
      let text = length == 0 ? whole : "\(whole).\(digits)"
      var exact = try #require(Decimal(string: text))
      var rounded = Decimal()
      NSDecimalRound(&rounded, &exact, 8, .bankers)
      let scanned = try scan(text)
      let back = decimalText(Int128(scanned.value.mantissa), scale: scanned.value.scale)
      #expect(Decimal(string: back) == rounded, "seed \(seed): \(text)")
      #expect(scanned.rounded == (exact != rounded), "seed \(seed): \(text)")
      #expect(scanned.value == scanned.value.normalised, "seed \(seed): \(text)")
    }
  }
}

@Suite("Times from bytes")
struct TimeTests {
  private func iso(_ text: String) throws -> Int64 {
    let bytes = Array(text.utf8)
    var position = 0
    let result = try TimeScanner.iso8601(bytes.span, &position)
    try #require(position == bytes.count)
    return result
  }

  @Test("every day from 1700 to 2250 is the day the C library says")
  func days() throws {
    var seconds = -8_520_336_000  // 1700-01-01
    while seconds < 8_835_955_200 {  // 2250-01-01
      var moment = time_t(seconds)
      var parts = tm()
      gmtime_r(&moment, &parts)
      var time = CalendarTime()
      (time.year, time.month, time.day) = (
        Int64(parts.tm_year) + 1900, Int64(parts.tm_mon) + 1, Int64(parts.tm_mday)
      )
      let found = try time.nanoseconds()
      guard found == Int64(seconds) * 1_000_000_000 else {
        Issue.record("\(time.year)-\(time.month)-\(time.day) became \(found)")
        return
      }
      seconds += 86_400
    }
  }

  @Test(
    "ISO 8601 in its usual dresses",
    arguments: [
      ("2021-12-31 23:01:00.000000", 1_640_991_660_000_000_000),
      ("2021-12-31T23:01:00Z", 1_640_991_660_000_000_000),
      ("2021-12-31T23:01Z", 1_640_991_660_000_000_000),
      ("2022-01-01T00:01:00+01:00", 1_640_991_660_000_000_000),
      ("2021-12-31T18:31:00.000000001-0430", 1_640_991_660_000_000_001),
      ("1970-01-01", 0), ("2024-02-29T00:00:00", 1_709_164_800_000_000_000),
      ("1969-12-31T23:59:59.5Z", -500_000_000),
    ] as [(String, Int64)])
  func isoTable(text: String, expected: Int64) throws {
    #expect(try iso(text) == expected)
  }

  @Test(
    "times that do not exist are faults",
    arguments: [
      "2023-02-29", "2021-13-01", "2021-00-10", "2021-04-31", "2021-01-01T24:00:00",
      "2021-01-01T00:60:00", "2021-01-01T00:00:60", "1600-01-01", "2300-01-01",
      "2021-01-01T00:00:00.0000000001", "2021-1-1",
    ])
  func isoFaults(text: String) {
    #expect(throws: LineFault.self) { try iso(text) }
  }

  @Test(
    "an epoch's unit shows in its magnitude and fractions are exact",
    arguments: [
      ("1633998512.0633569", 1_633_998_512_063_356_900), ("1633998512", 1_633_998_512_000_000_000),
      ("1633998512063", 1_633_998_512_063_000_000), ("1633998512063356", 1_633_998_512_063_356_000),
      ("1633998512063356901", 1_633_998_512_063_356_901),
      ("1633998512063.25", 1_633_998_512_063_250_000),
    ] as [(String, Int64)])
  func epochs(text: String, expected: Int64) throws {
    let bytes = Array(text.utf8)
    var position = 0
    #expect(try TimeScanner.unixTime(bytes.span, &position).nanoseconds == expected)
    #expect(position == bytes.count)
  }
}

@Suite("JSON from bytes")
struct JSONTests {
  private func skip(_ text: String) throws -> Bool {
    let bytes = Array(text.utf8)
    var json = JSONScanner()
    do {
      try json.skipValue(bytes.span)
      try json.finish(bytes.span)
      return true
    } catch {
      return false
    }
  }

  @Test(
    "values of every shape are passed over whole",
    arguments: [
      "1", "-1.5e+7", "\"\"", "\"a\\\"b\\\\\"", "[]", "{}", "[[[]],{}]", "true", "false", "null",
      " { \"a\" : [ 1 , 2 , { \"b\" : null } ] , \"c\" : \"}\" } ", "[\"]\",\"[\"]",
    ])
  func whole(text: String) throws {
    #expect(try skip(text))
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
  }

  @Test(
    "broken structure is a fault",
    arguments: [
      "", "[", "{", "[1,]x", "{\"a\"}", "{\"a\":}", "[1 2]", "\"abc", "{a:1}", "tru", "[}", "{]",
      "1 2", "\"a\\", String(repeating: "[", count: 100),
    ])
  func broken(text: String) throws {
    #expect(try !skip(text))
  }

  @Test(
    "a truth is true or false and not null",
    arguments: [
      ("true", true), (" false", false), ("null", nil), ("1", nil), ("", nil), ("tru", nil),
    ] as [(String, Bool?)])
  func truths(text: String, expected: Bool?) {
    var json = JSONScanner()
    #expect((try? json.boolean(Array(text.utf8).span)) == expected)
  }

  @Test("every cut of a real message is a fault")
  func cuts() throws {
    let text = #"{"stream":"x@trade","data":{"e":"trade","p":"1.5","b":[["1","2"]],"m":true}}"#
    for length in 0..<text.utf8.count { #expect(try !skip(String(text.prefix(length)))) }
    #expect(try skip(text))
  }
}
