#ifndef ICDS_CPROCESS_H
#define ICDS_CPROCESS_H

/* No system header here: the functions need _GNU_SOURCE, with which glibc defines some types
 * otherwise than in Swift's own Glibc module, and Swift refuses to see one type in two shapes. */

/* prctl(2) takes variable arguments, which Swift cannot call. Returns 0, or -1 with errno set. */
int icds_forbid_memory_dumps(void);

/* Gives back what only the start needed: free memory of the heap, and code that has run once. */
void icds_release_startup_memory(void);

/* Processors that this process may run on (sched_getaffinity(2)), at least 1. */
int icds_processor_count(void);

/* Starts a program, whose absolute path is the first word, as a process group of its own: nothing on
 * its standard input, its standard output in a pipe whose other end is `output`, its standard error
 * lost unless `shows_errors`, and no other descriptor. Returns 0 or a number of errno. */
int icds_start_for_output(char *const words[], char *const variables[], int shows_errors, int *child,
                          int *output);

#endif
