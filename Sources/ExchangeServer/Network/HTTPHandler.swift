/// HTTP requests of one connection: read whole, answered in the order they came even where one answer has
/// to wait (RFC 9112, section 9.3.2), until one asks for a WebSocket.

#if Live
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOWebSocket
  internal import TradingCore

  final class HTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let host: ExchangeHost
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let encoder: HTTPResponseEncoder
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// Answers not yet sent; the first is due, or waits for its time.
    private var waiting: [(answer: HTTPAnswer, isKeepAlive: Bool)] = []
    private var isLate = false

    /// The most that a request's body may be.
    static let mostBody = 1 << 16

    init(
      _ host: ExchangeHost, _ decoder: ByteToMessageHandler<HTTPRequestDecoder>,
      _ encoder: HTTPResponseEncoder
    ) {
      self.host = host
      self.decoder = decoder
      self.encoder = encoder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body.removeAll()
      case .body(let part):
        guard body.count + part.readableBytes <= HTTPHandler.mostBody else {
          return context.close(promise: nil)
        }
        body.append(contentsOf: part.readableBytesView)
      case .end:
        guard let head else { return }
        self.head = nil
        respond(to: head, context)
      }
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      let target = RequestPath(head.uri)
      if target.isWebSocket, head.headers.contains(name: "Sec-WebSocket-Key") {
        return upgrade(head, target, context)
      }
      let answer = host.answer(
        HTTPCall(
          method: head.method.rawValue, path: target.path, query: Array(target.query.utf8),
          body: body,
          headers: Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) },
            uniquingKeysWith: { first, _ in first }),
          address: context.remoteAddress?.ipAddress ?? ""))
      waiting.append((answer, head.isKeepAlive))
      sendWaiting(context)
    }

    /// Sends what is due, up to an answer that a fault makes late.
    private func sendWaiting(_ context: ChannelHandlerContext) {
      while !isLate, let (answer, isKeepAlive) = waiting.first {
        guard answer.delay > .zero else {
          waiting.removeFirst()
          send(answer, isKeepAlive, context)
          continue
        }
        isLate = true
        waiting[0].answer.delay = .zero
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .nanoseconds(answer.delay.nanoseconds)) {
          bound.value.0.isLate = false
          bound.value.0.sendWaiting(bound.value.1)
        }
      }
    }

    private func send(
      _ answer: HTTPAnswer, _ isKeepAlive: Bool, _ context: ChannelHandlerContext
    ) {
      guard !answer.isLost else { return context.close(promise: nil) }
      var headers = HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")])
      headers.add(name: "Content-Length", value: String(answer.body.count))
      for header in answer.headers { headers.add(name: header.name, value: header.value) }
      if !isKeepAlive { headers.add(name: "Connection", value: "close") }
      let head = HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      let body = context.channel.allocator.buffer(bytes: answer.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
      let done = context.eventLoop.makePromise(of: Void.self)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
      guard !isKeepAlive else { return }
      let channel = context.channel
      done.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }

    // MARK: The other protocol

    private func upgrade(
      _ head: HTTPRequestHead, _ target: RequestPath, _ context: ChannelHandlerContext
    ) {
      // Asked only for its answer: the handshake's key and version are its business.
      let upgrader = NIOWebSocketServerUpgrader(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      upgrader.buildUpgradeResponse(
        channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:]
      ).whenComplete { result in
        let (handler, context) = bound.value
        guard case .success(let headers) = result else {
          return handler.send(HTTPAnswer(400, []), false, context)
        }
        handler.become(target, headers, context)
      }
    }

    /// Says yes and changes the pipeline: frames from here on.
    private func become(
      _ target: RequestPath, _ headers: HTTPHeaders, _ context: ChannelHandlerContext
    ) {
      let head = HTTPResponseHead(
        version: .http1_1, status: .switchingProtocols, headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      let pipeline = context.pipeline.syncOperations
      pipeline.removeHandler(encoder, promise: nil)
      do {
        try WebSocketHandler.add(to: context.channel, host, target)
        // First this one: bytes that the decoder has left are frames.
        pipeline.removeHandler(self, promise: nil)
        pipeline.removeHandler(decoder, promise: nil)
      } catch {
        context.close(promise: nil)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
#endif
