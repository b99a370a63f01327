/// Parameters of a strategy on their way down: one that needs less of a past decides in a shorter journal.

internal import TradingCore

extension ShrinkItem {
  /// The setting of a parameter with lower values, the lowest first; none for other items.
  func lowered(among items: [ShrinkItem]) -> [ShrinkItem] {
    guard case .configure(let change) = facts[0].event.body, change.setting == .strategyParameter,
      let parameter = ShrinkItem.parameter(change, items), parameter.type != .flag
    else { return [] }
    let value = Double(bitPattern: UInt64(bitPattern: change.value))
    var steps: [Double] = []
    var step = parameter.minimum
    while step < value, steps.count < ShrinkItem.mostSteps {
      steps.append(step)
      let middle = (step + value) / 2
      step = parameter.type == .whole ? middle.rounded(.up) : middle
    }
    return steps.map { step in
      var (item, lower) = (self, change)
      lower.value = Int64(bitPattern: step.bitPattern)
      item.facts[0].event.body = .configure(lower)
      return item
    }
  }

  /// Values tried on the way from the lowest up, each halfway to what there is.
  private static let mostSteps = 8

  /// What the setting sets: a parameter of its book's strategy.
  private static func parameter(_ change: Configure, _ items: [ShrinkItem]) -> Parameter? {
    for item in items {
      guard case .configure(let other) = item.facts[0].event.body, other.setting == .strategy,
        other.book == change.book, StrategyRegistry.all.indices.contains(Int(clamping: other.value))
      else { continue }
      let entry = StrategyRegistry.all[Int(clamping: other.value)]
      let parameters =
        entry.recipe == nil ? entry.parameters : composed(change.book, items)?.parameters ?? []
      return Int(change.place) < parameters.count ? parameters[Int(change.place)] : nil
    }
    return nil
  }

  /// The strategy of a book's last recipe; `nil` where what is left of it means nothing.
  private static func composed(_ book: BookID, _ items: [ShrinkItem]) -> StrategyEntry? {
    var utf8: [UInt8] = []
    for item in items {
      for fact in item.facts {
        guard case .text(let text) = fact.event.body, text.subject == .recipe,
          text.id == UInt16(book.raw)
        else { continue }
        if text.flags.contains(.first) { utf8.removeAll() }
        utf8 += text.utf8
      }
    }
    do throws(RecipeError) {
      return try StrategyEntry(recipe: String(decoding: utf8, as: UTF8.self))
    } catch { return nil }
  }
}
