#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
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

int icds_start_for_output(char *const words[], char *const variables[], int shows_errors,
                          int *child, int *output) {
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    sigfillset(&all);
    sigemptyset(&none);
    int code = posix_spawn_file_actions_init(&actions);
    if (code == 0) code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        if (code == 0) code = posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        if (code == 0 && !shows_errors) {
            code = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        }
        if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        /* The daemon ignores and blocks signals; a program expects none of that. */
        if (code == 0) code = posix_spawnattr_setsigdefault(&attributes, &all);
        if (code == 0) code = posix_spawnattr_setsigmask(&attributes, &none);
        if (code == 0) {
            code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                            POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        }
        if (code == 0) code = posix_spawn(child, words[0], &actions, &attributes, words, variables);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (code != 0) {
        close(ends[0]);
        return code;
    }
    *output = ends[0];
    return 0;
}
