/// The exchange and its connections, on their event loop: the market goes on, beats are served, and
/// what the desk wants sent is sent.

#if Live
  internal import NIOCore
  internal import NIOWebSocket
  internal import TradingCore

  /// A desk with its sockets. It lives on one event loop and is never seen from anywhere else.
  final class ExchangeHost {
    private var desk: ExchangeDesk
    private var replay: MarketReplay
    private var wasHeld = false
    private let loop: any EventLoop
    private var channels: [Int: any Channel] = [:]
    /// Connections that were written to and not flushed.
    private var unflushed: Set<Int> = []

    /// How often the market is looked at.
    static let interval = TimeAmount.milliseconds(2)
    /// Most facts taken at a time, so that requests are answered between them.
    static let mostFacts = 4_096
    /// Bytes that wait for a reader before a market without a pace waits too.
    static let patience = 1 << 20
    /// Bytes that wait for a reader before it is closed as too slow.
    static let mostWaiting = 1 << 25

    /// How long a client has to answer a close frame.
    static let closePatience = TimeAmount.seconds(2)

    init(_ offer: ExchangeListener.Offer, loop: any EventLoop) {
      desk = offer.desk
      replay = offer.replay
      self.loop = loop
    }

    /// Lets the market go on until told to stop, or until it cannot be read.
    /// - Parameter opened: kept when all history has been told, or when it ended before.
    func run(
      until shouldStop: @escaping @Sendable () -> Bool, opened: EventLoopPromise<Void>,
      ended: EventLoopPromise<Void>
    ) {
      let host = NIOLoopBound(self, eventLoop: loop)
      loop.scheduleRepeatedTask(initialDelay: .zero, delay: ExchangeHost.interval) { task in
        do {
          if shouldStop() {
            task.cancel()
            opened.succeed()
            return ended.succeed()
          }
          try host.value.step()
          if host.value.replay.isPastHistory { opened.succeed() }
        } catch {
          task.cancel()
          opened.fail(error)
          ended.fail(error)
        }
      }
    }

    /// The exchange's time: the only look at the clock, which a fault may have set wrong.
    private var now: Timestamp { WallClock.now + desk.faults.skew }

    private func step() throws {
      // The market goes on as if nobody had touched the clock; what happens is stamped with what it says.
      let skew = desk.faults.skew
      let time = now - skew
      if wasHeld, !desk.isHeld { replay.begin(at: time) }
      wasHeld = desk.isHeld
      var count = 0
      while count < ExchangeHost.mostFacts,
        let event = try replay.next(by: time, isHeld: desk.isHeld)
      {
        desk.receive(event.shifted(by: skew), at: event.receiveTime + skew)
        count += 1
        guard count % 256 == 0 else { continue }
        deliver()
        if isCrowded { break }
      }
      desk.tick(at: time + skew)
      deliver()
    }

    /// Whether a reader is behind, so that a market in a hurry had better wait.
    private var isCrowded: Bool {
      channels.values.contains { Self.waiting($0) > ExchangeHost.patience }
    }

    private static func waiting(_ channel: any Channel) -> Int {
      let count = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
      return count ?? 0
    }

    // MARK: Requests

    /// Answers a request; the answer may have to wait.
    func answer(_ call: HTTPCall) -> HTTPAnswer {
      let answer = desk.answer(call, at: now)
      deliver()
      return answer
    }

    /// Opens a connection on a channel.
    /// - Returns: its number; `nil` for a path that nothing is on.
    func connect(_ channel: any Channel, _ target: RequestPath) -> Int? {
      let address = channel.remoteAddress?.ipAddress ?? ""
      guard
        let id = desk.connect(
          path: target.path, query: target.query, from: address, at: now)
      else { return nil }
      channels[id] = channel
      return id
    }

    /// Whether a connection has not been ended by the exchange.
    func isOpen(_ id: Int) -> Bool { channels[id] != nil }

    func disconnect(_ id: Int) {
      channels[id] = nil
      desk.disconnect(id)
    }

    func receive(_ text: [UInt8], on id: Int) {
      desk.receive(text: text, on: id, at: now)
      deliver()
    }

    func receivePong(on id: Int) { desk.receivePong(on: id, at: now) }

    // MARK: Sending

    /// Sends what the desk wants sent.
    private func deliver() {
      for delivery in desk.takeDeliveries() {
        guard delivery.delay > .zero else {
          send(delivery)
          continue
        }
        let host = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .nanoseconds(delivery.delay.nanoseconds)) {
          host.value.send(delivery)
          host.value.flush()
        }
      }
      flush()
    }

    private func send(_ delivery: Delivery) {
      guard let channel = channels[delivery.connection] else { return }
      switch delivery.action {
      case .text(let bytes): write(.text, bytes, channel, delivery.mark)
      case .ping(let bytes): write(.ping, bytes, channel, nil)
      case .close(let code): return close(delivery.connection, code)
      }
      unflushed.insert(delivery.connection)
    }

    private func write(
      _ opcode: WebSocketOpcode, _ bytes: [UInt8], _ channel: any Channel, _ mark: TallyMark?
    ) {
      let frame = WebSocketFrame(
        fin: true, opcode: opcode, data: channel.allocator.buffer(bytes: bytes))
      guard let mark else { return channel.write(frame, promise: nil) }
      let host = NIOLoopBound(self, eventLoop: loop)
      channel.write(frame).whenSuccess { host.value.desk.left(mark) }
    }

    private func flush() {
      for id in unflushed {
        guard let channel = channels[id] else { continue }
        channel.flush()
        if Self.waiting(channel) > ExchangeHost.mostWaiting { close(id, 1008) }
      }
      unflushed.removeAll(keepingCapacity: true)
    }

    /// Ends a connection: with a close frame, which its client is given time to answer so that it reads
    /// all that was sent before; or abruptly for 1006, which no frame may carry.
    private func close(_ id: Int, _ code: UInt16) {
      guard let channel = channels[id] else { return }
      disconnect(id)
      guard code != 1006 else { return channel.close(promise: nil) }
      var data = channel.allocator.buffer(capacity: 2)
      data.writeInteger(code)
      let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
      channel.writeAndFlush(frame, promise: nil)
      loop.scheduleTask(in: ExchangeHost.closePatience) { channel.close(promise: nil) }
    }
  }

  extension Event {
    /// The event by a clock that is off.
    fileprivate func shifted(by skew: Interval) -> Event {
      var event = self
      event.receiveTime = receiveTime + skew
      if !venueTime.isNone { event.venueTime = venueTime + skew }
      return event
    }
  }
#endif
