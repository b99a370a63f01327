/// Orders in Coinbase's language: placed, checked, edited and canceled over HTTP. Source:
/// docs.cdp.coinbase.com, "Create order", "Preview order", "Edit order", "Cancel orders".

internal import TradingCore

extension ExchangeDesk {
  /// Orders that one request cancels at most.
  private static let mostCanceled = 100

  /// `POST orders`. A client id that was used before places nothing: its order is answered.
  mutating func placeCoinbase(
    _ body: RequestParameters, _ trader: Int, at now: Timestamp
  ) -> HTTPAnswer {
    guard let name = body["client_order_id"], !name.isEmpty else {
      return Self.coinbaseError(400, "INVALID_ARGUMENT", "client_order_id is required")
    }
    do throws(CoinbaseReason) {
      let form = try OrderForm(coinbase: body, in: markets)
      let index: Int
      if let old = traders[trader].index(ofClient: name) {
        index = old
      } else {
        index = try enterCoinbase(form, trader, at: now)
      }
      return HTTPAnswer(200, coinbasePlaced(traders[trader][index], body))
    } catch {
      return HTTPAnswer(
        200,
        JSONText.object { json in
          json.set("success", false)
          json.set("error_response") { error.write(into: &$0) }
          Self.writeConfiguration(body, into: &json)
        })
    }
  }

  private mutating func enterCoinbase(
    _ form: OrderForm, _ trader: Int, at now: Timestamp
  ) throws(CoinbaseReason) -> Int {
    do throws(EntryRefusal) { return try admit(form, trader, at: now) } catch {
      throw error.reason.coinbase
    }
  }

  private func coinbasePlaced(_ order: OrderRecord, _ body: RequestParameters) -> [UInt8] {
    JSONText.object { json in
      json.set("success", true)
      json.set("success_response") { json in
        json.set("order_id", CoinbaseID.order.text(order.id))
        json.set("product_id", body["product_id"] ?? "")
        json.set("side", order.terms.side.word)
        json.set("client_order_id", order.placedAs)
      }
      Self.writeConfiguration(body, into: &json)
    }
  }

  private static func writeConfiguration(_ body: RequestParameters, into json: inout JSONText) {
    guard let text = body["order_configuration"] else { return }
    json.set("order_configuration", raw: Array(text.utf8))
  }

  /// `POST orders/preview`: everything but the placing, and the complaint where there is one.
  func previewCoinbase(
    _ body: RequestParameters, _ trader: Int, at now: Timestamp
  ) -> HTTPAnswer {
    var complaint: CoinbaseReason?
    do throws(CoinbaseReason) {
      let form = try OrderForm(coinbase: body, in: markets)
      complaint = traders[trader].venue.objection(to: form.terms, at: now)?.coinbase
    } catch { complaint = error }
    let market = markets.coinbaseNamed(body["product_id"] ?? "")
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("errs", strings: complaint.map { [$0.ofPreview] } ?? [])
        json.set("warning", strings: [])
        guard let market else { return }
        json.set("best_bid", market.grid.text(top(market.id).bidPrice))
        json.set("best_ask", market.grid.text(top(market.id).askPrice))
      })
  }

  // MARK: Changing

  /// `POST orders/batch_cancel`.
  mutating func cancelCoinbase(
    _ body: RequestParameters, _ trader: Int, at now: Timestamp
  ) -> HTTPAnswer {
    guard let text = body["order_ids"], let ids = try? JSONForm.elements(Array(text.utf8)),
      (1...Self.mostCanceled).contains(ids.count)
    else {
      return Self.coinbaseError(
        400, "INVALID_ARGUMENT", "order_ids is a list of 1 to \(Self.mostCanceled) ids")
    }
    let failures = ids.map { (id: $0, failure: cancelCoinbase($0, trader, at: now)) }
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("results", array: failures) { json, result in
          json.object { json in
            json.set("success", result.failure == nil)
            json.set("failure_reason", result.failure ?? "UNKNOWN_CANCEL_FAILURE_REASON")
            json.set("order_id", result.id)
          }
        }
      })
  }

  /// Cancels one order.
  /// - Returns: why it was not; `nil` when it was.
  private mutating func cancelCoinbase(
    _ id: String, _ trader: Int, at now: Timestamp
  ) -> String? {
    guard let index = coinbaseIndex(id, trader) else { return "UNKNOWN_CANCEL_ORDER" }
    let order = traders[trader][index]
    guard order.isOpen else {
      return order.status == .filled ? "ORDER_IS_FULLY_FILLED" : "UNKNOWN_CANCEL_ORDER"
    }
    cancel(order, order.clientID, trader, at: now)
    return nil
  }

  /// `POST orders/edit`: a smaller size at the price that stands.
  mutating func editCoinbase(
    _ body: RequestParameters, _ trader: Int, at now: Timestamp
  ) -> HTTPAnswer {
    let failure = shrinkCoinbase(body, trader, at: now)
    return HTTPAnswer(
      200,
      JSONText.object { json in
        json.set("success", failure == nil)
        json.set("errors", array: failure.map { [$0] } ?? []) { json, failure in
          json.object { $0.set("edit_failure_reason", failure) }
        }
      })
  }

  private mutating func shrinkCoinbase(
    _ body: RequestParameters, _ trader: Int, at now: Timestamp
  ) -> String? {
    guard let index = coinbaseIndex(body["order_id"] ?? "", trader) else {
      return "ORDER_NOT_FOUND"
    }
    let order = traders[trader][index]
    guard order.terms.type == .limit, order.terms.timeInForce == .goodTillCanceled else {
      return "ONLY_LIMIT_ORDER_EDITS_SUPPORTED"
    }
    guard let price = try? order.grid.price(body["price"] ?? "", "price"),
      price == order.terms.price
    else { return "INVALID_EDITED_PRICE" }
    guard let size = try? order.grid.quantity(body["size"] ?? "", "size"),
      size < order.terms.quantity
    else { return "INVALID_EDITED_SIZE" }
    guard size > order.executed else { return "CANNOT_EDIT_TO_BELOW_FILLED_SIZE" }
    do throws(APIError) {
      try shrink(index, to: size, as: order.clientID, trader, at: now)
      return nil
    } catch {
      return "COMMANDER_REJECTED_EDIT_ORDER"
    }
  }

  /// The place of an order by Coinbase's id.
  func coinbaseIndex(_ id: String, _ trader: Int) -> Int? {
    CoinbaseID.order.number(id).flatMap { traders[trader].index(of: $0) }
  }
}
