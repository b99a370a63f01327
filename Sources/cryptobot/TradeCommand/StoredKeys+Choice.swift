/// Which account of the key store is meant at each of a run's venues.

#if Live
  import Exchanges
  import Store

  extension StoredKeys {
    /// The accounts at some venues, in their order. A venue with one account needs no name.
    /// - Parameters:
    ///   - names: ids or labels of keys, each of one of the venues at least.
    ///   - path: of the store.
    /// - Throws: `CommandFailure` naming all venues without a key, a name that no key has, or a venue at
    ///   which several accounts are meant.
    static func accounts(
      at venues: [String], named names: [String], in records: [KeyRecord], of path: String
    ) throws(CommandFailure) -> [StoredAccount] {
      let usable = records.filter { $0.isUsable(at: WallClock.now) }
      for name in names
      where !usable.contains(where: { venues.contains($0.venue) && $0.answers(to: name) }) {
        throw none(for: venues, "answers to `\(name)`", path)
      }
      let missing = venues.filter { venue in !usable.contains { $0.venue == venue } }
      guard missing.isEmpty else { throw none(for: missing, "works", path) }
      var accounts: [StoredAccount] = []
      for venue in venues {
        accounts.append(
          try account(at: venue, named: names, usable.filter { $0.venue == venue }, of: path))
      }
      return accounts
    }

    private static func none(
      for venues: [String], _ what: String, _ path: String
    ) -> CommandFailure {
      CommandFailure(
        .refused,
        "\(path): no key for \(venues.joined(separator: ", ")) \(what); `cryptobot keys list` shows all, "
          + "`keys add` puts one in", .configuration)
    }

    private static func account(
      at venue: String, named names: [String], _ usable: [KeyRecord], of path: String
    ) throws(CommandFailure) -> StoredAccount {
      let meant = usable.filter { record in names.contains { record.answers(to: $0) } }
      let labels = Set((meant.isEmpty ? usable : meant).map(\.label)).sorted()
      guard labels.count == 1 else {
        throw CommandFailure(
          .usage,
          "\(path) has several accounts at \(venue): say --key " + labels.joined(separator: " or "))
      }
      return StoredAccount(venue: venue, label: labels[0])
    }
  }

  extension KeyRecord {
    /// Whether a name that a user gives is its id or its label.
    fileprivate func answers(to name: String) -> Bool { label == name || "\(id)" == name }
  }
#endif
