/// When a run that has no end of its own ends: `--for` and `--until`.

import ArgumentParser
import Exchanges
import TradingCore

struct EndOptions: ParsableArguments {
  @Option(name: .customLong("for"), help: "Stop after a span such as 90s or 8h.")
  var span: String?

  @Option(help: "Stop at a UTC moment such as 2027-01-31T08:00.")
  var until: String?

  /// What they say; the span counts from now on.
  /// - Throws: `ValidationError` for what is no span, or no moment to come.
  func read() throws -> RunEnd {
    let length = try span.map { text in
      guard let length = Interval(text), length > .zero else {
        throw ValidationError("--for \(text): a span such as 90s or 8h")
      }
      return length
    }
    let latest = try until.map { text in
      guard let moment = Timestamp(utc: text), moment > WallClock.now else {
        throw ValidationError("--until \(text): a UTC moment to come, such as 2027-01-31T08:00")
      }
      return moment
    }
    return RunEnd(length, latest, from: WallClock.now)
  }
}

/// The end of a run, which a later beginning puts off.
struct RunEnd {
  private let length: Interval?
  private let latest: Timestamp?
  /// The earlier of both ends; the distant future when nobody says.
  private(set) var moment = Timestamp.distantFuture

  init(_ length: Interval?, _ latest: Timestamp?, from beginning: Timestamp) {
    (self.length, self.latest) = (length, latest)
    count(from: beginning)
  }

  /// Counts the length from another beginning.
  mutating func count(from beginning: Timestamp) {
    moment = min(length.map { beginning + $0 } ?? .distantFuture, latest ?? .distantFuture)
  }
}
