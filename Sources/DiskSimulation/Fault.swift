/// What can be planted into a simulated disk, and what it writes down about its calls.
import Glibc
package import Journal

/// One call of the disk, for counter-examples.
package struct Operation: Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case open, create, size, read, write, truncate, syncData, sync, lock
    case rename, remove, makeFolder, removeFolder, names, syncFolder, space
  }
  package var kind: Kind
  package var path: String
  package var offset: UInt64 = 0
  package var count = 0

  package var description: String {
    switch kind {
    case .read, .write: "\(kind.rawValue) \(path) \(count) bytes at \(offset)"
    case .truncate: "truncate \(path) to \(offset)"
    default: "\(kind.rawValue) \(path)"
    }
  }
}

/// A failure planted at the n-th call.
package struct Fault: Sendable {
  package enum Kind: Sendable {
    /// The call fails; a sync that fails gives up the pages it was to write.
    case fails(Int32)
    /// A read or write does half of what was asked; any other call is not touched.
    case short
    /// A read gives each page as it was before it last became durable.
    case stale

    /// The call fails as on a disk that is broken.
    package static var broken: Kind { .fails(EIO) }
  }
  package var kind: Kind
  /// The first call that is hit, counted from 0.
  package var operation: Int
  /// Whether every later call is hit too.
  package var isLasting = false

  package init(_ kind: Kind, at operation: Int, isLasting: Bool = false) {
    self.kind = kind
    self.operation = operation
    self.isLasting = isLasting
  }

  /// Throws when the call fails altogether.
  func failure() throws(SystemError) {
    if case .fails(let code) = kind { throw SystemError(code: code) }
  }

  func hits(_ number: Int) -> Bool { isLasting ? number >= operation : number == operation }

  /// The kinds of failure every call can meet, by name.
  package static let kinds: [(name: String, kind: Kind)] = [
    ("EIO", .fails(EIO)), ("ENOSPC", .fails(ENOSPC)), ("EINTR", .fails(EINTR)),
    ("EACCES", .fails(EACCES)), ("short", .short),
  ]
}

extension SystemError {
  /// What every call gets from a machine that has crashed.
  package static let crashed = SystemError(code: ESHUTDOWN)
}
