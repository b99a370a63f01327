/// The real world: an event loop, the system's clocks, and sockets to wherever an address leads.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import TradingCore

  final class LoopWorld: VenueWorld {
    private let thread: NetworkThread
    private let transport: SecureTransport

    init(_ thread: NetworkThread, _ transport: SecureTransport) {
      (self.thread, self.transport) = (thread, transport)
    }

    private var loop: any EventLoop { thread.loop }

    var moment: Moment { WallClock.moment }
    var reading: ClockReading { WallClock.reading }
    func chance() -> UInt64 { UInt64.random(in: 0...UInt64.max) }

    func later(_ wait: Interval, _ body: @escaping () -> Void) -> any WorldTimer {
      let bound = NIOLoopBound(body, eventLoop: loop)
      return LoopTimer(
        task: loop.scheduleTask(in: .nanoseconds(wait.nanoseconds)) { bound.value() })
    }

    func open(
      _ address: VenueAddress, as link: LinkID, for listener: any SocketListener
    ) -> any WorldSocket {
      VenueSocket.open(address, transport, on: thread, as: link, for: listener)
    }

    func ask(
      _ request: VenueRequest, of address: VenueAddress,
      then: @escaping (Result<VenueResponse, ExchangesError>) -> Void
    ) {
      let bound = NIOLoopBound(then, eventLoop: loop)
      let client = RestClient(address: address, transport: transport, thread: thread)
      client.send(request).whenComplete { result in
        bound.value(result.mapError { RestClient.failure(of: address, $0) })
      }
    }
  }

  private final class LoopTimer: WorldTimer {
    private let task: Scheduled<Void>
    init(task: Scheduled<Void>) { self.task = task }
    func cancel() { task.cancel() }
  }
#endif
