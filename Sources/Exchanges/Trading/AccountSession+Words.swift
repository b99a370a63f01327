/// What a venue's answers mean, in words for a person.

internal import Dialects
internal import TradingCore

extension AccountSession where Dialect: ~Copyable {
  /// Why what an opening needs was not had.
  static func failure(_ what: String, _ outcome: VenueOutcome?) -> ExchangesError {
    let text = "\(what): \(outcome?.why ?? VenueOutcome.unknown.why)"
    if case .unauthorised = outcome { return .key(text) }
    return .answer(text)
  }

  /// What a person should know of an answer, if anything.
  static func trouble(_ outcome: VenueOutcome, _ action: VenueAction) -> String? {
    switch outcome {
    case .unauthorised(let why): "the venue does not take our key: \(why.text) (\(why.code))"
    case .limited(true, _, _): "the venue has banned this address"
    case .limited: "the venue wants fewer requests"
    default: nil
    }
  }
}

extension VenueOutcome {
  /// Why something was not had.
  var why: String {
    switch self {
    case .rejected(let why), .unauthorised(let why): "\(why.text) (\(why.code))"
    case .clockSkew: "our clock is outside its window"
    case .limited(let isBan, let wait, let until):
      (isBan ? "it has banned this address" : "it wants fewer requests")
        + (until.map { " until \($0.iso8601)" }
          ?? wait.map { " for \($0.nanoseconds / Interval.second.nanoseconds) s" } ?? "")
    case .done, .noSuchOrder, .halfway, .unknown: "no answer that says why"
    }
  }
}
