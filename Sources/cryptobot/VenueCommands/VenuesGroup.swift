/// `cryptobot venues …`: which exchanges there are, what can be done at each, and how a market looks.

import ArgumentParser
import Dialects
import Exchanges
import Research

struct VenuesGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "venues",
    abstract:
      "List the venues, show what each can do, and look at a market of one or at an account there.",
    subcommands: [VenuesList.self, VenuesShow.self, VenuesMarket.self, VenuesAccount.self],
    defaultSubcommand: VenuesList.self)
}

struct VenuesList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "One line for each venue.",
    discussion: """
      Example:
        cryptobot venues list
      """)

  @Flag(help: "Write JSON, with all that `show` says.")
  var json = false

  func run() throws {
    let profiles = VenueRegistry.entries.map(\.profile)
    try Output.result(
      json ? JSONValue.array(profiles.map(\.json)).text() : VenueWords.table(profiles))
  }
}

struct VenuesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "A venue's streams, abilities, addresses and keys.",
    discussion: """
      Example:
        cryptobot venues show binance
      """)

  @Argument(help: "The venue's name.", completion: .list(VenueRegistry.names))
  var name: String

  @Flag(help: "Write JSON.")
  var json = false

  func run() throws {
    let profile = try VenueRegistry.entry(name).profile
    try Output.result(json ? profile.json.text() : VenueWords.text(profile))
  }
}
