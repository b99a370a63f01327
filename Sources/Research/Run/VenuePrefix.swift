/// Names in journals of several venues: a venue's name, a colon, and what the venue itself says.

/// The parts of such a name.
enum VenuePrefix {
  /// What the venue itself says: `USD` of `kraken:USD`; `nil` for a name of a journal of one venue.
  static func own(_ name: String) -> String? {
    name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) }
  }
}
