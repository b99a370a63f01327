/// Finds every block of events in a file of which nothing else can be believed: a block header carries
/// its own checksum, its own offset and the journal's salt, so it can stand alone.
internal import TradingCore

/// A block found, and in which file.
struct SalvagedBlock {
  var segment: SegmentName
  var header: BlockHeader
}

extension Folder {
  /// The blocks of events whose headers and stored bytes are whole, in the file's order, of any journal;
  /// definitions too. O(bytes).
  func blocksLeft(
    in name: SegmentName, _ watch: Watch
  ) throws(JournalError) -> [SalvagedBlock] {
    let file = try open(name.text, .read)
    let length = try file.size()
    var decoder = BlockDecoder()
    var found: [SalvagedBlock] = []
    var offset = UInt64(JournalFormat.headerBytes)
    while let start = try file.nextBlockMagic(from: offset, to: length) {
      try go(on: watch, 0, of: 0)
      offset = start + 1
      guard case .success(let header) = try BlockDecoder.header(in: file, at: start),
        header.kind == .data || header.kind == .dictionary,
        try decoder.check(header, in: file) == nil
      else { continue }
      found.append(SalvagedBlock(segment: name, header: header))
      offset = header.end
    }
    return found
  }
}

extension SegmentFile {
  /// Bytes looked at together: few, because most blocks stand right behind the one before.
  private static let stride = 1 << 12

  /// Where the next frame of a block might begin.
  fileprivate func nextBlockMagic(
    from start: UInt64, to end: UInt64
  ) throws(JournalError) -> UInt64? {
    let magic = (0..<4).map { UInt8(truncatingIfNeeded: JournalFormat.blockMagic >> (8 * $0)) }
    var offset = start
    while offset + 4 <= end {
      // Three bytes more, for a magic number across the border.
      let piece = try read(Int(min(UInt64(Self.stride + 3), end - offset)), at: offset)
      guard piece.count >= 4 else { return nil }
      for place in 0...(piece.count - 4) where piece[place] == magic[0] {
        if piece[place + 1] == magic[1], piece[place + 2] == magic[2], piece[place + 3] == magic[3]
        {
          return offset + UInt64(place)
        }
      }
      offset += UInt64(piece.count - 3)
    }
    return nil
  }
}
