#define _GNU_SOURCE
#include "CProcess.h"

#include <link.h>
#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int icds_forbid_memory_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int icds_processor_count(void) {
    cpu_set_t processors;
    CPU_ZERO(&processors);
    if (sched_getaffinity(0, sizeof processors, &processors) != 0) return 1;
    const int count = CPU_COUNT(&processors);
    return count > 0 ? count : 1;
}

/* For dl_iterate_phdr(3): gives back the pages of an object's code. Only segments that are executable
 * and not writable: they are never changed after loading, so that a page that is needed again is
 * mapped from the file's cache again. */
static int icds_release_code_of(struct dl_phdr_info *object, size_t size, void *context) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size;
    (void)context;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) ||
            (segment->p_flags & PF_W)) {
            continue;
        }
        const uintptr_t start = (uintptr_t)(object->dlpi_addr + segment->p_vaddr);
        const uintptr_t first = start & ~(page - 1);
        const uintptr_t end = (start + segment->p_filesz) & ~(page - 1);
        if (object->dlpi_name != NULL && first < end) {
            (void)madvise((void *)first, end - first, MADV_DONTNEED);
        }
    }
    return 0;
}

void icds_release_startup_memory(void) {
    (void)malloc_trim(0);
    (void)dl_iterate_phdr(icds_release_code_of, NULL);
}
