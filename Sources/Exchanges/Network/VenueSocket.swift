/// One WebSocket to a venue: opens, brings frames, answers with what it is told to. It decides nothing.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix
  internal import NIOWebSocket

  /// A socket. It lives on one event loop, as do those it tells.
  final class VenueSocket: WorldSocket {
    private let link: LinkID
    private weak var listener: (any SocketListener)?
    private var channel: (any Channel)?
    private var pingData = ByteBuffer()
    private var stage = Stage.opening

    /// Frames exist only while it is open: before and after a refused upgrade the pipeline speaks HTTP, which
    /// dies of a frame.
    private enum Stage { case opening, open, closed }

    /// The most that a message may be.
    static let mostBytes = 1 << 24
    /// How long TCP may take to connect; TLS, the upgrade and subscribing have the connection's patience.
    static let patience = TimeAmount.seconds(10)

    private init(_ link: LinkID, _ listener: any SocketListener) {
      (self.link, self.listener) = (link, listener)
    }

    /// Begins to open a socket; what becomes of it is told on the thread, where this must be
    /// called.
    static func open(
      _ address: VenueAddress, _ transport: SecureTransport, on thread: NetworkThread,
      as link: LinkID, for listener: any SocketListener
    ) -> VenueSocket {
      let socket = VenueSocket(link, listener)
      let bound = NIOLoopBound(socket, eventLoop: thread.loop)
      let upgraded = thread.loop.makePromise(of: Void.self)
      let bootstrap = ClientBootstrap(group: thread.loop)
        .connectTimeout(patience)
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try transport.secure(channel, to: address)
            try upgrade(channel, address, bound).cascade(to: upgraded)
          }
        }
      let connection = thread.connect(bootstrap, to: address)
      connection.whenFailure { upgraded.fail($0) }
      connection.whenSuccess { channel in
        bound.value.channel = channel
        if bound.value.stage == .closed { channel.close(promise: nil) }
      }
      upgraded.futureResult.whenComplete { result in
        switch result {
        case .success: bound.value.opened()
        case .failure(let error): bound.value.end(ConnectionFault.reason(error))
        }
      }
      return socket
    }

    /// Asks for the WebSocket and puts this socket behind it.
    private static func upgrade(
      _ channel: any Channel, _ address: VenueAddress, _ socket: NIOLoopBound<VenueSocket>
    ) throws -> EventLoopFuture<Void> {
      let upgrader = NIOTypedWebSocketClientUpgrader<Void>(maxFrameSize: mostBytes) { channel, _ in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024,
              maxAccumulatedFrameSize: mostBytes))
          try pipeline.addHandler(FrameHandler(socket.value))
        }
      }
      let head = HTTPRequestHead(
        version: .http1_1, method: .GET, uri: address.path.isEmpty ? "/" : address.path,
        headers: HTTPHeaders([("Host", address.authority), RestClient.name]))
      let upgrade = NIOTypedHTTPClientUpgradeConfiguration(
        upgradeRequestHead: head, upgraders: [upgrader]
      ) { channel in
        channel.close(promise: nil)
        return channel.eventLoop.makeFailedFuture(
          ExchangesError.unreachable(
            address: "\(address)", reason: "no WebSocket is at \(head.uri)"))
      }
      return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
        configuration: .init(upgradeConfiguration: upgrade))
    }

    // MARK: Sending

    func send(_ text: [UInt8]) { write(.text, ByteBuffer(bytes: text)) }
    func ping() { write(.ping, ByteBuffer()) }

    /// Answers the last ping with its own payload.
    func pong() { write(.pong, pingData) }

    /// Closes it. Nothing is told any more.
    func close() {
      write(.connectionClose, ByteBuffer(bytes: [0x03, 0xE8]))
      stage = .closed
      channel?.close(promise: nil)
    }

    /// A client's frames are masked (RFC 6455, 5.3).
    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
      guard stage == .open else { return }
      channel?.writeAndFlush(
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data), promise: nil)
    }

    // MARK: Receiving

    fileprivate func receive(_ frame: WebSocketFrame) {
      guard stage == .open else { return }
      switch frame.opcode {
      case .text, .binary: listener?.received(frame.data.readableBytesUInt8Span, on: link)
      case .ping:
        pingData = frame.data
        listener?.pinged(link)
      case .pong: listener?.ponged(link)
      case .connectionClose:
        let code = frame.data.getInteger(at: frame.data.readerIndex, as: UInt16.self)
        write(.connectionClose, frame.data)
        end("the venue closed it" + (code.map { " with code \($0)" } ?? ""))
      default: end("the venue sent a frame of an unknown kind")
      }
    }

    private func opened() {
      guard stage == .opening else { return }
      stage = .open
      listener?.opened(link)
    }

    fileprivate func end(_ reason: String) {
      guard stage != .closed else { return }
      stage = .closed
      channel?.close(promise: nil)
      listener?.closed(link, reason: reason)
    }
  }

  /// The end of a socket's pipeline.
  private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let socket: VenueSocket

    init(_ socket: VenueSocket) { self.socket = socket }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      socket.receive(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
      socket.end("the connection was cut")
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      socket.end(ConnectionFault.reason(error))
    }
  }
#endif
