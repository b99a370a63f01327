/// When a run that has no end of its own ends: `--for` and `--until`.

import ArgumentParser
import Exchanges
import TradingCore

struct EndOptions: ParsableArguments {
  @Option(name: .customLong("for"), help: "Stop after a span such as 90s or 8h.")
  var span: String?

  @Option(help: "Stop at a UTC moment such as 2027-01-31T08:00.")
  var until: String?

  /// The earlier of both; the distant future when nobody says.
  func moment() throws -> Timestamp {
    var end = Timestamp.distantFuture
    if let span {
      guard let span = Interval(span), span > .zero else {
        throw ValidationError("--for \(span): a span such as 90s or 8h")
      }
      end = WallClock.now + span
    }
    if let until {
      guard let moment = Timestamp(utc: until), moment > WallClock.now else {
        throw ValidationError("--until \(until): a UTC moment to come, such as 2027-01-31T08:00")
      }
      end = min(end, moment)
    }
    return end
  }
}
