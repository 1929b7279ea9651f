/* Starts a program under conditions:
 *   mlaas-confine [OPTION]… -- PROGRAM [ARGUMENT]…
 *   --set NAME=VALUE        a variable of its environment
 *   --default NAME=VALUE    the same, unless it is there
 *   --preload LIBRARY       before whatever the environment has to be loaded first
 *   --one-processor         one processor, whatever there is
 *   --fixed-addresses       memory at the same addresses each time
 *   --network               a network of its own, in which nobody else is
 *   --processes             numbers of processes of its own
 *   --files DIRECTORY       a file system of its own, made over this directory; it has what the next two name, and an own /tmp
 *   --read-only PATH        shows a file or directory
 *   --writable PATH         shows one that may be written to
 * Exit status: the program's; 128 + signal; 125 if a condition cannot be had; 126 or 127 if the program cannot be started. */
#include "confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct conditions conditions;
static volatile pid_t child;

void fail(const char *format, ...) {
    int cause = errno;
    va_list arguments;
    va_start(arguments, format);
    fputs("mlaas-confine: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s\n", strerror(cause));
    exit(UNAVAILABLE);
}

static void set_default(char *variable) {
    char *equals = strchr(variable, '=');
    if (!equals) return;
    *equals = 0;
    setenv(variable, equals + 1, 0);
    *equals = '=';
}

static void preload(const char *library) {
    const char *others = getenv("LD_PRELOAD");
    char both[8192];
    if (snprintf(both, sizeof both, "%s%s%s", library, others ? ":" : "", others ? others : "") >= (int)sizeof both) {
        errno = ENAMETOOLONG;
        fail("LD_PRELOAD");
    }
    setenv("LD_PRELOAD", both, 1);
}

static char **parse(int count, char **arguments) {
    conditions.shown = calloc((size_t)count, sizeof *conditions.shown);
    for (int i = 1; i < count; i++) {
        const char *option = arguments[i];
        bool has_value = i + 1 < count;
        if (strcmp(option, "--") == 0 && has_value) return arguments + i + 1;
        if (strcmp(option, "--one-processor") == 0) conditions.one_processor = true;
        else if (strcmp(option, "--fixed-addresses") == 0) conditions.fixed_addresses = true;
        else if (strcmp(option, "--network") == 0) conditions.network = true;
        else if (strcmp(option, "--processes") == 0) conditions.processes = true;
        else if (strcmp(option, "--set") == 0 && has_value) putenv(arguments[++i]);
        else if (strcmp(option, "--default") == 0 && has_value) set_default(arguments[++i]);
        else if (strcmp(option, "--preload") == 0 && has_value) preload(arguments[++i]);
        else if (strcmp(option, "--files") == 0 && has_value) conditions.files = arguments[++i];
        else if (strcmp(option, "--read-only") == 0 && has_value)
            conditions.shown[conditions.shown_count++] = (struct shown){arguments[++i], false};
        else if (strcmp(option, "--writable") == 0 && has_value)
            conditions.shown[conditions.shown_count++] = (struct shown){arguments[++i], true};
        else {
            fprintf(stderr, "mlaas-confine: %s (expected: OPTION… -- PROGRAM ARGUMENT…)\n", option);
            exit(UNAVAILABLE);
        }
    }
    fprintf(stderr, "mlaas-confine: no program (expected: OPTION… -- PROGRAM ARGUMENT…)\n");
    exit(UNAVAILABLE);
}

static void take_one_processor(void) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed)) fail("processors");
    int first = 0;
    while (first < CPU_SETSIZE && !CPU_ISSET(first, &allowed)) first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    if (sched_setaffinity(0, sizeof one, &one)) fail("processor %d", first);
}

static void write_map(const char *file, const char *format, unsigned id) {
    FILE *map = fopen(file, "w");
    if (!map || fprintf(map, format, id, id) < 0 || fclose(map)) fail("%s", file);
}

/* Who is not root may have namespaces only in a user namespace, and is the same user there. */
static void leave_namespaces(void) {
    unsigned user = geteuid(), group = getegid();
    int flags = (conditions.network ? CLONE_NEWNET : 0) | (conditions.processes ? CLONE_NEWPID : 0)
        | (conditions.files ? CLONE_NEWNS : 0);
    if (!flags) return;
    if (user != 0) flags |= CLONE_NEWUSER;
    if (unshare(flags)) fail("namespaces");
    if (user != 0) {
        write_map("/proc/self/setgroups", "deny", 0);
        write_map("/proc/self/uid_map", "%u %u 1", user);
        write_map("/proc/self/gid_map", "%u %u 1", group);
    }
}

static void wake_loopback(void) {
    int socket_of_it = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    if (socket_of_it < 0 || ioctl(socket_of_it, SIOCSIFFLAGS, &request)) fail("loopback");
    close(socket_of_it);
}

/* What a program needs that reads and writes files as root; not what would undo the conditions. */
static void drop_capabilities(void) {
    unsigned long kept = 1UL << CAP_CHOWN | 1UL << CAP_DAC_OVERRIDE | 1UL << CAP_FOWNER | 1UL << CAP_KILL;
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno == EINVAL) break; /* the kernel knows no more */
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("privileges");
}

static void pass_on(int signal) {
    if (child > 0) kill(child, signal);
}

static int exit_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Waits for the child, and as the first of its namespace for whoever else ends there. */
static int await(void) {
    int status = 0;
    for (;;) {
        pid_t ended = wait(&status);
        if (ended == child) return exit_status(status);
        if (ended < 0 && errno != EINTR) fail("wait");
    }
}

static void fork_and_pass_on(void) {
    struct sigaction passing = {.sa_handler = pass_on};
    const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) fail("end with the parent");
    } else {
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &passing, NULL);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void start(char **command) {
    if (conditions.network || conditions.processes || conditions.files) drop_capabilities();
    if (conditions.fixed_addresses && personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE) < 0) fail("addresses");
    execvp(command[0], command);
    int cause = errno;
    fprintf(stderr, "mlaas-confine: %s: %s\n", command[0], strerror(cause));
    _exit(cause == ENOENT ? 127 : 126);
}

static void become_first_process(char **command) {
    if (conditions.network) wake_loopback();
    if (conditions.files) show_files(&conditions);
    /* the first process of a namespace gets no signal that it does not handle: the program is the second */
    if (conditions.processes) {
        fork_and_pass_on();
        if (child > 0) exit(await());
    }
    start(command);
}

int main(int count, char **arguments) {
    char **command = parse(count, arguments);
    if (conditions.one_processor) take_one_processor();
    leave_namespaces();
    if (!conditions.network && !conditions.processes && !conditions.files) start(command);
    fork_and_pass_on();
    if (child > 0) return await();
    become_first_process(command);
}
