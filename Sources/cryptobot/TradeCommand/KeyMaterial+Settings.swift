/// A venue's key as the settings have it, in the environment or in config.env.

#if Live
  import Dialects
  import Store

  extension KeyMaterial {
    /// Takes the key for a venue out of where it is; `nil` where nobody set one.
    /// - Parameter isOnly: whether no other venue is traded at, so that a key of any venue is this one's.
    /// - Throws: `CommandFailure` for an id without its secret, or the other way round.
    static func fromSettings(
      _ configured: Configured, for venue: String, isOnly: Bool
    ) throws(CommandFailure) -> KeyMaterial? {
      guard let names = try configured.keyNames(for: venue, isOnly: isOnly),
        let id = configured.take(names.id), var secret = configured.take(names.secret)
      else { return nil }
      let kept = Secret(wiping: &secret)
      return KeyMaterial(apiKey: try text(id, of: names.id.name), secret: kept)
    }
  }
#endif
