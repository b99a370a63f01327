// What the kernel says of its clock, which the platform's own module leaves out.
#include <sys/timex.h>
