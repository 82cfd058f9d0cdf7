#pragma once

// The Glibc module does not export these two, so they are reached from here.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#include <libpq-fe.h>
#include <stdint.h>

// Enumerators and macros come into Swift under several types; these come as plain integers.
static const uint32_t icds_epoll_in = EPOLLIN;
static const uint32_t icds_epoll_out = EPOLLOUT;
static const int32_t icds_epoll_cloexec = EPOLL_CLOEXEC;
static const int32_t icds_eventfd_flags = EFD_CLOEXEC | EFD_NONBLOCK;

// At most 15 bytes; shown by tools that list threads.
static inline void icds_name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline void icds_ignore_notice(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}

// Without a receiver libpq prints notices to standard error, and they can quote data.
static inline void icds_ignore_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, icds_ignore_notice, 0);
}
