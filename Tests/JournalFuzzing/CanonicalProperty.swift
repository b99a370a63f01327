/// Bytes that decode as a state encode to the same bytes: no state has two forms, so equal fingerprints
/// mean equal states.
import TradingCore

enum CanonicalProperty {
  static func run(_ input: [UInt8]) -> FuzzOutcome {
    guard let state = try? State(canonicalBytes: input) else { return .refused }
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    guard bytes.bytes == input else {
      return .broken("a state does not write what it was read from")
    }
    guard let again = try? State(canonicalBytes: bytes.bytes), again == state else {
      return .broken("a state changes when it is read again")
    }
    return .held
  }
}
