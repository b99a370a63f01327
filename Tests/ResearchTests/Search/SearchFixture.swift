/// Small spaces for tests of the search.

import TradingCore

@testable import Research

/// A dimension as a user writes it, under its own name as key.
func dimension(
  _ name: String, _ text: String, isWhole: Bool? = nil
) throws(SearchError) -> Dimension {
  try Dimension(key: "strategy.parameters.\(name)", name: name, text: text, isWhole: isWhole)
}

/// A space of dimensions such as `fast=2..20`.
func space(_ texts: String..., where constraints: [String] = []) throws(SearchError) -> SearchSpace
{
  var dimensions: [Dimension] = []
  for text in texts {
    let parts = text.split(separator: "=", maxSplits: 1)
    dimensions.append(try dimension(String(parts[0]), String(parts[1])))
  }
  return try SearchSpace(dimensions, where: constraints)
}

/// What a refusal says, empty where there is none.
func searchRefusal(_ make: () throws(SearchError) -> Void) -> String {
  do throws(SearchError) { try make() } catch { return error.message }
  return ""
}

/// Points with scores, numbered from 0.
func judged(_ points: [Point], _ score: (Point) -> Double?) -> [JudgedPoint] {
  points.enumerated().map {
    JudgedPoint(number: $0.offset, point: $0.element, score: score($0.element))
  }
}

/// Asks a sampler generation by generation until there are `count` points or none is left.
func points(
  _ sampler: any Sampler, count: Int, by generation: Int = 8,
  score: (Point) -> Double? = { $0.values.reduce(0, +) }
) -> [Point] {
  var sampler = sampler
  var points: [Point] = []
  while points.count < count {
    let size = min(generation, count - points.count)
    let asked = sampler.ask(size, after: judged(points, score))
    points += asked
    if asked.count < size { break }
  }
  return points
}
