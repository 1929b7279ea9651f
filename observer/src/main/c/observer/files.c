/* Files that are opened, and programs that are started. */
#include "observer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static size_t decimal(char *text, long number) {
    char reversed[24];
    size_t digits = 0, length = 0;
    do reversed[digits++] = (char)('0' + number % 10);
    while (number /= 10);
    while (digits) text[length++] = reversed[--digits];
    text[length] = 0;
    return length;
}

/* Where an open file really is, links resolved. */
static bool place_of(long fd, char *path) {
    char link[48] = "/proc/self/fd/";
    decimal(link + strlen(link), fd);
    long length = raw_syscall(SYS_readlinkat, AT_FDCWD, (long)link, (long)path, PATH_MAX - 1, 0, 0);
    if (length <= 0) return false;
    path[length] = 0;
    return path[0] == '/';
}

/* A path that may not exist, made absolute. */
static void absolute(int directory, const char *path, char *whole) {
    whole[0] = 0;
    if (path[0] != '/') {
        if (directory == AT_FDCWD) {
            if (raw_syscall(SYS_getcwd, (long)whole, PATH_MAX, 0, 0, 0, 0) <= 0) whole[0] = 0;
        } else if (!place_of(directory, whole)) {
            whole[0] = 0;
        }
        strncat(whole, "/", PATH_MAX - strlen(whole) - 1);
    }
    strncat(whole, path, PATH_MAX - strlen(whole) - 1);
}

static bool there(int directory, const char *path) {
    return raw_syscall(SYS_faccessat, directory, (long)path, F_OK, 0, 0, 0) == 0;
}

/* MAKE: its content is the program's own; WRITE: nothing is read; READ: it was there; MISS: it was not. */
static void tell_open(int directory, const char *path, long fd, int flags, bool was_there) {
    char place[PATH_MAX];
    if (!path) return;
    if (fd < 0 || !place_of(fd, place)) {
        absolute(directory, path, place);
        tell(fd < 0 ? "MISS" : "READ", place);
    } else if ((flags & O_TRUNC) || (flags & O_TMPFILE) == O_TMPFILE || ((flags & O_CREAT) && !was_there)) {
        tell("MAKE", place);
    } else {
        tell((flags & O_ACCMODE) == O_WRONLY ? "WRITE" : "READ", place);
    }
}

static int open_and_tell(int directory, const char *path, int flags, mode_t mode) {
    int fd = entropy_device(path, flags);
    if (fd >= 0) return fd;
    if (!observing()) return REAL(openat)(directory, path, flags, mode);
    int saved = errno;
    bool was_there = !(flags & O_CREAT) || (path && there(directory, path));
    errno = saved;
    fd = REAL(openat)(directory, path, flags, mode);
    saved = errno;
    tell_open(directory, path, fd, flags, was_there);
    errno = saved;
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list arguments; \
        va_start(arguments, flags); \
        mode = va_arg(arguments, mode_t); \
        va_end(arguments); \
    }

HOOK int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_and_tell(AT_FDCWD, path, flags, mode);
}

HOOK int open64(const char *path, int flags, ...) {
    MODE(flags)
    return open_and_tell(AT_FDCWD, path, flags, mode);
}

HOOK int openat(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return open_and_tell(directory, path, flags, mode);
}

HOOK int openat64(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return open_and_tell(directory, path, flags, mode);
}

/* what a compiler makes of them with _FORTIFY_SOURCE */
HOOK int __open_2(const char *path, int flags) {
    return open_and_tell(AT_FDCWD, path, flags, 0);
}

HOOK int __open64_2(const char *path, int flags) {
    return open_and_tell(AT_FDCWD, path, flags, 0);
}

HOOK int __openat_2(int directory, const char *path, int flags) {
    return open_and_tell(directory, path, flags, 0);
}

HOOK int __openat64_2(int directory, const char *path, int flags) {
    return open_and_tell(directory, path, flags, 0);
}

HOOK int creat(const char *path, mode_t mode) {
    return open_and_tell(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

HOOK int creat64(const char *path, mode_t mode) {
    return open_and_tell(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

static int flags_of(const char *mode) {
    if (mode[0] == 'w') return O_WRONLY | O_CREAT | O_TRUNC;
    if (mode[0] == 'a') return O_CREAT | (strchr(mode, '+') ? O_RDWR : O_WRONLY);
    return O_RDONLY;
}

typedef FILE *opener(const char *, const char *);

static FILE *fopen_and_tell(opener *real, const char *path, const char *mode) {
    int fd = entropy_device(path, O_RDONLY);
    if (fd >= 0) return fdopen(fd, mode);
    if (!observing()) return real(path, mode);
    int saved = errno, flags = flags_of(mode);
    bool was_there = there(AT_FDCWD, path);
    errno = saved;
    FILE *file = real(path, mode);
    saved = errno;
    tell_open(AT_FDCWD, path, file ? fileno(file) : -1, flags, was_there);
    errno = saved;
    return file;
}

HOOK FILE *fopen(const char *path, const char *mode) {
    return fopen_and_tell(REAL(fopen), path, mode);
}

HOOK FILE *fopen64(const char *path, const char *mode) {
    return fopen_and_tell(REAL(fopen64), path, mode);
}

static FILE *freopen_and_tell(FILE *file, const char *path, const char *mode, bool was_there) {
    int saved = errno;
    if (path && observing())
        tell_open(AT_FDCWD, path, file ? fileno(file) : -1, flags_of(mode), was_there);
    errno = saved;
    return file;
}

HOOK FILE *freopen(const char *path, const char *mode, FILE *stream) {
    bool was_there = path && there(AT_FDCWD, path);
    return freopen_and_tell(REAL(freopen)(path, mode, stream), path, mode, was_there);
}

HOOK FILE *freopen64(const char *path, const char *mode, FILE *stream) {
    bool was_there = path && there(AT_FDCWD, path);
    return freopen_and_tell(REAL(freopen64)(path, mode, stream), path, mode, was_there);
}

HOOK DIR *opendir(const char *path) {
    DIR *directory = REAL(opendir)(path);
    int saved = errno;
    if (observing()) tell_open(AT_FDCWD, path, directory ? dirfd(directory) : -1, O_RDONLY, true);
    errno = saved;
    return directory;
}

/* What is moved to a place was there before under another name: what the program wrote stays its own. */
static int tell_move(int result, int directory, const char *to) {
    int saved = errno;
    if (result == 0 && observing()) {
        char place[PATH_MAX];
        absolute(directory, to, place);
        tell("MAKE", place);
    }
    errno = saved;
    return result;
}

HOOK int rename(const char *from, const char *to) {
    return tell_move(REAL(rename)(from, to), AT_FDCWD, to);
}

HOOK int renameat(int from_directory, const char *from, int to_directory, const char *to) {
    return tell_move(REAL(renameat)(from_directory, from, to_directory, to), to_directory, to);
}

HOOK int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
    return tell_move(REAL(renameat2)(from_directory, from, to_directory, to, flags), to_directory, to);
}

static void tell_start(const char *path) {
    if (!path || !observing()) return;
    int saved = errno;
    char place[PATH_MAX];
    long fd = raw_syscall(SYS_openat, AT_FDCWD, (long)path, O_PATH | O_CLOEXEC, 0, 0, 0);
    if (fd >= 0) {
        if (place_of(fd, place)) tell("START", place);
        raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
    }
    errno = saved;
}

HOOK int execve(const char *path, char *const arguments[], char *const environment[]) {
    tell_start(path);
    return REAL(execve)(path, arguments, environment);
}

HOOK int execv(const char *path, char *const arguments[]) {
    tell_start(path);
    return REAL(execv)(path, arguments);
}

HOOK int posix_spawn(
    pid_t *pid,
    const char *path,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes,
    char *const arguments[],
    char *const environment[]) {
    tell_start(path);
    return REAL(posix_spawn)(pid, path, actions, attributes, arguments, environment);
}
