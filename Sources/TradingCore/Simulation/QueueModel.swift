/// How much of a falling level stood before an order in its queue.
///
/// The conservative model believes that everything that was canceled stood behind. The probabilistic
/// one shares it by how much stands on either side: P = f(back) ÷ (f(back) + f(front)) is the chance
/// that a canceled lot stood behind. After R. Rigtorp, "Estimating order queue position" (2013), and
/// hftbacktest's `ProbQueueModel`.
enum QueueModel: Equatable, Sendable, BitwiseCopyable {
  case conservative
  /// f(x) = xⁿ
  case power(Double)
  /// f(x) = log(1 + x)
  case logarithm

  /// The model of a fill rule, with what the settings say of the probabilistic one.
  init(_ rule: FillRule, _ queue: QueueRule) {
    guard rule == .bookProbabilistic else {
      self = .conservative
      return
    }
    switch queue.shape {
    case .power: self = .power(Double(queue.exponent) / 1_000_000)
    case .logarithm: self = .logarithm
    }
  }

  /// The chance that a lot canceled from a queue with so many lots before and behind us stood behind.
  func chanceBehind(ahead: Int64, back: Int64) -> Double {
    let (front, rear) = (weight(ahead), weight(back))
    return front + rear > 0 ? rear / (front + rear) : 1
  }

  private func weight(_ lots: Int64) -> Double {
    let lots = Double(max(0, lots))
    return switch self {
    case .conservative: lots
    case .power(let exponent): Elementary.pow(lots, exponent)
    case .logarithm: Elementary.log(1 + lots)
    }
  }

  /// Lots ahead after the level fell from one quantity to another, of which `traded` are known to have
  /// traded and are off `ahead` already. Rounded up to whole lots, at most what is left of the level.
  func ahead(_ ahead: Int64, from before: Int64, to after: Int64, traded: Int64) -> Int64 {
    let most = min(ahead, max(0, after))
    guard self != .conservative else { return most }
    let canceled = before.subtractingClamped(after).subtractingClamped(traded)
    guard canceled > 0, ahead > 0 else { return most }
    let chance = chanceBehind(ahead: ahead, back: before.subtractingClamped(ahead))
    let left = Double(ahead) - (1 - chance) * Double(canceled)
    guard left > 0 else { return 0 }
    return left < Double(most) ? min(most, Int64(left.rounded(.up))) : most
  }
}

extension OrderQueue {
  /// The recorded quantity at a price went from one to another: places in the queue there move up.
  mutating func follow(_ price: Price, from before: Int64, to after: Int64, _ model: QueueModel) {
    var index = self.index(before: price)
    while index < count, self[index].terms.price == price {
      update(index) { order in
        order.ahead = model.ahead(order.ahead, from: before, to: after, traded: order.traded)
        order.traded = 0
      }
      index += 1
    }
  }

  /// The place of the first order at a price, if there is one. O(log n).
  private func index(before price: Price) -> Int { index(after: price, 0) }
}
