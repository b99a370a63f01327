/// Hands libFuzzer the target that FUZZ_TARGET names; all arguments are libFuzzer's. `tools/fuzz` builds
/// and runs it. (No argument names the target, because libFuzzer starts itself again with its own.)
/// Source: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library

import Glibc
import JournalFuzzing

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
guard let target = FuzzTarget(rawValue: name) else {
  print("FUZZ_TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(64)
}
let chosen = target

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
  runFuzzer(&count, &arguments) { bytes, count in
    let outcome = chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    if case .broken(let found) = outcome {
      print("the property is broken: \(found)")
      fflush(nil)
      abort()
    }
    return 0
  })
