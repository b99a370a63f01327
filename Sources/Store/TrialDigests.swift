/// Digests of what is kept of a trial, one for each table it stands in, so that a row which somebody changed
/// is not believed and the table can be named.
///
/// They are no signature: who changes a row and its digest is believed. They tell an edit, a merge or a
/// bad copy from what was written.

import TradingCore

struct TrialDigests: Equatable {
  /// Of the row in `trials`, those in `trial_values` and those in `trial_metrics`: 16 hex digits each.
  let row: String
  let values: String
  let metrics: String

  /// The columns of `trials` that hold them.
  static let columns = ["digest", "values_digest", "metrics_digest"]

  init(row: String, values: String, metrics: String) {
    (self.row, self.values, self.metrics) = (row, values, metrics)
  }

  /// Of a trial as it is written. O(size).
  init(_ trial: TrialRecord, of study: String) {
    row = Self.digest(study, trial.number) { bytes in
      Self.append(trial.score, to: &bytes)
      bytes.append(bytes: trial.reason.utf8)
      bytes.append(bytes: (trial.fingerprintText ?? "").utf8)
      bytes.append(trial.curve.count)
      for value in trial.curve { bytes.append(value) }
      bytes.append(trial.curveStride)
    }
    values = Self.digest(study, trial.number) { bytes in
      for value in trial.values { Self.append(value, to: &bytes) }
      for text in trial.texts { bytes.append(bytes: text.utf8) }
    }
    metrics = Self.digest(study, trial.number) { bytes in
      for figure in trial.figures {
        Self.append(figure.value, to: &bytes)
        bytes.append(bytes: figure.reason.utf8)
      }
    }
  }

  /// As they stand in a row.
  var cells: [Cell] { [row, values, metrics] }

  private static func digest(
    _ study: String, _ number: Int, _ append: (inout CanonicalBytes) -> Void
  ) -> String {
    var bytes = CanonicalBytes()
    bytes.append(bytes: study.utf8)
    bytes.append(number)
    append(&bytes)
    return hexadecimal(bytes.fingerprint)
  }

  /// SQLite keeps no sign of a zero in a column of numbers.
  private static func append(_ value: Double?, to bytes: inout CanonicalBytes) {
    bytes.append(value != nil)
    bytes.append((value ?? 0) + 0)
  }
}
