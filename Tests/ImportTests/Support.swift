/// What import tests share: temporary inputs, whole imports as arrays, the shared data's place.

import Glibc
import Import
import TradingCore

/// The folder of shared data, when the environment names one.
let sharedFolder: String? = unsafe getenv("CRYPTOBOT_SHARED").map { unsafe String(cString: $0) }

/// A temporary folder that goes away with its last reference.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/cryptobot-import-XXXXXX".utf8CString)
    path = unsafe String(cString: mkdtemp(&template))
  }

  deinit { run(["rm", "-rf", path]) }

  /// Writes `bytes` as a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let target = path + "/" + name
    let handle = unsafe fopen(target, "w")
    unsafe fwrite(bytes, 1, bytes.count, handle)
    unsafe fclose(handle)
    return target
  }

  func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }
}

/// Runs a tool of the system; its exit code.
@discardableResult
func run(_ words: [String], stdin: String? = nil) -> Int32 {
  var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
  var process = pid_t()
  var status: Int32 = -1
  guard unsafe posix_spawnp(&process, words[0], nil, nil, &arguments, environ) == 0 else { return -1 }
  unsafe waitpid(process, &status, 0)
  for unsafe argument in unsafe arguments { unsafe free(argument) }
  return status
}

/// All events of an import.
func events(of request: ImportRequest) throws -> [Event] {
  let importer = try Importer(request)
  var batch = EventBatch()
  var all: [Event] = []
  do {
    while try importer.next(into: &batch) { all += batch.events }
  } catch {
    throw importer.failure ?? ImportError.usage("\(error)")
  }
  return all
}

extension [Event] {
  /// Only what describes the market, gaps included.
  var market: [Event] { filter { $0.kind.isMarket } }
  func count(_ kind: EventKind) -> Int { count { $0.kind == kind } }
  /// The count a notice holds, summed over instruments.
  func notice(_ code: NoticeCode) -> UInt64 {
    reduce(0) { sum, event in
      guard case .notice(let notice) = event.body, notice.code == code else { return sum }
      return sum + notice.count
    }
  }
  /// The texts of a subject in order.
  func texts(_ subject: TextSubject) -> [String] {
    var result: [String] = []
    var bytes: [UInt8] = []
    for event in self {
      guard case .text(let text) = event.body, text.subject == subject else { continue }
      bytes += text.utf8
      if text.flags.contains(.last) {
        result.append(String(decoding: bytes, as: UTF8.self))
        bytes = []
      }
    }
    return result
  }
  var instruments: [InstrumentDefinition] {
    compactMap { if case .instrument(let definition) = $0.body { definition } else { nil } }
  }
}
