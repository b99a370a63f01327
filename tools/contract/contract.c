/* The bare loop of the performance contract: what the answer is, and how fast a machine can be
 * that does nothing else. No engine, no journal, no risk: arrays in, numbers out.
 *
 *   cc -O2 -ffp-contract=off -o contract contract.c
 *   contract trades|candles FILE.csv FAST SLOW LOTS
 *
 * Rules. The price of an event is the trade's price or the candle's close, as a double: ticks / 100.
 * An average over n starts as the mean of its first n prices (added in order, divided by n) and
 * moves by value += alpha * (price - value), alpha = 2 / (n + 1). Once both are warm, LOTS are held
 * long while the fast one is above the slow one, short while it is below; equal changes nothing.
 * An order fills at the price of the event that caused it. The fee is 0.1 % of the value, rounded
 * half to even to 8 decimals of the quote asset. Profit is cash plus the position at the last price.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef __int128 wide;

enum { FEE_DIVISOR = 1000 };

typedef struct {
  double value, alpha;
  long seen, length;
} Average;

typedef struct {
  long fills;
  int64_t position;
  wide cash;  /* 10^-8 of the quote asset; value of a tick times a lot is 10^-7 */
  wide fees;
} Account;

static int update(Average *average, double price) {
  if (average->seen < average->length) {
    average->value += price;
    average->seen += 1;
    if (average->seen == average->length) average->value /= (double)average->length;
  } else {
    average->value += average->alpha * (price - average->value);
  }
  return average->seen == average->length;
}

static wide half_even(wide value, wide divisor) {
  wide quotient = value / divisor, remainder = value % divisor;
  if (2 * remainder > divisor || (2 * remainder == divisor && (quotient & 1))) quotient += 1;
  return quotient;
}

static void fill(Account *account, int64_t lots, int64_t ticks) {
  wide value = (wide)(lots < 0 ? -lots : lots) * ticks * 10;
  wide fee = half_even(value, FEE_DIVISOR);
  account->cash += (lots < 0 ? value : -value) - fee;
  account->fees += fee;
  account->position += lots;
  account->fills += 1;
}

static Account run(const int64_t *ticks, long count, long fast_length, long slow_length, int64_t lots) {
  Average fast = {0, 2.0 / (double)(fast_length + 1), 0, fast_length};
  Average slow = {0, 2.0 / (double)(slow_length + 1), 0, slow_length};
  Account account = {0, 0, 0, 0};
  for (long index = 0; index < count; index++) {
    double price = (double)ticks[index] / 100.0;
    int warm = update(&fast, price);
    warm &= update(&slow, price);
    if (!warm || fast.value == slow.value) continue;
    int64_t target = fast.value > slow.value ? lots : -lots;
    if (target != account.position) fill(&account, target - account.position, ticks[index]);
  }
  return account;
}

/* The price in the column, as ticks of 0.01. */
static int64_t price_ticks(const char *line, int column) {
  for (; column > 0; column--) line = strchr(line, ',') + 1;
  char *end;
  int64_t whole = strtoll(line, &end, 10);
  int64_t cents = *end == '.' ? (end[1] - '0') * 10 + (end[2] - '0') : 0;
  return whole * 100 + cents;
}

static int64_t *load(const char *path, int column, long *count) {
  FILE *file = fopen(path, "r");
  if (!file) { perror(path); exit(66); }
  long room = 1 << 20;
  int64_t *ticks = malloc(room * sizeof *ticks);
  char line[256];
  *count = 0;
  while (fgets(line, sizeof line, file)) {
    if (line[0] < '0' || line[0] > '9') continue;
    if (*count == room) ticks = realloc(ticks, (room *= 2) * sizeof *ticks);
    ticks[(*count)++] = price_ticks(line, column);
  }
  fclose(file);
  return ticks;
}

static void print_amount(const char *name, wide units) {
  wide size = units < 0 ? -units : units;
  printf("\"%s\": \"%s%lld.%08lld\", ", name, units < 0 ? "-" : "",
         (long long)(size / 100000000), (long long)(size % 100000000));
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc != 6) { fprintf(stderr, "usage: contract trades|candles FILE.csv FAST SLOW LOTS\n"); return 64; }
  long count;
  int64_t *ticks = load(argv[2], strcmp(argv[1], "trades") == 0 ? 1 : 4, &count);
  int64_t lots = atoll(argv[5]);
  Account account;
  double best = 1e9;
  for (int round = 0; round < 5; round++) {
    double started = seconds();
    account = run(ticks, count, atol(argv[3]), atol(argv[4]), lots);
    double elapsed = seconds() - started;
    if (elapsed < best) best = elapsed;
  }
  wide profit = account.cash + (wide)account.position * ticks[count - 1] * 10;
  printf("{\"events\": %ld, \"fills\": %ld, ", count, account.fills);
  print_amount("profit", profit);
  print_amount("fees", account.fees);
  printf("\"eventsPerSecond\": %.0f}\n", (double)count / best);
  free(ticks);
  return 0;
}
