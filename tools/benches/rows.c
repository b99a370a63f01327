/* The contract's bare loop over LZ4 frames of plain rows: the least that a journal of any kind costs.
 *
 *   rows FILE.csv FAST SLOW LOTS      LZ4 blocks of 2,048 rows of 32 bytes, decoded and folded
 *
 * The arithmetic is contract.c's own; here only the storage differs. Nothing is hashed or checked.
 */
#define main contract_main
#include "../contract/contract.c"
#undef main
#include <lz4.h>

enum { BLOCK = 2048 };

typedef struct {
  int64_t id, time, ticks, lots;
} Row;

typedef struct {
  char *bytes;
  int size;
  int rows;
} Block;

static Block pack(const int64_t *ticks, long from, long count) {
  Row rows[BLOCK];
  uint64_t noise = 0x9E3779B97F4A7C15u + (uint64_t)from;
  for (long index = 0; index < count; index++) {
    noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
    rows[index] = (Row){from + index, (from + index) * 15000000, ticks[from + index],
                        1 + (int64_t)(noise & 0xFFFFF)};
  }
  Block block = {malloc(LZ4_compressBound(sizeof rows)), 0, (int)count};
  block.size = LZ4_compress_default((char *)rows, block.bytes, (int)(count * sizeof(Row)),
                                    LZ4_compressBound(sizeof rows));
  return block;
}

static Account fold(const Block *blocks, long count, long fast_length, long slow_length, int64_t lots) {
  Average fast = {0, 2.0 / (double)(fast_length + 1), 0, fast_length};
  Average slow = {0, 2.0 / (double)(slow_length + 1), 0, slow_length};
  Account account = {0, 0, 0, 0};
  Row rows[BLOCK];
  for (long block = 0; block < count; block++) {
    LZ4_decompress_safe(blocks[block].bytes, (char *)rows, blocks[block].size, sizeof rows);
    for (int index = 0; index < blocks[block].rows; index++) {
      double price = (double)rows[index].ticks / 100.0;
      int warm = update(&fast, price);
      warm &= update(&slow, price);
      if (!warm || fast.value == slow.value) continue;
      int64_t target = fast.value > slow.value ? lots : -lots;
      if (target != account.position) fill(&account, target - account.position, rows[index].ticks);
    }
  }
  return account;
}

int main(int argc, char **argv) {
  if (argc != 5) { fprintf(stderr, "usage: rows FILE.csv FAST SLOW LOTS\n"); return 64; }
  long count;
  int64_t *ticks = load(argv[1], 1, &count);
  long blocks = (count + BLOCK - 1) / BLOCK, bytes = 0;
  Block *packed = malloc(blocks * sizeof *packed);
  for (long block = 0; block < blocks; block++) {
    long left = count - block * BLOCK;
    packed[block] = pack(ticks, block * BLOCK, left < BLOCK ? left : BLOCK);
    bytes += packed[block].size;
  }
  double best = 1e9;
  Account account;
  for (int round = 0; round < 5; round++) {
    double started = seconds();
    account = fold(packed, blocks, atol(argv[2]), atol(argv[3]), atoll(argv[4]));
    double elapsed = seconds() - started;
    if (elapsed < best) best = elapsed;
  }
  printf("{\"events\": %ld, \"fills\": %ld, \"bytesPerRow\": %.2f, \"eventsPerSecond\": %.0f}\n",
         count, account.fills, (double)bytes / (double)count, (double)count / best);
  return 0;
}
