/// Every error has a code and a text that the exchange's documents list together. Where there is no outside
/// data, nothing is compared.

import Foundation
import Testing
import TradingCore

@testable import ExchangeServer

private let shared = ProcessInfo.processInfo.environment["CRYPTOBOT_SHARED"]

@Suite(.enabled(if: shared != nil, "CRYPTOBOT_SHARED is not set"))
struct ErrorTests {
  /// The documents' texts by code, as patterns; those of their tables, which have no codes, under 0.
  private let texts: [Int: [String]]

  init() throws {
    let path = "\(shared ?? "")/data/binance-spot-api-facts/error_codes.json"
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let root = try #require(JSONSerialization.jsonObject(with: file) as? [String: Any])
    var found: [Int: [String]] = [:]
    for row in try #require(root["errors"] as? [[String: Any]]) {
      guard let code = row["code"] as? Int else { continue }
      found[code] = row["messages"] as? [String]
    }
    found[0] = (root["tables"] as? [[String]])?.compactMap(\.first)
    texts = found
  }

  /// Codes of the matching, whose texts are in the tables.
  private static let matching: Set = [-1013, -2010, -2011, -2038]

  private func isDocumented(_ error: APIError) -> Bool {
    let listed = Self.matching.contains(error.code) ? texts[0] : texts[error.code]
    return (listed ?? []).contains { Self.isInstance(error.message, of: $0) }
  }

  /// Whether a text is a pattern with something for each `%s`. The tables are not sure of final points.
  private static func isInstance(_ text: String, of pattern: String) -> Bool {
    let trimmed = CharacterSet(charactersIn: ".\"")
    let escaped = NSRegularExpression.escapedPattern(for: pattern.trimmingCharacters(in: trimmed))
    let regex = "^" + escaped.replacing("%s", with: ".+") + "$"
    return text.trimmingCharacters(in: trimmed).range(of: regex, options: .regularExpression) != nil
  }

  @Test(
    "Errors have documented texts",
    arguments: [
      .missing("a"), .missing("a", or: "b"), .empty("a"), .unwanted("a"),
      .illegal("a", range: "^x$"), .invalid("a"), .tooPrecise("a"), .overflow("a"), .duplicate,
      .badSymbol, .badInterval, .badSide, .badType, .badTimeInForce, .badJSON, .badKeyFormat,
      .unknownKey, .badSignature, .late, .early, .duplicateOrder, .unknownOrder, .unknownAmended,
      .noAmendment, .archived, .noSuchOrder, .unsupported, .timeout, .noReferencePrice,
      .badRestriction,
    ] as [APIError])
  func statics(error: APIError) { #expect(isDocumented(error), "\(error.code) \(error.message)") }

  @Test("Every reason to reject an order has one", arguments: 0..<UInt8.max)
  func reasons(raw: UInt8) {
    guard let reason = RejectReason(rawValue: raw), reason != .unknownOrder else { return }
    let error = reason.apiError
    #expect(isDocumented(error), "\(reason): \(error.code) \(error.message)")
  }

  @Test func `The pattern can fail`() {
    #expect(!isDocumented(APIError(-1121, "Invalid symbols.")))
    #expect(!isDocumented(APIError(-1120, "Invalid symbol.")))
  }
}
