/// The accounts of the simulated exchange as a YAML file gives them.

import ExchangeServer
import Research
import TradingCore
import Yams

enum AccountsFile {
  /// - Throws: `CommandFailure` that names the key that is missing, unknown or wrong.
  static func read(_ path: String, _ market: ExchangeMarket) throws -> [AccountSettings] {
    guard Files.exists(path) else {
      throw CommandFailure(.noInput, "\(path): no such file; check the path")
    }
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      throw CommandFailure(.badInput, "\(path)\(YAMLFault(error, namesKeys: false))")
    }
    guard let list = root?.mapping?["accounts"]?.sequence, !list.isEmpty else {
      throw CommandFailure(.badInput, "\(path): it has no list `accounts`")
    }
    return try list.enumerated().map { number, node in
      try account(node, "\(path): account \(number + 1)", market)
    }
  }

  private static func account(
    _ node: Node, _ place: String, _ market: ExchangeMarket
  ) throws(CommandFailure) -> AccountSettings {
    guard let mapping = node.mapping else {
      throw CommandFailure(.badInput, "\(place) is no mapping of keys")
    }
    try expect(mapping, ["apiKey", "secret", "publicKey", "keys", "balances"], place)
    var keys = [try key(mapping, place)]
    for (number, node) in (mapping["keys"]?.sequence ?? []).enumerated() {
      let place = "\(place), further key \(number + 1)"
      guard let mapping = node.mapping else {
        throw CommandFailure(.badInput, "\(place) is no mapping of keys")
      }
      try expect(mapping, ["apiKey", "secret", "publicKey"], place)
      keys.append(try key(mapping, place))
    }
    return AccountSettings(
      keys: keys, balances: try market.balances(try balances(mapping, place)))
  }

  private static func expect(
    _ mapping: Node.Mapping, _ known: [String], _ place: String
  ) throws(CommandFailure) {
    for key in mapping.keys where !known.contains(key.string ?? "") {
      throw CommandFailure(
        .badInput,
        "\(place): there is no key `\(key.string ?? "?")`; known: "
          + known.joined(separator: ", "))
    }
  }

  private static func key(
    _ mapping: Node.Mapping, _ place: String
  ) throws(CommandFailure) -> AccountSettings.Key {
    guard let key = mapping["apiKey"]?.string, !key.isEmpty else {
      throw CommandFailure(.badInput, "\(place): it needs an `apiKey`")
    }
    return AccountSettings.Key(apiKey: key, credential: try credential(mapping, place))
  }

  private static func credential(
    _ mapping: Node.Mapping, _ place: String
  ) throws(CommandFailure) -> AccountSettings.Credential {
    switch (mapping["secret"]?.string, mapping["publicKey"]?.string) {
    case (let secret?, nil): .secret(Array(secret.utf8))
    case (nil, let key?): .publicKey(Array(key.utf8))
    default: throw CommandFailure(.badInput, "\(place): it needs a `secret` or a `publicKey`")
    }
  }

  private static func balances(
    _ mapping: Node.Mapping, _ place: String
  ) throws(CommandFailure) -> [String: Money] {
    guard let node = mapping["balances"] else { return [:] }
    var found: [String: Money] = [:]
    for (key, value) in node.mapping ?? [:] {
      guard let code = key.string, let number = value.scalar.flatMap({ Decimal64($0.string) }),
        let units = number.rescaled(to: 8), units.exact, units.mantissa >= 0
      else {
        throw CommandFailure(
          .badInput, "\(place): `balances.\(key.string ?? "?")` is no amount of an asset")
      }
      found[code] = Money(units: Int128(units.mantissa) * Int128(powerOfTen(Money.scale - 8)))
    }
    return found
  }
}
