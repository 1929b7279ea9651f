/* What the parts of the library share. It is put before a program's libc (LD_PRELOAD) and does as the environment says:
 *   MLAAS_OBSERVER_LOG      a file to which each distinct event is appended as a line: kind TAB what TAB program
 *   MLAAS_OBSERVER_CLOCK    seconds since 1970: every clock begins there and goes on by the program's own doings
 *   MLAAS_OBSERVER_ENTROPY  a seed: all random bytes come from it
 * Nothing here allocates memory or takes a lock: hooks run in signal handlers and between vfork and exec, too. */
#ifndef MLAAS_OBSERVER_H
#define MLAAS_OBSERVER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define HOOK __attribute__((visibility("default")))
#define PER_THREAD static __thread __attribute__((tls_model("initial-exec")))

/* libc's own function of that name */
#define REAL(name) \
    ({ \
        static void *found_##name; \
        if (!found_##name) found_##name = real_symbol(#name); \
        (__typeof__(&name))found_##name; \
    })

void *real_symbol(const char *name);
long raw_syscall(long number, long a, long b, long c, long d, long e, long f);

bool observing(void);
bool clock_pinned(void);
bool entropy_pinned(void);
bool stands_while_looked_at(void);
uint64_t pinned_seed(void);
int64_t pinned_start(void);

/* Appends a line unless this process or the one that it was forked from did so already; keeps errno. */
void tell(const char *kind, const char *what);
bool told_before(uint64_t hash);
uint64_t hash_of(const char *kind, const char *what);

void fill_deterministically(void *buffer, size_t length);
long futex_with_pinned_clock(long a, long op, long c, long timeout, long e, long f);
int entropy_device(const char *path, int flags);
void tell_clock(clockid_t clock);
int pinned_clock(clockid_t clock, struct timespec *time);

#endif
