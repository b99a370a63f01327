/// Records are what a plain array would be, however they are changed.

import Testing
import TradingCore

@testable import ExchangeServer

private struct Row: NumberedRecord, Equatable {
  let id: Int64
  var isOpen = true
}

struct RecordsTests {
  @Test("Records forget the oldest that are done, and never one that is open", arguments: 0..<8)
  func model(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "records")
    var records = Records<Row>(capacity: 16)
    var model: [Row] = []
    var gone: [Int64] = []
    var last: Int64 = 0
    for _ in 0..<400 {
      switch random.below(4) {
      case 0, 1:
        last += Int64(1 + random.below(3))
        let row = Row(id: last, isOpen: random.chance(0.7))
        let forgotten = records.append(row)
        #expect(forgotten.allSatisfy { !$0.isOpen })
        gone += forgotten.map(\.id)
        model.append(row)
      case 2:
        guard let row = model.randomElement(&random), let index = records.index(of: row.id) else {
          continue
        }
        records[index].isOpen.toggle()
        for place in model.indices where model[place].id == row.id { model[place].isOpen.toggle() }
      default:
        guard let row = model.last, records.index(of: row.id) != nil else { continue }
        #expect(records.remove(row.id) == row)
        model.removeLast()
      }
      #expect(records.all == model.filter { !gone.contains($0.id) })
      #expect(records.allOpen == records.all.filter(\.isOpen))
      #expect(records.forgotten == gone.count)
    }
    #expect(gone.count >= 8)
  }
}

extension [Row] {
  fileprivate func randomElement(_ random: inout RandomSource) -> Row? {
    isEmpty ? nil : self[Int(random.below(UInt64(count)))]
  }
}
