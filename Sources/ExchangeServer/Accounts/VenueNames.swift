/// Symbols and asset codes, collected from the runs of `text` facts that a recording begins with.

internal import TradingCore

/// Texts by what they name.
struct VenueNames: Sendable {
  private(set) var symbols: [UInt16: String] = [:]
  private(set) var codes: [String] = []
  private var partial: [UInt8] = []

  /// Takes one piece of a text; the last one completes it.
  mutating func note(_ text: Text) {
    if text.flags.contains(.first) { partial.removeAll() }
    partial += text.utf8
    guard text.flags.contains(.last) else { return }
    let whole = String(decoding: partial, as: UTF8.self)
    switch text.subject {
    case .instrument: symbols[text.id] = whole
    case .asset where AssetID(text.id) != .none && text.id < AssetID.capacity:
      while codes.count <= Int(text.id) { codes.append("") }
      codes[Int(text.id)] = whole
    default: break
    }
  }

  /// An asset's code; empty for one that was never named.
  func code(_ asset: AssetID) -> String { asset.index < codes.count ? codes[asset.index] : "" }

  /// The asset with a code.
  func asset(_ code: String) -> AssetID? {
    codes.firstIndex(of: code).map { AssetID(UInt16($0)) }
  }
}
