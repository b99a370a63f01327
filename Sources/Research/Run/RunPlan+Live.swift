/// What a run at a venue begins its journal with.

public import TradingCore

extension RunPlan {
  /// Settings, then instruments and assets, then what the account holds: of balances the venue's, not the
  /// scenario's.
  /// - Parameters:
  ///   - definitions: the venue's instruments.
  ///   - account: assets that the venue named beside them, and every balance.
  public func beginning(_ definitions: [Event], account: [Event]) -> [Event] {
    preamble.filter { $0.kind != .balance } + definitions
      + account.filter { $0.kind.isDefinition } + account.filter { $0.kind == .balance }
  }
}
