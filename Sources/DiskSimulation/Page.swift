/// One page of a simulated disk. Its bytes never change, so copies of a disk share their pages and
/// cost little; a page of zeros is no object at all.
import Glibc
import Synchronization
import TradingCore

package final class Page: Sendable {
  /// The page's bytes; as many as the disk's pages have.
  package let bytes: [UInt8]
  /// A number no other page of this process has, for telling disks apart without reading them.
  package let id: UInt64

  private static let made = Atomic<UInt64>(1)

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    id = Self.made.wrappingAdd(1, ordering: .relaxed).oldValue
  }

  /// Bytes that no writer wrote; the same page for the same seed modulo 64.
  package static func garbage(_ seed: Int, count: Int) -> Page {
    (count == 512 ? smallGarbage : garbage)[seed & 63]
  }

  private static let garbage = (0..<64).map { makeGarbage(UInt64($0), count: 4_096) }
  private static let smallGarbage = (0..<64).map { makeGarbage(UInt64($0), count: 512) }

  private static func makeGarbage(_ seed: UInt64, count: Int) -> Page {
    var numbers = RandomSource(seed: seed, label: "garbage")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let word = numbers.next()
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * shift))) }
    }
    return Page(bytes)
  }
}

extension Page? {
  /// The page's number, 0 for zeros.
  package var id: UInt64 { self?.id ?? 0 }

  /// Whether both hold the same bytes.
  func isSame(as other: Page?) -> Bool {
    if id == other.id { return true }
    guard let bytes = self?.bytes ?? other?.bytes else { return true }
    let zeros = [UInt8](repeating: 0, count: bytes.count)
    return (self?.bytes ?? zeros) == (other?.bytes ?? zeros)
  }

  /// The page with `bytes` in place of its own from `start` on, `size` bytes long in all.
  func replacing(from start: Int, with bytes: UnsafeRawBufferPointer, size: Int) -> Page? {
    if start == 0, bytes.count == size, bytes.isZeros { return nil }
    var whole = self?.bytes ?? [UInt8](repeating: 0, count: size)
    whole.withUnsafeMutableBytes { target in
      UnsafeMutableRawBufferPointer(rebasing: target[start..<start + bytes.count])
        .copyMemory(from: bytes)
    }
    return Page(whole)
  }

  /// The page with zeros from `start` on.
  func cut(at start: Int) -> Page? {
    guard let page = self, start > 0 else { return nil }
    return Page(page.bytes[..<start] + [UInt8](repeating: 0, count: page.bytes.count - start))
  }
}

extension UnsafeRawBufferPointer {
  /// Whether every byte is zero.
  fileprivate var isZeros: Bool {
    guard let base = baseAddress, count > 1 else { return allSatisfy { $0 == 0 } }
    return self[0] == 0 && memcmp(base, base + 1, count - 1) == 0
  }
}
