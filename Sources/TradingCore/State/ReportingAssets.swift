/// What equity is counted in: an asset, and the same money at other venues.
///
/// A journal of several venues has a dollar for each of them, for who holds one at one venue cannot pay with
/// it at another. In value they are one.

/// The reporting asset and those that are worth as much.
public struct ReportingAssets: Equatable, Sendable, BitwiseCopyable {
  /// The asset that equity and metrics are counted in.
  public let asset: AssetID
  /// Raw ids, in the order they were told; `AssetID.none` where there are fewer.
  private var twins = SIMD8<UInt16>(repeating: AssetID.none.raw)

  init(_ asset: AssetID = AssetID(0)) { self.asset = asset }

  /// Twins there is room for; one more is not taken.
  public static let mostTwins = 8

  /// Whether an amount of this asset is worth what it says.
  @inline(__always)
  func contains(_ other: AssetID) -> Bool {
    other == asset || (any(twins .== other.raw) && other != .none)
  }

  /// Those that are worth as much, in the order they were told.
  public var others: [AssetID] {
    twins.indices.map { AssetID(twins[$0]) }.filter { $0 != .none }
  }

  /// Takes an asset that is worth as much.
  /// - Returns: false when there is no room.
  mutating func add(_ twin: AssetID) -> Bool {
    guard twin.hasRoom else { return false }
    guard !contains(twin) else { return true }
    guard let free = twins.indices.first(where: { twins[$0] == AssetID.none.raw }) else {
      return false
    }
    twins[free] = twin.raw
    return true
  }
}
