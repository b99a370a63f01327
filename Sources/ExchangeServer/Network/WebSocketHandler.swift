/// Frames of one WebSocket connection, to the desk and, for pings and closes, straight back.

#if Live
  internal import NIOCore
  internal import NIOWebSocket

  final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let host: ExchangeHost
    private let id: Int

    /// The most that a message may be.
    static let mostBytes = 1 << 20

    private init(_ host: ExchangeHost, _ id: Int) {
      self.host = host
      self.id = id
    }

    /// Puts a connection's handlers on its channel, or closes it when nothing is on the path.
    static func add(to channel: any Channel, _ host: ExchangeHost, _ target: RequestPath) throws {
      guard let id = host.connect(channel, target) else { return channel.close(promise: nil) }
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(WebSocketFrameEncoder())
      try pipeline.addHandler(
        ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: mostBytes)))
      try pipeline.addHandler(
        NIOWebSocketFrameAggregator(
          minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_024,
          maxAccumulatedFrameSize: mostBytes))
      try pipeline.addHandler(WebSocketHandler(host, id))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let frame = unwrapInboundIn(data)
      var bytes = frame.unmaskedData
      switch frame.opcode {
      case .text:
        host.receive(bytes.readBytes(length: bytes.readableBytes) ?? [], on: id)
      case .ping:
        let pong = WebSocketFrame(fin: true, opcode: .pong, data: bytes)
        context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
      case .pong: host.receivePong(on: id)
      case .connectionClose:
        // The answer to ours, or the client's own wish, which is answered.
        guard host.isOpen(id) else { return context.close(promise: nil) }
        let answer = WebSocketFrame(fin: true, opcode: .connectionClose, data: bytes)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(answer))
          .whenComplete { _ in channel.close(promise: nil) }
      default: context.close(promise: nil)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      host.disconnect(id)
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
#endif
