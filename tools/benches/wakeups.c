/* What no engine between two sockets can go below on this machine: a frame comes in on one thread, a second
 * is woken to decide, a third to send, and it writes to a loopback socket. Nothing else is done.
 *
 *   wakeups ROUNDS GAP_MICROSECONDS      nanoseconds of each round's end-to-end time: p50, p99, longest
 *
 * The gap between two rounds lets every thread go to sleep, as a quiet market does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 400 };

typedef struct {
  int engine, sender, done, near, far;
  long rounds;
  int64_t *ends;
} Road;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void ring(int bell) {
  uint64_t one = 1;
  if (write(bell, &one, sizeof one) != sizeof one) exit(74);
}

static void await(int bell) {
  uint64_t count;
  if (read(bell, &count, sizeof count) != sizeof count) exit(74);
}

static void *decide(void *given) {
  Road *road = given;
  for (long round = 0; round < road->rounds; round++) await(road->engine), ring(road->sender);
  return NULL;
}

static void *send_frames(void *given) {
  Road *road = given;
  char frame[FRAME] = {0};
  for (long round = 0; round < road->rounds; round++) {
    await(road->sender);
    if (write(road->near, frame, FRAME) != FRAME) exit(74);
    road->ends[round] = now();
    ring(road->done);
  }
  return NULL;
}

static void connect_loopback(Road *road) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1)) exit(74);
  getsockname(listener, (struct sockaddr *)&address, &length);
  road->near = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(road->near, (struct sockaddr *)&address, length)) exit(74);
  road->far = accept(listener, NULL, NULL);
}

static int ascending(const void *left, const void *right) {
  int64_t difference = *(const int64_t *)left - *(const int64_t *)right;
  return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
  if (argc != 3) { fprintf(stderr, "usage: wakeups ROUNDS GAP_MICROSECONDS\n"); return 64; }
  Road road = {eventfd(0, 0), eventfd(0, 0), eventfd(0, 0), -1, -1, atol(argv[1]), NULL};
  road.ends = calloc((size_t)road.rounds, sizeof *road.ends);
  connect_loopback(&road);
  pthread_t engine, sender;
  pthread_create(&engine, NULL, decide, &road);
  pthread_create(&sender, NULL, send_frames, &road);
  char frame[FRAME];
  for (long round = 0; round < road.rounds; round++) {
    usleep((useconds_t)atol(argv[2]));
    int64_t start = now();
    ring(road.engine);
    await(road.done);
    road.ends[round] -= start;
    if (recv(road.far, frame, FRAME, MSG_WAITALL) != FRAME) exit(74);
  }
  qsort(road.ends, (size_t)road.rounds, sizeof *road.ends, ascending);
  printf("{\"p50\": %lld, \"p99\": %lld, \"max\": %lld}\n", (long long)road.ends[road.rounds / 2],
         (long long)road.ends[road.rounds * 99 / 100], (long long)road.ends[road.rounds - 1]);
  return 0;
}
