/// The simplest order book that can be right: two dictionaries and Binance's documented rule. It
/// reads decimal text, so it also proves that ticks and lots give back what the file said.

import Foundation
import TradingCore

/// One instrument's book, rebuilt from imported events.
struct NaiveBook {
  private let definition: InstrumentDefinition
  private var bids: [Int64: Int64] = [:]
  private var asks: [Int64: Int64] = [:]
  private var waiting: [[Depth]] = []
  private var run: [Depth] = []
  private(set) var updateID: Int64?
  private(set) var stale = 0
  private(set) var applied = 0

  init(_ definition: InstrumentDefinition) { self.definition = definition }

  /// Takes a snapshot's level; behind the last one the waiting messages follow.
  mutating func take(_ level: BookSnapshot) {
    if level.flags.contains(.first) { (bids, asks) = ([:], [:]) }
    set(level.side, level.price, level.quantity)
    guard level.flags.contains(.last) else { return }
    updateID = level.updateID
    for message in waiting { apply(message) }
    waiting = []
  }

  /// Takes a depth event; true when it ended a message that was applied.
  mutating func take(_ depth: Depth) -> Bool {
    run.append(depth)
    guard depth.flags.contains(.last) else { return false }
    defer { run = [] }
    guard updateID != nil else {
      waiting.append(run)
      return false
    }
    return apply(run)
  }

  @discardableResult
  private mutating func apply(_ message: [Depth]) -> Bool {
    guard let last = message.last?.lastUpdateID, let updateID, last > updateID else {
      stale += 1
      return false
    }
    for depth in message where !depth.flags.contains(.empty) {
      set(depth.side, depth.price, depth.quantity)
    }
    self.updateID = last
    applied += 1
    return true
  }

  private mutating func set(_ side: Side, _ price: Price, _ quantity: Quantity) {
    let lots = quantity.lots == 0 ? nil : quantity.lots
    if side == .buy { bids[price.ticks] = lots } else { asks[price.ticks] = lots }
  }

  var levels: [Int] { [bids.count, asks.count] }

  /// The best `count` levels of a side as `price quantity`, without trailing zeros.
  func top(_ side: Side, _ count: Int) -> [String] {
    let book = side == .buy ? bids : asks
    let order: (Int64, Int64) -> Bool = side == .buy ? { $0 > $1 } : { $0 < $1 }
    let prices =
      count == 1 ? book.keys.min(by: order).map { [$0] } ?? [] : book.keys.sorted(by: order)
    return prices.prefix(count).map { price in
      let quantity = Quantity(lots: book[price] ?? 0)
      return plain(definition.text(Price(ticks: price))) + " " + plain(definition.text(quantity))
    }
  }

  /// All levels as the text that the expected SHA-256 covers.
  var text: String {
    (top(.buy, .max).map { "b \($0)\n" } + top(.sell, .max).map { "a \($0)\n" }).joined()
  }
}

/// Decimal text without trailing zeros and a trailing point.
func plain(_ text: String) -> String {
  guard text.contains(".") else { return text }
  var text = text
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}

/// The SHA-256 of a text in hex, by the system's own tool.
func sha256(_ text: String) throws -> String {
  let scratch = try Scratch()
  _ = try scratch.file("text", text)
  try scratch.run("sha256sum text >digest")
  let digest = try String(contentsOfFile: scratch.path + "/digest", encoding: .utf8)
  return String(digest.prefix(64))
}
