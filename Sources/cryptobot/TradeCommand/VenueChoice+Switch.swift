/// What a scenario wants of a venue's dead man's switch, at a venue that may have none.

#if Live
  import Dialects
  import Exchanges
  import Research

  extension VenueChoice {
    /// The switch that a live run keeps; `nil` for none.
    /// - Parameter file: the scenario's.
    /// - Throws: `CommandFailure` where one is wanted and the venue has none, `ExchangesError` for an unknown
    ///   venue.
    func keptSwitch(_ file: String) throws -> DeadMansSwitch? {
      let usual = try VenueRegistry.entry(name).profile.deadMansSwitch
      switch deadMansSwitch {
      case .off: return nil
      case .usual: return usual.map { DeadMansSwitch(after: $0, sparesOrders: !cancelsOnExit) }
      case .after(let span):
        guard usual != nil else {
          throw CommandFailure(
            .badInput,
            "\(file): `deadMansSwitch`: \(name) has none; leave it out (`cryptobot venues list` says which have)"
          )
        }
        return DeadMansSwitch(after: span, sparesOrders: !cancelsOnExit)
      }
    }
  }
#endif
