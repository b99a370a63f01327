/// A value that threads share under one lock, and can wait on: the standard library has the lock but
/// nothing to wait with.
#if canImport(Glibc)
  internal import Glibc
#endif

/// A lock with a condition. Times are the machine's monotonic clock, which nobody sets back.
///
/// Unchecked, because the compiler cannot see that `value` is touched only while `mutex` is held.
@safe package final class Monitor<Value: ~Copyable & Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  package init(_ value: consuming Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone and wakes whoever waits.
  package func update<Answer: ~Copyable>(_ body: (inout Value) -> Answer) -> Answer {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body(&value)
  }

  /// Runs `body` alone and wakes nobody.
  package func read<Answer: ~Copyable>(_ body: (borrowing Value) -> Answer) -> Answer {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(value)
  }

  /// Runs `body` alone, again after each update, until it gives an answer; then wakes whoever waits.
  package func wait<Answer: ~Copyable>(_ body: (inout Value) -> Answer?) -> Answer {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    while true {
      if let answer = body(&value) { return answer }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// As `wait`, but gives up at `deadline`, in nanoseconds of the monotonic clock.
  package func wait<Answer: ~Copyable>(
    until deadline: Int64, _ body: (inout Value) -> Answer?
  ) -> Answer? {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    var limit = timespec(
      tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    while true {
      if let answer = body(&value) { return answer }
      guard unsafe pthread_cond_timedwait(condition, mutex, &limit) == 0 else {
        return body(&value)
      }
    }
  }
}

/// Runs `body` on a thread of its own, which ends with it.
/// - Throws: `.io` when the system gives no thread.
package func startThread(_ body: @escaping @Sendable () -> Void) throws(JournalError)
  -> ThreadHandle
{
  let box = unsafe Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = unsafe pthread_create(&thread, nil, runThreadBody, box.toOpaque())
  guard code == 0 else {
    unsafe box.release()
    throw .io(operation: "pthread_create", path: "the journal's thread", code: code)
  }
  return ThreadHandle(thread)
}

/// A thread to be waited for once.
package struct ThreadHandle: Sendable {
  private let thread: pthread_t

  fileprivate init(_ thread: pthread_t) { self.thread = thread }

  /// Returns when the thread has ended.
  package func join() { _ = pthread_join(thread, nil) }
}

private final class ThreadBody: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}

/// The machine's monotonic clock in nanoseconds.
package func monotonicNow() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// The machine's wall clock in nanoseconds since 1970.
func wallNow() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
