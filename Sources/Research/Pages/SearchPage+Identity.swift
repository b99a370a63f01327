/// The end of a search's page: what its figures on luck mean, and everything that makes it again.

internal import TradingCore

extension SearchPage {
  /// What the three probabilities are, and on what they rest.
  var honesty: String {
    let honesty = report.honesty
    let rows: [(String, Figure, String)] = [
      (
        "PSR", honesty.probabilistic,
        "Probabilistic Sharpe ratio (Bailey, López de Prado 2012): how probable it is that the best "
          + "trial's true Sharpe ratio is above 0, were it the only one tried."
      ),
      (
        "DSR", honesty.deflated,
        "Deflated Sharpe ratio (Bailey, López de Prado 2014): the same against what the best of so many "
          + "trials shows without any skill. Below 95 % the result may well be luck."
      ),
      (
        "PBO", honesty.overfitting,
        "Probability of backtest overfitting (Bailey, Borwein, López de Prado, Zhu 2017): how often the "
          + "best trial of one half of the time is below the middle on the other half. Above 50 % "
          + "choosing by score does harm."
      ),
      (
        "Loss outside", honesty.lossOutside,
        "How often the trial chosen on one half of the time lost money on the other."
      ),
    ]
    let items = rows.map { name, figure, meaning in
      let value =
        figure.value.map { "<b>\(HTMLText.number(NumberText.percent($0)))</b>" }
        ?? "<span class=\"none\">n/a: \(HTMLText.escape(figure.reason))</span>"
      return (name, "\(value) <small>\(HTMLText.escape(meaning))</small>")
    }
    let alike =
      honesty.effectiveTrials.value.map {
        "; by their correlation as many as \(NumberText.fixed($0, 1)) unlike ones"
      } ?? ""
    let base =
      "From the equity of \(NumberText.counted(honesty.trials, "trial")), "
      + "\(NumberText.counted(honesty.returns, "return")) each\(alike)."
    return HTMLPage.list("How much may be luck", items, extra: "<p class=\"under\">\(base)</p>")
  }

  /// Everything that makes this search, and its best trial, again.
  var repeating: String {
    study.pageIdentity(
      "Which search this is",
      commands: [
        ("Search", command), ("Best trial", report.best.map { report.command(for: $0) } ?? ""),
      ], fingerprint: report.fingerprint)
  }
}
