/* Clocks, and the waiting by them.
 * A pinned clock goes on by 64 ns whenever a thread looks at it and by what the thread waited; after a million looks by
 * 1 µs, so that who waits by looking comes to an end. A Java machine looks for purposes of its own, now and then once more
 * or less: there the first million looks see the same. Each thread has a clock of its own, which begins as that of its
 * creator stands, as others would push it on at times that no two runs share. All begin in the past: what waits for a
 * moment of them behind our back is woken at once, never late. */
#include "observer.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define LOOK 64
#define SLACK 50000
#define PATIENT_LOOKS 1000000
#define IMPATIENT_LOOK 1000

PER_THREAD int64_t looks;
PER_THREAD int64_t waited;

static bool by_date(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI || clock == CLOCK_REALTIME_ALARM;
}

static int64_t gone(void) {
    int64_t impatient = looks > PATIENT_LOOKS ? looks - PATIENT_LOOKS : 0;
    return (stands_while_looked_at() ? 0 : looks - impatient) * LOOK + impatient * IMPATIENT_LOOK + waited;
}

/* As with real timers, a wait takes a little longer than asked for. */
static void passed(int64_t nanoseconds) {
    waited += nanoseconds + SLACK;
}

static int64_t pinned_now(clockid_t clock) {
    return (by_date(clock) ? pinned_start() * SECOND : SECOND) + gone();
}

static int64_t real_now(clockid_t clock) {
    struct timespec time = {0, 0};
    raw_syscall(SYS_clock_gettime, clock, (long)&time, 0, 0, 0, 0);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t nanoseconds(const struct timespec *time) {
    return time->tv_sec >= INT64_MAX / SECOND ? INT64_MAX : time->tv_sec * SECOND + time->tv_nsec;
}

static struct timespec timespec_of(int64_t nanoseconds) {
    return (struct timespec){nanoseconds / SECOND, nanoseconds % SECOND};
}

void tell_clock(clockid_t clock) {
    static _Atomic uint32_t told;
    if (clock < 0 || clock > 31 || (atomic_load_explicit(&told, memory_order_relaxed) >> clock & 1)) return;
    atomic_fetch_or(&told, 1u << clock);
    tell("CLOCK", by_date(clock) ? "date" : clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID ? "processor" : "monotonic");
}

int pinned_clock(clockid_t clock, struct timespec *time) {
    looks++;
    if (time) *time = timespec_of(pinned_now(clock));
    return 0;
}

HOOK int clock_gettime(clockid_t clock, struct timespec *time) {
    tell_clock(clock);
    return clock_pinned() ? pinned_clock(clock, time) : REAL(clock_gettime)(clock, time);
}

HOOK int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    tell_clock(CLOCK_REALTIME);
    if (!clock_pinned()) return REAL(gettimeofday)(time, zone);
    struct timespec now;
    pinned_clock(CLOCK_REALTIME, &now);
    *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

HOOK time_t time(time_t *seconds) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (seconds) *seconds = now.tv_sec;
    return now.tv_sec;
}

HOOK int timespec_get(struct timespec *time, int base) {
    if (base != TIME_UTC) return REAL(timespec_get)(time, base);
    clock_gettime(CLOCK_REALTIME, time);
    return base;
}

HOOK clock_t clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (clock_t)(now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

struct beginning {
    void *(*routine)(void *);
    void *argument;
    int64_t looks, waited;
};

static void *begin_thread(void *given) {
    struct beginning beginning = *(struct beginning *)given;
    free(given);
    looks = beginning.looks;
    waited = beginning.waited;
    return beginning.routine(beginning.argument);
}

HOOK int pthread_create(
    pthread_t *restrict thread,
    const pthread_attr_t *restrict attributes,
    void *(*routine)(void *),
    void *restrict argument) {
    tell("THREAD", "pthread_create");
    struct beginning *beginning = clock_pinned() ? malloc(sizeof *beginning) : NULL;
    if (!beginning) return REAL(pthread_create)(thread, attributes, routine, argument);
    *beginning = (struct beginning){routine, argument, looks, waited};
    int result = REAL(pthread_create)(thread, attributes, begin_thread, beginning);
    if (result != 0) free(beginning);
    return result;
}

/* A moment of the pinned clock as one of the real clock; left is how long it is until then. */
static struct timespec real_moment(clockid_t clock, const struct timespec *moment, int64_t *left) {
    *left = nanoseconds(moment) - pinned_now(clock);
    if (*left < 0) *left = 0;
    int64_t now = real_now(clock);
    return timespec_of(*left > INT64_MAX - now ? INT64_MAX : now + *left);
}

/* Which clock a condition goes by is not to be seen; their pinned times are decades apart. */
static clockid_t clock_of(const struct timespec *moment) {
    return moment->tv_sec >= pinned_start() / 2 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}

#define WAIT_UNTIL(clock, moment, wait, timed_out) \
    ({ \
        int64_t left; \
        struct timespec until = real_moment(clock, moment, &left); \
        __typeof__(wait) result = wait; \
        if (timed_out) passed(left); \
        result; \
    })

HOOK int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict moment) {
    if (!clock_pinned()) return REAL(pthread_cond_timedwait)(condition, mutex, moment);
    return WAIT_UNTIL(
        clock_of(moment), moment, REAL(pthread_cond_timedwait)(condition, mutex, &until), result == ETIMEDOUT);
}

/* These came with glibc 2.30; nobody calls them on an older one. */
extern int pthread_cond_clockwait(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
HOOK int pthread_cond_clockwait(
    pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *moment) {
    if (!clock_pinned()) return REAL(pthread_cond_clockwait)(condition, mutex, clock, moment);
    return WAIT_UNTIL(
        clock, moment, REAL(pthread_cond_clockwait)(condition, mutex, clock, &until), result == ETIMEDOUT);
}

HOOK int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict moment) {
    if (!clock_pinned()) return REAL(sem_timedwait)(semaphore, moment);
    return WAIT_UNTIL(
        CLOCK_REALTIME, moment, REAL(sem_timedwait)(semaphore, &until), result == -1 && errno == ETIMEDOUT);
}

extern int sem_clockwait(sem_t *, clockid_t, const struct timespec *);
HOOK int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *moment) {
    if (!clock_pinned()) return REAL(sem_clockwait)(semaphore, clock, moment);
    return WAIT_UNTIL(
        clock, moment, REAL(sem_clockwait)(semaphore, clock, &until), result == -1 && errno == ETIMEDOUT);
}

HOOK int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict moment) {
    if (!clock_pinned()) return REAL(pthread_mutex_timedlock)(mutex, moment);
    return WAIT_UNTIL(
        CLOCK_REALTIME, moment, REAL(pthread_mutex_timedlock)(mutex, &until), result == ETIMEDOUT);
}

long futex_with_pinned_clock(long a, long op, long c, long timeout, long e, long f) {
    long command = op & FUTEX_CMD_MASK;
    if (command != FUTEX_WAIT_BITSET || !timeout) {
        long result = raw_syscall(SYS_futex, a, op, c, timeout, e, f);
        if (command == FUTEX_WAIT && timeout && result == -1 && errno == ETIMEDOUT)
            passed(nanoseconds((const struct timespec *)timeout));
        return result;
    }
    clockid_t clock = op & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    return WAIT_UNTIL(
        clock,
        (const struct timespec *)timeout,
        raw_syscall(SYS_futex, a, op, c, (long)&until, e, f),
        result == -1 && errno == ETIMEDOUT);
}

HOOK int clock_nanosleep(
    clockid_t clock, int flags, const struct timespec *time, struct timespec *remaining) {
    if (!clock_pinned()) return REAL(clock_nanosleep)(clock, flags, time, remaining);
    if (flags & TIMER_ABSTIME)
        return WAIT_UNTIL(clock, time, REAL(clock_nanosleep)(clock, flags, &until, remaining), result == 0);
    int result = REAL(clock_nanosleep)(clock, flags, time, remaining);
    if (result == 0) passed(nanoseconds(time));
    return result;
}

HOOK int nanosleep(const struct timespec *time, struct timespec *remaining) {
    int result = REAL(nanosleep)(time, remaining);
    if (result == 0) passed(nanoseconds(time));
    return result;
}

HOOK int usleep(useconds_t microseconds) {
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    return nanosleep(&time, NULL);
}

HOOK unsigned sleep(unsigned seconds) {
    unsigned left = REAL(sleep)(seconds);
    passed((seconds - left) * SECOND);
    return left;
}

HOOK int poll(struct pollfd *files, nfds_t count, int timeout) {
    int result = REAL(poll)(files, count, timeout);
    if (result == 0 && timeout > 0) passed(timeout * 1000000LL);
    return result;
}

HOOK int ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout, const sigset_t *signals) {
    int result = REAL(ppoll)(files, count, timeout, signals);
    if (result == 0 && timeout) passed(nanoseconds(timeout));
    return result;
}

HOOK int select(
    int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict errors, struct timeval *restrict timeout) {
    int64_t time = timeout ? timeout->tv_sec * SECOND + timeout->tv_usec * 1000 : 0;
    int result = REAL(select)(count, in, out, errors, timeout);
    if (result == 0) passed(time);
    return result;
}

HOOK int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout) {
    int result = REAL(epoll_wait)(epoll, events, count, timeout);
    if (result == 0 && timeout > 0) passed(timeout * 1000000LL);
    return result;
}

HOOK int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout, const sigset_t *signals) {
    int result = REAL(epoll_pwait)(epoll, events, count, timeout, signals);
    if (result == 0 && timeout > 0) passed(timeout * 1000000LL);
    return result;
}
