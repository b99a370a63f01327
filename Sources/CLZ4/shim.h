// What CLZ4 shows to Swift.
#include <lz4.h>
#include <lz4frame.h>
