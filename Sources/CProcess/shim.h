#ifndef ICDS_CPROCESS_SHIM_H
#define ICDS_CPROCESS_SHIM_H

#include <sys/prctl.h>

/* prctl(2) takes variable arguments, which Swift cannot call. Returns 0, or -1 with errno set. */
static inline int icds_forbid_memory_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif
