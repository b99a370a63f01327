/// The Merkle tree against the vectors of certificate-transparency's own tests, against the
/// recursive definition of RFC 6962, and every small proof with every small change.
import Journal
import Testing

/// The eight leaf inputs of certificate-transparency's merkle tree tests.
private let inputs: [[UInt8]] = [
  [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
  Array(0x60...0x6F),
]

/// The roots of the trees over the first 0…8 of them.
private let roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

/// Inner nodes that the published proofs name.
private enum Node {
  static let leaf0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
  static let leaf1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
  static let leaf4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
  static let leaf6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
  static let pair0 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
  static let pair1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
  static let pair2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
  static let pair3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
  static let left = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
  static let right = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
}

private func leaf(_ input: [UInt8]) throws -> SHA256Digest { try Digest.sha256([0x00] + input) }

/// RFC 6962 section 2.1, word by word.
private func definition(_ leaves: ArraySlice<SHA256Digest>) throws -> SHA256Digest {
  guard let first = leaves.first else { return try Digest.sha256([]) }
  guard leaves.count > 1 else { return first }
  var split = 1
  while split * 2 < leaves.count { split *= 2 }
  let left = try definition(leaves.prefix(split))
  let right = try definition(leaves.dropFirst(split))
  return try Digest.sha256([0x01] + left.bytes + right.bytes)
}

/// `count` leaves that differ.
private func manyLeaves(_ count: Int) throws -> [SHA256Digest] {
  try (0..<count).map { try leaf([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
}

extension SHA256Digest {
  fileprivate func flipped(_ bit: Int) -> SHA256Digest {
    SHA256Digest(words: (words.0 ^ (1 << UInt64(bit & 63)), words.1, words.2, words.3))
  }
}

@Suite("The Merkle tree")
struct MerkleTreeTests {
  @Test("has the published roots for 0 to 8 leaves, grown and at once")
  func publishedRoots() throws {
    var tree = try MerkleTree()
    for size in 0...8 {
      #expect(tree.size == UInt64(size))
      #expect(tree.root().hex == roots[size])
      #expect(try MerkleTree.root(of: inputs.prefix(size).map(leaf)).hex == roots[size])
      if size < 8 { tree.append(try leaf(inputs[size])) }
    }
  }

  @Test(
    "makes the published inclusion proofs",
    arguments: [
      (0, 1, []), (0, 8, [Node.leaf1, Node.pair1, Node.right]),
      (5, 8, [Node.leaf4, Node.pair3, Node.left]), (2, 3, [Node.pair0]),
      (1, 5, [Node.leaf0, Node.pair1, Node.leaf4]),
    ])
  func publishedInclusion(index: Int, size: Int, path: [String]) throws {
    let proof = try InclusionProof(of: index, in: inputs.prefix(size).map(leaf))
    #expect(proof.path.map(\.hex) == path)
  }

  @Test(
    "makes the published consistency proofs",
    arguments: [
      (1, 1, []), (1, 8, [Node.leaf1, Node.pair1, Node.right]),
      (6, 8, [Node.pair2, Node.pair3, Node.left]), (2, 5, [Node.pair1, Node.leaf4]),
      (6, 7, [Node.pair2, Node.leaf6, Node.left]),
    ])
  func publishedConsistency(first: Int, second: Int, path: [String]) throws {
    let proof = try ConsistencyProof(from: first, to: inputs.prefix(second).map(leaf))
    #expect(proof.path.map(\.hex) == path)
  }

  @Test("has the root of the recursive definition for every size up to 130")
  func recursiveDefinition() throws {
    let leaves = try manyLeaves(130)
    var tree = try MerkleTree()
    for size in 0...130 {
      let expected = try definition(leaves.prefix(size))
      #expect(tree.root() == expected)
      if size < 130 { tree.append(leaves[size]) }
    }
  }

  @Test("proves every leaf of every size up to 64, and no other leaf, root, place or path")
  func everyInclusion() throws {
    let leaves = try manyLeaves(64)
    for size in 1...64 {
      let root = try definition(leaves.prefix(size))
      for index in 0..<size {
        let proof = try InclusionProof(of: index, in: Array(leaves.prefix(size)))
        #expect(try proof.proves(leaves[index], under: root))
        #expect(try !proof.proves(leaves[index].flipped(size), under: root))
        #expect(try !proof.proves(leaves[index], under: root.flipped(index)))
        #expect(try !proof.proves(leaves[(index + 1) % 64], under: root))
        for changed in alterations(of: proof) {
          #expect(
            try !changed.proves(leaves[index], under: root), "\(index) of \(size): \(changed)")
        }
      }
    }
  }

  /// The proof with another place, every node changed, dropped or doubled, and one too many.
  private func alterations(of proof: InclusionProof) -> [InclusionProof] {
    let (size, path) = (proof.treeSize, proof.path)
    var found = (0..<size).filter { $0 != proof.index }.map {
      InclusionProof(index: $0, treeSize: size, path: path)
    }
    found.append(InclusionProof(index: size, treeSize: size, path: path))
    for changed in pathAlterations(path) {
      found.append(InclusionProof(index: proof.index, treeSize: size, path: changed))
    }
    return found
  }

  private func pathAlterations(_ path: [SHA256Digest]) -> [[SHA256Digest]] {
    var found = [path + [.zero]]
    for place in path.indices {
      var (changed, shorter, longer) = (path, path, path)
      changed[place] = path[place].flipped(place)
      shorter.remove(at: place)
      longer.insert(path[place], at: place)
      found += [changed, shorter, longer]
    }
    return found
  }

  @Test("binds a proof to the size that its root belongs to, for every pair of sizes up to 32")
  func everyWrongSize() throws {
    let leaves = try manyLeaves(32)
    let roots = try (0...32).map { try definition(leaves.prefix($0)) }
    for size in 1...32 {
      for index in 0..<size {
        var proof = try InclusionProof(of: index, in: Array(leaves.prefix(size)))
        for other in 1...32 where other != size {
          proof.treeSize = UInt64(other)
          #expect(try !proof.proves(leaves[index], under: roots[other]))
        }
      }
    }
  }

  @Test("proves every tree up to 64 to begin every later one, and no other root or path")
  func everyConsistency() throws {
    let leaves = try manyLeaves(64)
    let roots = try (0...64).map { try definition(leaves.prefix($0)) }
    for second in 1...64 {
      for first in 1...second {
        let proof = try ConsistencyProof(from: first, to: Array(leaves.prefix(second)))
        #expect(try proof.proves(roots[first], isPrefixOf: roots[second]))
        #expect(try !proof.proves(roots[first].flipped(first), isPrefixOf: roots[second]))
        #expect(try !proof.proves(roots[first], isPrefixOf: roots[second].flipped(second)))
        for path in pathAlterations(proof.path) {
          let changed = ConsistencyProof(
            firstSize: UInt64(first), secondSize: UInt64(second), path: path)
          #expect(try !changed.proves(roots[first], isPrefixOf: roots[second]))
        }
      }
    }
  }

  @Test("answers no, and never traps, for sizes at the edges")
  func hostileSizes() throws {
    let path = [SHA256Digest](repeating: .zero, count: 70)
    for size in [0, 1, 2, UInt64.max - 1, .max] {
      for index in [0, 1, UInt64.max - 1, .max] {
        let inclusion = InclusionProof(index: index, treeSize: size, path: path)
        #expect(try !inclusion.proves(.zero, under: .zero))
        let consistency = ConsistencyProof(firstSize: index, secondSize: size, path: path)
        #expect(try !consistency.proves(.zero, isPrefixOf: .zero))
      }
    }
  }
}
