/// The calendar against dates anybody can look up, and against itself over every day of range.
import Testing
import TradingCore

@Suite struct CivilDateTests {
  @Test(
    "known days have their known numbers",
    arguments: [
      (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
      (2024, 8, 9, 19_944), (1900, 3, 1, -25_508), (2100, 2, 28, 47_540), (2100, 3, 1, 47_541),
    ])
  func knownDays(year: Int, month: Int, day: Int, number: Int) {
    #expect(CivilDate(year: year, month: month, day: day).daysSinceEpoch == number)
    #expect(CivilDate(daysSinceEpoch: number) == CivilDate(year: year, month: month, day: day))
  }

  @Test("every day that nanoseconds can name follows the one before and converts back")
  func everyDay() {
    var previous = CivilDate(daysSinceEpoch: -106_753)
    for number in -106_752...106_751 {
      let date = CivilDate(daysSinceEpoch: number)
      let isNext =
        date.year == previous.year && date.month == previous.month
        && date.day == previous.day + 1
      #expect(isNext || date.day == 1)
      #expect(date.daysSinceEpoch == number)
      previous = date
    }
  }

  @Test(
    "times are written in ISO 8601 with the digits they need",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
      (1_723_206_605_250_000_000, "2024-08-09T12:30:05.250Z"),
      (1_723_206_605_000_250_000, "2024-08-09T12:30:05.000250Z"),
      (1_723_206_605_000_000_007, "2024-08-09T12:30:05.000000007Z"),
      (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, ""),
    ])
  func isoText(nanoseconds: Int64, text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).iso8601 == text)
  }
}
