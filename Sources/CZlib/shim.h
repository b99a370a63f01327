// What CZlib shows to Swift.
#include <zlib.h>
