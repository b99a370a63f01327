/// `--instruments FILE`: the exchange's own exchangeInfo as JSON, or a short list as YAML.

import Dialects
import Glibc
import Import
import Research
import TradingCore
import Yams

enum InstrumentFile {
  private static let keys = ["base", "quote", "tick", "lot", "minQuantity", "minNotional"]

  /// The instruments a file names: YAML by its ending `.yaml` or `.yml`, exchangeInfo otherwise.
  /// - Throws: `CommandFailure` or `ImportError` naming the file, the instrument and the key.
  static func read(_ path: String) throws -> [InstrumentSpec] {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
      return try InstrumentSpec.list(exchangeInfoFile: path)
    }
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    do {
      guard let root = try compose(yaml: text)?.mapping else {
        throw CommandFailure(
          .badInput, "\(path): a list of `SYMBOL: {base: …, quote: …}` is expected")
      }
      return try root.map { try spec($0.key, $0.value, path) }
    } catch let error as YamlError {
      throw CommandFailure(.badInput, "\(path)\(YAMLFault(error))")
    }
  }

  private static func spec(_ name: Node, _ value: Node, _ path: String) throws -> InstrumentSpec {
    guard let symbol = name.scalar?.string, let fields = value.mapping else {
      throw CommandFailure(.badInput, "\(path): `\(name.scalar?.string ?? "?")` has no fields")
    }
    var texts: [String: String] = [:]
    for (key, field) in fields {
      let place = "\(path): \(symbol), line \(key.mark?.line ?? 0)"
      guard let key = key.scalar?.string, keys.contains(key) else {
        throw unknownKey(key.scalar?.string ?? "?", place)
      }
      guard let text = field.scalar?.string else {
        throw CommandFailure(.badInput, "\(place): `\(key)` is one value")
      }
      texts[key] = text
    }
    guard let base = texts["base"], let quote = texts["quote"] else {
      throw CommandFailure(.badInput, "\(path): \(symbol) needs `base` and `quote`")
    }
    return try InstrumentSpec(
      symbol: symbol, base: base, quote: quote, tick: texts["tick"], lot: texts["lot"],
      minQuantity: texts["minQuantity"], minNotional: texts["minNotional"])
  }

  private static func unknownKey(_ key: String, _ place: String) -> CommandFailure {
    let hint = nearestName(to: key, among: keys).map { ", did you mean `\($0)`?" }
    let known = "; known are \(keys.joined(separator: ", "))"
    return CommandFailure(.badInput, "\(place): unknown key `\(key)`\(hint ?? known)")
  }
}
