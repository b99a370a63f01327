/// What an import found worth telling: instruments with their grids, notices, gaps.

import Research
import TradingCore

struct ImportTally {
  private(set) var events: UInt64 = 0
  private var names = Names()
  private var definitions: [InstrumentDefinition] = []
  private var notices: [(text: String, count: UInt64)] = []

  mutating func take(_ batch: borrowing EventBatch) {
    events += UInt64(batch.events.count)
    for event in batch.events {
      switch event.body {
      case .instrument(let definition): definitions.append(definition)
      case .notice(let notice): add("\(notice.code)", notice.instrument, notice.count)
      case .gap(let gap): add("gap, \(gap.reason)", gap.instrument, gap.count)
      default: break
      }
      names.learn(event)
    }
  }

  private mutating func add(_ what: String, _ instrument: InstrumentID, _ count: UInt64) {
    let text = names.symbol(instrument).map { "\(what) (\($0))" } ?? what
    if let index = notices.firstIndex(where: { $0.text == text }) {
      notices[index].count += count
    } else {
      notices.append((text, count))
    }
  }

  /// One line for each instrument and each kind of notice.
  var lines: [String] {
    let instruments = definitions.map { definition in
      "\(names.symbol(definition.instrument) ?? ""): tick "
        + "\(definition.text(Price(ticks: 1))), lot \(definition.text(Quantity(lots: 1))), "
        + "\(definition.origin)"
    }
    return instruments + notices.map { "\($0.text): \(NumberText.grouped($0.count))" }
  }

  var json: JSONValue {
    .object(notices.map { ($0.text, .count($0.count)) })
  }
}
