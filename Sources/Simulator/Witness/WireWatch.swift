/// Looks at every frame that leaves for the venue on the account's connection: no order whose intent the
/// journal does not have, and none under a name that was used before.

import Journal
import TradingCore

final class WireWatch {
  /// 16 hexadecimal digits that the names of the journal's orders begin with.
  var prefix = ""
  private var sent: Set<UInt64> = []
  private unowned let run: SimulationRun
  private var random: RandomSource

  init(_ run: SimulationRun) {
    self.run = run
    random = run.stage.random("proofs")
  }

  func sees(_ frame: [UInt8], life: Life) {
    let text = String(decoding: frame, as: UTF8.self)
    guard
      text.contains("\"order.place\"") || text.contains("\"orderList.place")
        || text.contains("\"order.cancelReplace\"")
    else { return }
    for id in newOrders(in: text) { check(id, life) }
  }

  /// The orders that a request places, by their names.
  private func newOrders(in text: String) -> [UInt64] {
    var ids: [UInt64] = []
    for part in text.split(separator: ",") where part.contains(prefix) {
      guard !part.contains("rigClientOrderId") else { continue }
      let digits = part.split(separator: "\"").last { $0.hasPrefix(prefix) && $0.utf8.count == 32 }
      if let digits, let id = UInt64(digits.suffix(16), radix: 16) { ids.append(id) }
    }
    return ids
  }

  private func check(_ id: UInt64, _ life: Life) {
    let stage = run.stage
    stage.tell("→ order \(id)")
    guard sent.insert(id).inserted else {
      return stage.fail("asked-once", "order \(id) was sent again")
    }
    guard case .order? = run.record[id]?.body else {
      return stage.fail("order-has-intent", "order \(id) was sent and is no order of the journal")
    }
    guard run.record.durable >= id else {
      return stage.fail(
        "durable-before-sent",
        "order \(id) was sent when the journal had only \(run.record.durable) on the disk")
    }
    if random.chance(0.1) { run.proveDurable(id, on: life.disk) }
  }
}
