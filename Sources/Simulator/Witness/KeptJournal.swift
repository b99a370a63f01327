/// A simulated journal as files, for whoever wants to look at it.

import DiskSimulation
import Journal

extension DiskImage {
  /// Writes the files of a folder into a real one, which must not exist.
  /// - Throws: `.exists`, `.io`.
  func copy(_ folder: String, to path: String) throws(JournalError) {
    let disk = SystemDisk()
    guard !disk.exists(path) else { throw .exists(path: path) }
    do throws(SystemError) {
      try disk.makeFolder(path)
      for name in names(folder) {
        try disk.put(contents(folder + "/" + name), as: path + "/" + name)
      }
    } catch { throw .io(operation: "write", path: path, code: error.code) }
  }
}

extension SystemDisk {
  fileprivate func put(_ bytes: [UInt8], as path: String) throws(SystemError) {
    let file = try open(path, .create)
    var done = 0
    while done < bytes.count {
      done += try bytes.withUnsafeBytes { (buffer) -> Result<Int, SystemError> in
        guard let base = buffer.baseAddress else { return .success(0) }
        return Result { () throws(SystemError) in
          try file.write(base + done, count: buffer.count - done, at: UInt64(done))
        }
      }.get()
    }
  }
}
