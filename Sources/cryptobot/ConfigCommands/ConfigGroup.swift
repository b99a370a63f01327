/// `cryptobot config …`: what is set, by whom, and what can be.

import ArgumentParser
import Research

struct ConfigGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Settings: what holds and where it comes from.",
    discussion: """
      An option goes over the environment, that over config.env, that over the default. config.env is \
      read in the current folder, or where --config-file or CRYPTOBOT_CONFIG names it; it has lines \
      NAME=value, comments behind #, and values in quotes over several lines where they need them. Every \
      line is understood or refused. A file with a secret in it that others may read is refused as well, \
      as ssh refuses a key: chmod 600.

      Only the verbs that reach a venue read settings: what `replay`, `optimize` and `audit` find depends \
      on the scenario and the journal alone.
      """,
    subcommands: [ConfigShow.self, ConfigKeys.self, ConfigTemplate.self],
    defaultSubcommand: ConfigShow.self)
}

struct ConfigShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Every setting as it holds, with its source; secrets are masked.",
    discussion: """
      Takes the options of `trade`, to see what they would change.

      Examples:
        cryptobot config show
        TRADING_MODE=live cryptobot config show --no-testnet
        cryptobot config show --config-file desk.env --json
      """)

  @OptionGroup var settings: ConfigurationOptions

  @OptionGroup var logging: LogOptions

  @OptionGroup var trading: TradingOptions

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  func run() throws {
    #if Live
      let configured = try Configured(settings, logging, trading.values())
      try Output.result(json ? configured.json.text() : configured.text)
    #else
      throw CommandFailure.noNetwork
    #endif
  }
}

struct ConfigKeys: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Every setting that there is: default, range, option, who reads it, meaning.",
    discussion: """
      Example:
        cryptobot config keys
      """)

  @Flag(help: "Write JSON with stable keys.")
  var json = false

  func run() throws {
    try Output.result(json ? ConfigurationWords.json.text() : ConfigurationWords.table)
  }
}

struct ConfigTemplate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "A config.env to begin with: every setting, explained and commented out.",
    discussion: """
      Example:
        (umask 077; cryptobot config template > config.env)
      """)

  func run() throws { try Output.result(ConfigurationWords.template) }
}
