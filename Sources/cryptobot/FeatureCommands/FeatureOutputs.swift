/// Where a table of features goes: CSV, SQLite or both, complete or not at all.

import Research
import Store
import TradingCore

struct FeatureOutputs {
  private let csv: ByteOutput?
  private let store: FeatureStore?

  /// - Parameters:
  ///   - csv: a path, or `-` for stdout.
  ///   - every: what the user said of when there are rows.
  /// - Throws: `CommandFailure`, `ReportError` and `StoreError` where a file cannot be made.
  init(
    csv: String?, sqlite: String?, replacing: Bool, request: FeatureRequest, every: String,
    journal: String
  ) throws {
    for path in [csv, sqlite].compactMap(\.self) where path != "-" {
      try OutputFolder.make(above: path)
    }
    self.csv = try csv.map { try ByteOutput(path: $0 == "-" ? nil : $0, replacing: replacing) }
    store = try sqlite.map { path in
      try FeatureStore(
        path: path, columns: FeatureOutputs.columns(request),
        about: [("journal", journal), ("every", every), ("build", Version.text)])
    }
    self.csv?.buffer.append(contentsOf: FeatureText.header(request).utf8)
  }

  func write(_ row: FeatureRow) throws {
    if let csv {
      csv.buffer.append(contentsOf: FeatureText.line(row).utf8)
      try csv.drain()
    }
    try store?.append(
      time: row.time, sequence: row.sequence, symbol: row.symbol, numbers: row.numbers)
  }

  /// Gives the files their names.
  func finish() throws {
    try csv?.finish()
    try store?.finish()
  }

  private static func columns(_ request: FeatureRequest) -> [FeatureStore.Column] {
    let features = request.choices.flatMap(\.columns).map { column in
      let set = zip(column.values.parameters, column.values.values)
      return FeatureStore.Column(
        name: column.name, feature: column.entry.name,
        parameters: set.map { "\($0.name)=\(plainText($1))" }.joined(separator: ","),
        unit: column.unit.rawValue,
        inputs: column.entry.inputs.map(\.rawValue).joined(separator: ","),
        meaning: column.entry.summary, source: column.entry.source, looksAhead: false)
    }
    let labels = request.labels.map { label in
      FeatureStore.Column(
        name: label.name, feature: "label",
        parameters: "horizon=\(plainText(label.horizon.seconds))", unit: "", inputs: "quotes",
        meaning: FeatureLabel.meaning, source: "", looksAhead: true)
    }
    return features + labels
  }
}
