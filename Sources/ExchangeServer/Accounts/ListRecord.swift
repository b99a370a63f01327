/// A list of orders that were placed together (OCO, OTO, OTOCO) as its account remembers it.

internal import TradingCore

/// An order list.
struct ListRecord: NumberedRecord, Sendable {
  /// How far it is.
  enum Stage: Sendable {
    /// Its orders are on their way to the matching.
    case asked
    /// They were taken.
    case executing
    case done
  }

  enum Contingency: String, Sendable {
    case oco = "OCO"
    case oto = "OTO"
  }

  let id: Int64
  let contingency: Contingency
  let clientID: String
  let instrument: InstrumentID
  let orders: [Int64]
  let created: Timestamp
  var updated: Timestamp
  var stage = Stage.asked

  var isOpen: Bool { stage != .done }
  private var statusType: String { isOpen ? "EXEC_STARTED" : "ALL_DONE" }
  private var orderStatus: String { isOpen ? "EXECUTING" : "ALL_DONE" }

  /// The list as REST and the WebSocket API write it.
  /// - Parameter clientIDs: of its orders, in their order.
  func write(_ market: PublicMarket, clientIDs: [String], into json: inout JSONText) {
    json.set("orderListId", id)
    json.set("contingencyType", contingency.rawValue)
    json.set("listStatusType", statusType)
    json.set("listOrderStatus", orderStatus)
    json.set("listClientOrderId", clientID)
    json.set("transactionTime", updated.milliseconds)
    json.set("symbol", market.symbol)
    json.set("orders", array: zip(orders, clientIDs)) { json, order in
      json.object { json in
        json.set("symbol", market.symbol)
        json.set("orderId", order.0)
        json.set("clientOrderId", order.1)
      }
    }
  }

  /// The `listStatus` event of the user data stream.
  /// - Parameter isUpdate: whether nothing but a client id has changed.
  func event(
    _ market: PublicMarket, clientIDs: [String], isUpdate: Bool, at time: Timestamp
  ) -> [UInt8] {
    JSONText.object { json in
      json.set("e", "listStatus")
      json.set("E", time.milliseconds)
      json.set("s", market.symbol)
      json.set("g", id)
      json.set("c", contingency.rawValue)
      json.set("l", isUpdate ? "UPDATED" : statusType)
      json.set("L", orderStatus)
      json.set("r", "NONE")
      json.set("C", clientID)
      json.set("T", updated.milliseconds)
      json.set("O", array: zip(orders, clientIDs)) { json, order in
        json.object { json in
          json.set("s", market.symbol)
          json.set("i", order.0)
          json.set("c", order.1)
        }
      }
    }
  }
}
