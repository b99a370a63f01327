/// Faults as the control endpoint, its lists and the command line write them.

internal import TradingCore

extension Fault {
  private static let keys = [
    "fault", "every", "probability", "seed", "times", "milliseconds", "stream",
  ]

  /// A fault by its members, as the control endpoint takes it; see `ExchangeServer`'s page.
  /// - Throws: what is missing, unknown or wrong.
  init(_ parameters: RequestParameters) throws(APIError) {
    for item in parameters.items where !Fault.keys.contains(item.name) {
      throw .unwanted(item.name)
    }
    let word = try parameters.required("fault").replacing("_", with: "-")
    guard let kind = FaultKind(rawValue: word) else { throw .invalid("fault") }
    self.init(kind)
    every = max(1, try parameters.integer("every") ?? 1)
    times = try parameters.integer("times") ?? .max
    seed = UInt64(try parameters.integer("seed") ?? 0)
    stream = try parameters.text("stream")
    probability = try Fault.probability(parameters)
    if let text = try parameters.text("milliseconds") {
      guard let milliseconds = Int64(text), milliseconds.magnitude < 1 << 40 else {
        throw .invalid("milliseconds")
      }
      duration = Interval(nanoseconds: milliseconds * 1_000_000)
    }
  }

  /// From 0 to 1 with up to six decimals, in millionths.
  private static func probability(_ parameters: RequestParameters) throws(APIError) -> UInt64? {
    guard let text = try parameters.text("probability") else { return nil }
    let number = try MarketGrid.decimal(text, "probability", decimals: 6)
    guard let millionths = number.rescaled(to: 6), millionths.exact,
      (0...1_000_000).contains(millionths.mantissa)
    else { throw .invalid("probability") }
    return UInt64(millionths.mantissa)
  }

  /// One fault by its members, or `{"seed": N, "faults": [{…}, …]}`, whose seed is that of all which
  /// have none of their own.
  /// - Throws: what is wrong with any of them.
  static func list(_ parameters: RequestParameters) throws(APIError) -> [Fault] {
    guard let text = parameters["faults"] else { return [try Fault(parameters)] }
    let seed = parameters["seed"]
    var faults: [Fault] = []
    for element in try JSONForm.elements(Array(text.utf8)) {
      var members = try RequestParameters(json: Array(element.utf8))
      if let seed, !members.has("seed") { members.set("seed", seed) }
      faults.append(try Fault(members))
    }
    return faults
  }

  /// A fault as the command line takes it: `gap,every=500,stream=btcusdt@trade`.
  /// - Returns: `nil` for text that is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ",")
    var items = [RequestParameters.Item(name: "fault", value: parts.first.map(String.init) ?? "")]
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2, pair[0] != "fault" else { return nil }
      items.append(RequestParameters.Item(name: pair[0], value: pair[1]))
    }
    guard let fault = try? Fault(RequestParameters(items)) else { return nil }
    self = fault
  }

  /// The fault with what it did.
  func write(into json: inout JSONText) {
    json.set("fault", kind.rawValue)
    if let probability {
      json.set("probability", raw: Array(decimalText(Int128(probability), scale: 6).utf8))
      json.set("seed", Int64(clamping: seed))
    } else {
      json.set("every", every)
    }
    if times != .max { json.set("times", times) }
    json.set("milliseconds", duration.nanoseconds / 1_000_000)
    if let stream { json.set("stream", stream) }
    json.set("occasions", occasions)
    json.set("strikes", strikes)
  }
}
