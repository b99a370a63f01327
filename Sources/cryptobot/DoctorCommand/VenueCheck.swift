/// The machine's clock and the way to a venue.

#if Live
  import Dialects
  import Exchanges
  import Journal
  import Research
  import Store
  import TradingCore

  /// The settings: understood, or why not.
  enum SettingsCheck {
    static func look(_ options: ConfigurationOptions) -> (Configured?, DoctorFinding) {
      do {
        let configured = try Configured(options.values, file: options.configFile)
        let chosen = configured.values.filter(\.source.isChosen).count
        let file = configured.file.map { "; \($0.path) read" } ?? "; no config.env here"
        return (configured, .pass("settings", "\(chosen) set\(file)"))
      } catch {
        return (nil, .fail("settings", error))
      }
    }
  }

  enum ClockCheck {
    /// Beyond this a request's time is outside what venues take.
    static let mostOffset = Interval.second
    /// Beyond this, latencies of a recording mean little.
    static let noticedOffset = Interval(nanoseconds: 250_000_000)

    /// Whether something keeps the clock.
    static var kernel: DoctorFinding {
      guard let keeping = ClockKeeping.now() else {
        return .warn(
          "clock", "the kernel does not say who keeps it", "see whether a time service runs")
      }
      guard keeping.isKept else {
        return .warn(
          "clock", "nothing keeps it: it will drift, and be set in steps",
          "run chrony or systemd-timesyncd")
      }
      let milliseconds = keeping.mostErrorMicroseconds / 1_000
      return .pass("clock", "kept, within \(milliseconds) ms by the kernel's account")
    }
  }

  struct VenueCheck {
    private let venue: String
    private let addresses: VenueAddresses
    private let configured: Configured?
    private let authority: String?

    init(
      _ venue: String, _ addresses: VenueAddresses, _ configured: Configured?, authority: String?
    ) {
      (self.venue, self.addresses) = (venue, addresses)
      (self.configured, self.authority) = (configured, authority)
    }

    var findings: [DoctorFinding] {
      do {
        let entry = try VenueRegistry.entry(venue)
        let isTestnet = configured?.isTestnet(of: venue) ?? (venue == BinanceDialect.name)
        let hosts = try addresses.hosts(of: venue, isTestnet: isTestnet)
        let finding = try entry.probe(
          at: hosts, authority: authority, check: Interrupt.check)
        return [rest(finding, hosts), stream(finding, hosts)] + clock(finding)
      } catch {
        return [.fail("venue \(venue)", error)]
      }
    }

    private static let network = "check the address, the network and any proxy or firewall"

    private func rest(_ finding: VenueFinding, _ hosts: VenueHosts) -> DoctorFinding {
      let check = "venue \(venue) REST"
      guard let roundTrip = finding.roundTrip else {
        return .fail(check, finding.restFailure ?? "\(hosts.rest): no answer", Self.network)
      }
      return .pass(check, "\(hosts.rest) answered in \(Self.milliseconds(roundTrip))")
    }

    private func stream(_ finding: VenueFinding, _ hosts: VenueHosts) -> DoctorFinding {
      let check = "venue \(venue) streams"
      guard let time = finding.streamTime else {
        return .fail(
          check, "\(hosts.market): \(finding.streamFailure ?? "no answer")", Self.network)
      }
      return .pass(check, "\(hosts.market) opened in \(Self.milliseconds(time))")
    }

    private func clock(_ finding: VenueFinding) -> [DoctorFinding] {
      guard let offset = finding.clockOffset else { return [] }
      let check = "clock against \(venue)"
      let distance = Interval(nanoseconds: Int64(clamping: offset.nanoseconds.magnitude))
      let words =
        "\(Self.milliseconds(distance)) \(offset < .zero ? "ahead" : "behind"), "
        + "give or take \(Self.milliseconds(finding.uncertainty))"
      let sure = Interval(nanoseconds: distance.nanoseconds - finding.uncertainty.nanoseconds)
      if sure >= ClockCheck.mostOffset {
        return [
          .fail(
            check, words, "set the clock by a time service such as chrony; orders would be refused")
        ]
      }
      return [
        sure >= ClockCheck.noticedOffset
          ? .warn(check, words, "set the clock by a time service such as chrony")
          : .pass(check, words)
      ]
    }

    private static func milliseconds(_ span: Interval) -> String {
      "\(decimalText(Int128(span.nanoseconds / 10_000), scale: 2)) ms"
    }
  }

  enum VersionCheck {
    static var finding: DoctorFinding {
      do {
        let sqlite = try SQLiteVersion.text()
        return .pass(
          "versions",
          "\(Version.text); SQLite \(sqlite), LZ4 \(LibraryVersions.lz4), \(LibraryVersions.openSSL)"
        )
      } catch {
        return .fail("versions", error)
      }
    }
  }
#endif
