/* Random bytes of the system, and instead of them those of a seed. */
#include "observer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEVICE_BYTES (4u << 20)

/* Each thread has a stream of its own, so that threads do not take one another's numbers; they are counted as they first
 * ask. A forked child goes on with another stream than its parent. */
PER_THREAD uint64_t state;
PER_THREAD bool seeded;
static _Atomic uint64_t streams;
static _Atomic uint64_t generation;

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) */
static uint64_t next(uint64_t *from) {
    uint64_t z = (*from += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static uint64_t mine(void) {
    if (!seeded) {
        state = pinned_seed() ^ (atomic_fetch_add(&streams, 1) * 0xD1B54A32D192ED03ULL)
            ^ (atomic_load(&generation) * 0x8CB92BA72F3D8DD7ULL);
        seeded = true;
    }
    return next(&state);
}

static void forked(void) {
    atomic_fetch_add(&generation, 1);
    if (seeded) state ^= 0xA0761D6478BD642FULL * (atomic_load(&generation));
}

__attribute__((constructor)) static void watch_forks(void) {
    extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));
    if (entropy_pinned() && __register_atfork) __register_atfork(NULL, NULL, forked, NULL);
}

void fill_deterministically(void *buffer, size_t length) {
    unsigned char *to = buffer;
    while (length) {
        uint64_t bits = mine();
        size_t part = length < sizeof bits ? length : sizeof bits;
        memcpy(to, &bits, part);
        to += part;
        length -= part;
    }
}

HOOK ssize_t getrandom(void *buffer, size_t length, unsigned flags) {
    tell("ENTROPY", "getrandom");
    if (!entropy_pinned()) return REAL(getrandom)(buffer, length, flags);
    fill_deterministically(buffer, length);
    return (ssize_t)length;
}

HOOK int getentropy(void *buffer, size_t length) {
    tell("ENTROPY", "getentropy");
    if (!entropy_pinned() || length > 256) return REAL(getentropy)(buffer, length);
    fill_deterministically(buffer, length);
    return 0;
}

/* glibc 2.36 and later; getrandom(2) stands in where there are none. */
static uint32_t bits32(const char *name) {
    uint32_t bits = 0;
    tell("ENTROPY", name);
    if (entropy_pinned()) fill_deterministically(&bits, sizeof bits);
    else while (raw_syscall(SYS_getrandom, (long)&bits, sizeof bits, 0, 0, 0, 0) != sizeof bits) {}
    return bits;
}

HOOK uint32_t arc4random(void) {
    return bits32("arc4random");
}

HOOK void arc4random_buf(void *buffer, size_t length) {
    unsigned char *to = buffer;
    while (length) {
        uint32_t bits = bits32("arc4random");
        size_t part = length < sizeof bits ? length : sizeof bits;
        memcpy(to, &bits, part);
        to += part;
        length -= part;
    }
}

HOOK uint32_t arc4random_uniform(uint32_t bound) {
    if (bound < 2) return 0;
    uint32_t lowest = -bound % bound, bits;
    do bits = bits32("arc4random");
    while (bits < lowest);
    return bits % bound;
}

/* std::random_device::_M_getval() of libstdc++, which asks the processor rather than the system */
HOOK unsigned _ZNSt13random_device9_M_getvalEv(void *device);
HOOK unsigned _ZNSt13random_device9_M_getvalEv(void *device) {
    (void)device;
    return bits32("std::random_device");
}

/* Instead of /dev/urandom: a file in memory with so many bytes of the stream. -1: it is to be opened as always. */
int entropy_device(const char *path, int flags) {
    if (!path || (strcmp(path, "/dev/urandom") != 0 && strcmp(path, "/dev/random") != 0)) return -1;
    tell("ENTROPY", path);
    if (!entropy_pinned()) return -1;
    int saved = errno;
    long fd = raw_syscall(SYS_memfd_create, (long)"urandom", flags & O_CLOEXEC ? MFD_CLOEXEC : 0, 0, 0, 0, 0);
    if (fd < 0) return -1;
    unsigned char block[4096];
    for (unsigned written = 0; written < DEVICE_BYTES; written += sizeof block) {
        fill_deterministically(block, sizeof block);
        raw_syscall(SYS_write, fd, (long)block, sizeof block, 0, 0, 0);
    }
    raw_syscall(SYS_lseek, fd, 0, SEEK_SET, 0, 0, 0);
    errno = saved;
    return (int)fd;
}

/* Programs that ask the kernel without libc's names. */
HOOK long syscall(long number, ...) {
    __builtin_va_list list;
    __builtin_va_start(list, number);
    long a = __builtin_va_arg(list, long), b = __builtin_va_arg(list, long), c = __builtin_va_arg(list, long);
    long d = __builtin_va_arg(list, long), e = __builtin_va_arg(list, long), f = __builtin_va_arg(list, long);
    __builtin_va_end(list);
    if (number == SYS_getrandom) return getrandom((void *)a, (size_t)b, (unsigned)c);
    if (number == SYS_clock_gettime) {
        tell_clock((clockid_t)a);
        if (clock_pinned()) return pinned_clock((clockid_t)a, (struct timespec *)b);
    }
    if (number == SYS_futex && clock_pinned()) return futex_with_pinned_clock(a, b, c, d, e, f);
    return raw_syscall(number, a, b, c, d, e, f);
}
