#ifndef MLAAS_CONFINE_H
#define MLAAS_CONFINE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>

#define UNAVAILABLE 125

struct shown {
    const char *path;
    bool writable;
};

struct conditions {
    bool one_processor, fixed_addresses, network, processes;
    const char *files;
    struct shown *shown;
    size_t shown_count;
};

__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* Replaces the root of this process' mount namespace. */
void show_files(const struct conditions *conditions);

#endif
