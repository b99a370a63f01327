/// What must hold in every simulation: when a journal is opened, when an order leaves, and at the end.

import DiskSimulation
import ExchangeServer
import Journal
import TradingCore

extension SimulationRun {
  /// A journal was opened; what it holds is compared with what was handed to it.
  func opened(
    _ life: Life, first: Sequence64, _ recovered: [RecoveredSegment], before: DiskImage
  ) {
    note(recovered, isNew: first == 1 && before.names(Life.path).isEmpty)
    let kept = isAfterLoss ? record.durable : record.written
    let promised = sound == nil ? kept : record.vouched
    let last = first - 1
    guard last >= promised else {
      return stage.fail(
        "keeps-what-was-promised",
        "the journal ends at event \(last), and \(promised) was said to be "
          + (isAfterLoss ? "durable" : "written"))
    }
    isAfterLoss = false
    expectPrefix(life.disk.image, last)
    record.goBack(to: last)
    if random.chance(0.25) { expectIdempotence(before) }
    if let problem = exchangeDisagrees { stage.fail("order-has-intent", problem) }
  }

  private func note(_ recovered: [RecoveredSegment], isNew: Bool) {
    if recovered.isEmpty { stage.paths.count(.recovery(isNew ? .new : .sealed)) }
    for segment in recovered {
      stage.paths.count(.recovery(segment.cutBytes > 0 ? .torn : .whole))
    }
  }

  /// The journal holds exactly the first events that were handed to it.
  private func expectPrefix(_ image: DiskImage, _ last: Sequence64) {
    guard last <= record.last else {
      return stage.fail(
        "journal-is-a-prefix", "it has \(last) events, and \(record.last) were handed to it")
    }
    do throws(JournalError) {
      if let wrong = try firstDifference(image, last) {
        stage.fail("journal-is-a-prefix", "event \(wrong) is not the one that was handed to it")
      }
    } catch {
      // Rot is for the process to find, which reads all of it.
      if sound == nil { stage.fail("journal-reads", error.description) }
    }
  }

  private func firstDifference(
    _ image: DiskImage, _ last: Sequence64
  ) throws(JournalError) -> Sequence64? {
    guard last > 0 else { return nil }
    var reader = try JournalReader(
      opening: Life.path, on: SimDisk(image), acceptingOpen: true)
    var batch = EventBatch()
    var sequence: Sequence64 = 0
    while sequence < last, try reader.next(into: &batch) {
      for event in batch.events {
        sequence += 1
        if event != record[sequence] { return sequence }
      }
    }
    return sequence < last ? sequence + 1 : nil
  }

  /// Recovery of what recovery left changes nothing.
  private func expectIdempotence(_ before: DiskImage) {
    do throws(JournalError) {
      let once = SimDisk(before)
      _ = try Recovery.run(in: Life.path, on: once)
      let twice = SimDisk(once.image)
      _ = try Recovery.run(in: Life.path, on: twice)
      if once.image.fingerprint != twice.image.fingerprint {
        stage.fail("recovers-once", "recovery of a recovered journal changes it")
      }
    } catch { stage.fail("recovers-once", error.description) }
  }

  /// Whatever a power cut keeps of the disk as it is now, the order's intent is in the journal.
  func proveDurable(_ id: UInt64, on disk: SimDisk) {
    let worst = SimDisk(CrashChoices(of: disk.image).outcome(0))
    do throws(JournalError) {
      _ = try Recovery.run(in: Life.path, on: worst)
      var reader = try JournalReader(opening: Life.path, on: worst, acceptingOpen: true)
      try reader.seek(to: id)
      var batch = EventBatch()
      guard try reader.next(into: &batch), batch.events.first == record[id] else {
        return stage.fail("durable-before-sent", "order \(id) is another event on the disk")
      }
    } catch {
      guard !hasUnseenRot else { return }
      stage.fail("durable-before-sent", "a power cut would lose order \(id): \(error)")
    }
  }

  /// What the exchange has of ours that the journal does not know.
  var exchangeDisagrees: String? {
    var names: Set<String> = []
    for order in venue.desk.witnessedOrders(of: 0) where order.placedAs.hasPrefix(wire.prefix) {
      guard names.insert(order.placedAs).inserted else { return "\(order.placedAs) is there twice" }
      guard let id = UInt64(order.placedAs.suffix(16), radix: 16),
        case .order(let intent)? = record[id]?.body
      else { return "the exchange has \(order.placedAs), which no event asked for" }
      guard intent.terms.side == order.side, intent.terms.instrument == order.instrument else {
        return "order \(id) is another one at the exchange"
      }
    }
    return nil
  }

  /// The order that the journal asked for under a name; `nil` for a name of nobody's.
  func intent(named name: String) -> Order? {
    guard name.hasPrefix(wire.prefix), let id = UInt64(name.suffix(16), radix: 16),
      case .order(let intent)? = record[id]?.body
    else { return nil }
    return intent
  }

  /// What the session has told and the engine has taken is the same: nothing is lost in between.
  func expectTold(_ told: Account) {
    for index in SimulationSettings.codes.indices {
      let asset = AssetID(UInt16(index))
      let (session, state) = (told.balance(asset), record.state.account.balance(asset))
      guard session != state else { continue }
      return stage.fail(
        "told-is-journalled",
        "\(SimulationSettings.codes[index]): \(session.exactText) was told, the journal has "
          + state.exactText)
    }
  }

  /// What is open at the exchange counts as live here, whatever else is known of it.
  func examineOpenOrders() {
    guard life != nil else { return }
    for order in venue.desk.witnessedOrders(of: 0)
    where order.isOpen && order.placedAs.hasPrefix(wire.prefix) {
      guard let id = UInt64(order.placedAs.suffix(16), radix: 16) else { continue }
      if record.state.orders[OrderID(id)] == nil {
        stage.fail(
          "open-orders-are-live", "order \(id) is open at the exchange and not in the state")
      }
    }
  }

  /// Where the exchange's books and ours differ; `nil` where they agree to the last unit.
  var booksDisagree: String? {
    for (index, code) in SimulationSettings.codes.enumerated() {
      let ours = record.state.account.balance(AssetID(UInt16(index)))
      let theirs = venue.desk.witnessedBalance(of: 0, code) ?? .zero
      if ours != theirs {
        return "\(code): the journal has \(ours.exactText), the exchange \(theirs.exactText)"
      }
    }
    return fillsDisagree
  }

  private var fillsDisagree: String? {
    var told: [Int64] = []
    for event in record.events {
      if case .fill(let fill) = event.body { told.append(fill.tradeID) }
    }
    let traded = venue.desk.witnessedTrades(of: 0).map(\.id)
    if told.sorted() == traded.sorted() { return nil }
    let missing = Set(traded).subtracting(told).sorted().prefix(3)
    let extra = Set(told).subtracting(traded).sorted().prefix(3)
    return "the exchange has \(traded.count) trades, the journal \(told.count) fills"
      + (missing.isEmpty ? "" : "; missing \(Array(missing))")
      + (extra.isEmpty ? "" : "; nowhere else \(Array(extra))")
  }

  /// The last process has ended: its state is the fold of its journal, and the journal verifies.
  func examineTheEnd() {
    if let problem = exchangeDisagrees { return stage.fail("order-has-intent", problem) }
    if state?.fingerprint != record.state.fingerprint {
      return stage.fail("fold-is-the-state", "the engine ended with another state than its journal")
    }
    do throws(JournalError) {
      if let wrong = try firstDifference(image, record.last) {
        return stage.fail("journal-is-a-prefix", "event \(wrong) of the sealed journal differs")
      }
      guard !hasUnseenRot else { return }
      stage.mix(try JournalVerifier.verify(Life.path, on: SimDisk(image)).facts.lastSequence)
    } catch { stage.fail("journal-verifies", error.description) }
    stage.mix(record.state.fingerprint)
  }
}
