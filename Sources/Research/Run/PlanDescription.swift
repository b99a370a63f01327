/// What a scenario would run: the plan in words and as JSON.

internal import TradingCore

public struct PlanDescription {
  private var members: [(key: String, label: String, value: String)]

  public init(_ plan: RunPlan) {
    let symbols = plan.strategies.instruments.compactMap { plan.survey.names.symbol($0) }
    let strategies = plan.scenario.strategies.map { choice in
      let parameters = zip(choice.values.parameters, choice.values.values).map {
        "\($0.name)=\(plainText($1))"
      }
      let share = plan.scenario.hasBooks ? ["share=\(plainText(Double(choice.share) / 1e6))"] : []
      return ([choice.name] + parameters + share).joined(separator: " ")
    }
    members = [
      ("name", "scenario", plan.scenario.name), ("source", "source", plan.survey.name),
      ("instruments", "instruments", symbols.joined(separator: ", ")),
      ("from", "from", max(plan.survey.firstTime, plan.scenario.from ?? .distantPast).iso8601),
      ("to", "to", (plan.scenario.to ?? plan.survey.lastTime).iso8601),
      ("strategy", "strategy", strategies.joined(separator: ", ")),
      ("fills", "fills", plan.fillRule.word),
      ("sampleSeconds", "sample", "\(Int64(plan.sampleInterval.seconds)) s"),
    ]
    if let search = plan.scenario.search { members.append(("search", "search", search.text)) }
  }

  /// A line for each.
  public var text: String {
    members.map { member in
      member.label + String(repeating: " ", count: 13 - member.label.count) + member.value
    }.joined(separator: "\n")
  }

  /// The same with stable keys.
  public var json: JSONValue { .object(members.map { ($0.key, .string($0.value)) }) }
}
