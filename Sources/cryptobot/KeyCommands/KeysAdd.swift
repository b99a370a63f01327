/// `cryptobot keys add` and `rotate`: a key comes in, alone or in another's place.

import ArgumentParser
import Exchanges
import Research
import Store
import TradingCore

struct KeysAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Put an account's first key in; makes the store where there is none.",
    discussion: """
      The passphrase that opens the store, of 12 bytes or more, is what a new one is sealed under.

      Examples:
        cryptobot keys add binance < passphrase-and-key.txt
        CRYPTOBOT_API_KEY=… CRYPTOBOT_API_SECRET=… cryptobot keys add binance < passphrase.txt
        cryptobot keys add binance --label second --every 30d < passphrase-and-key.txt
      """)

  @Argument(help: "The venue, as `cryptobot venues` names it.")
  var venue: String

  @Option(help: "Names the account at the venue.")
  var label = "main"

  @Option(help: "How old the key may become before it is rotated.")
  var every = "90d"

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func validate() throws {
    _ = try span(every, of: "--every")
    guard !label.isEmpty, label.utf8.count <= 64, label.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
      UInt32(label) == nil
    else {
      throw ValidationError(
        "--label \(printableLine(label)): a word of at most 64 characters, and no number")
    }
  }

  func run() throws {
    #if Live
      _ = try VenueRegistry.entry(venue)
    #endif
    let path = try store.path()
    let passphrase = try Passphrase.read()
    let material = try KeyMaterial.fromEnvironment() ?? KeyMaterial.fromStandardInput()
    _ = try material.credentials(for: venue)
    if !Files.exists(path) {
      try OutputFolder.make(above: path)
      try KeyStore.create(at: path, passphrase)
    }
    let keys = try store.open()
    let id = try keys.add(
      material, venue: venue, label: label, life: span(every, of: "--every"),
      with: keys.unlock(passphrase), at: WallClock.now)
    try KeyAnswer.write([id], of: keys, isJSON: common.json)
  }
}

struct KeysRotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Put a new key in another's place, which works on for a while.",
    discussion: """
      Make the new key at the venue first. Engines that run with the old one switch to it at once, send \
      orders again when they have seen that it shows the same balances, and lose nothing; should the \
      venue not take it, they go on with the old one until its grace period ends. Revoke the old key at \
      the venue after that.

      Examples:
        cryptobot keys rotate binance < passphrase-and-key.txt
        cryptobot keys rotate 3 --grace 12h < passphrase-and-key.txt
        cryptobot keys rotate second --grace 0 < passphrase-and-key.txt
      """)

  @Argument(help: "The key: its id, its label, or its venue where that has one only.")
  var key: String

  @Option(help: "How long the old key works on; 0 ends it now.")
  var grace = "24h"

  @Option(help: "How old the new key may become; else as old as the old one.")
  var every: String?

  @OptionGroup var store: StoreOptions

  @OptionGroup var common: CommonFlags

  func validate() throws {
    _ = try span(grace, of: "--grace", mayBeZero: true)
    if let every { _ = try span(every, of: "--every") }
  }

  func run() throws {
    let keys = try store.open()
    let old = try keys.records().meant(by: key)
    let passphrase = try Passphrase.read()
    let material = try KeyMaterial.fromEnvironment() ?? KeyMaterial.fromStandardInput()
    _ = try material.credentials(for: old.venue)
    let id = try keys.rotate(
      old.id, to: material, grace: span(grace, of: "--grace", mayBeZero: true),
      life: every.map { try span($0, of: "--every") }, with: keys.unlock(passphrase),
      at: WallClock.now)
    try KeyAnswer.write([old.id, id], of: keys, isJSON: common.json)
  }
}

/// What a step of the store leaves.
enum KeyAnswer {
  /// Shows the keys that a step was about.
  /// - Parameter due: keys that it left in force though their time is over; `nil` where it did not ask.
  static func write(
    _ ids: [UInt32], due: [KeyRecord]? = nil, of store: KeyStore, isJSON: Bool
  ) throws {
    let keys = try store.records().filter { ids.contains($0.id) }
    let lines =
      keys.isEmpty ? "no key was ended" : keys.map { KeyWords.line($0) }.joined(separator: "\n")
    try Output.result(isJSON ? KeyWords.json(keys, due: due, at: WallClock.now).text() : lines)
  }
}
