#pragma once

#include <protobuf-c/protobuf-c.h>

#include <stdint.h>
#include <time.h>

// Microseconds since the start of 1970, UTC. In C because release builds of Swift 6.3 take the
// members of `timespec` for those of a module that cannot be imported.
static inline int64_t icds_wall_clock_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
