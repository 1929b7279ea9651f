/* What the environment asks for, and the log of what the program did. */
#include "observer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SEEN 16384
#define PROBES 64

static _Atomic int asked; /* 0 not yet, 1 known */
static char log_file[PATH_MAX];
static char program[PATH_MAX];
static bool clock_is_pinned, entropy_is_pinned, is_java;
static int64_t start_seconds;
static uint64_t entropy_seed;
static _Atomic uint64_t seen[SEEN];

void *real_symbol(const char *name) {
    /* conditions of the first kind have another layout: their version must be asked for where there are both */
    void *found = NULL;
    if (strncmp(name, "pthread_cond", 12) == 0) found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

long raw_syscall(long number, long a, long b, long c, long d, long e, long f) {
    return REAL(syscall)(number, a, b, c, d, e, f);
}

static void read_environment(void) {
    const char *value = getenv("MLAAS_OBSERVER_LOG");
    ssize_t length = raw_syscall(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)program, PATH_MAX - 1, 0, 0);
    program[length > 0 ? length : 0] = 0;
    const char *name = strrchr(program, '/');
    is_java = name && strcmp(name, "/java") == 0;
    if (value && strlen(value) < PATH_MAX) strcpy(log_file, value);
    value = getenv("MLAAS_OBSERVER_CLOCK");
    if (value && *value) {
        start_seconds = strtoll(value, NULL, 10);
        clock_is_pinned = true;
    }
    value = getenv("MLAAS_OBSERVER_ENTROPY");
    if (value && *value) {
        entropy_seed = strtoull(value, NULL, 10);
        entropy_is_pinned = true;
    }
}

/* Others' constructors may call hooks before ours ran. Two threads that come at once read the same. */
static void know(void) {
    if (atomic_load_explicit(&asked, memory_order_acquire)) return;
    int saved = errno;
    read_environment();
    atomic_store_explicit(&asked, 1, memory_order_release);
    errno = saved;
}

bool observing(void) {
    know();
    return log_file[0] != 0;
}

bool clock_pinned(void) {
    know();
    return clock_is_pinned;
}

bool entropy_pinned(void) {
    know();
    return entropy_is_pinned;
}

bool stands_while_looked_at(void) {
    return is_java;
}

uint64_t pinned_seed(void) {
    return entropy_seed;
}

int64_t pinned_start(void) {
    return start_seconds;
}

uint64_t hash_of(const char *kind, const char *what) {
    uint64_t hash = 1469598103934665603ULL; /* FNV-1a */
    for (const char *text = kind; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
    hash = (hash ^ '\t') * 1099511628211ULL;
    for (const char *text = what; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
    return hash ? hash : 1;
}

/* A full table forgets: lines come twice then, none is lost. */
bool told_before(uint64_t hash) {
    for (unsigned probe = 0; probe < PROBES; probe++) {
        _Atomic uint64_t *slot = &seen[(hash + probe) % SEEN];
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(slot, &there, hash)) return false;
        if (there == hash) return true;
    }
    return false;
}

static size_t append(char *line, size_t at, size_t limit, const char *text) {
    static const char digits[] = "0123456789abcdef";
    for (; *text && at + 5 < limit; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= 32 && c != '\\' && c != 127) {
            line[at++] = (char)c;
        } else {
            line[at++] = '\\';
            line[at++] = 'x';
            line[at++] = digits[c >> 4];
            line[at++] = digits[c & 15];
        }
    }
    return at;
}

void tell(const char *kind, const char *what) {
    if (!observing()) return;
    int saved = errno;
    if (!told_before(hash_of(kind, what))) {
        char line[2 * PATH_MAX + 64];
        size_t length = append(line, 0, 64, kind);
        line[length++] = '\t';
        length = append(line, length, PATH_MAX + 64, what);
        line[length++] = '\t';
        length = append(line, length, sizeof line - 1, program);
        line[length++] = '\n';
        long file = raw_syscall(
            SYS_openat, AT_FDCWD, (long)log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666, 0, 0);
        if (file >= 0) {
            raw_syscall(SYS_write, file, (long)line, (long)length, 0, 0, 0);
            raw_syscall(SYS_close, file, 0, 0, 0, 0, 0);
        }
    }
    errno = saved;
}

__attribute__((constructor)) static void begin(void) {
    know();
    if (program[0]) tell("PROGRAM", program);
}
