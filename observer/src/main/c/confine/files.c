/* A root file system with nothing but what is shown (mount_namespaces(7), pivot_root(2)). */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* as linux/mount.h has them, which older C libraries cannot have beside sys/mount.h */
#define SET_ATTRIBUTES 442
#define RECURSIVELY 0x8000
#define READ_ONLY 1
struct attributes {
    uint64_t set, clear, propagation, user;
};

static void make_directories(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        if (mkdir(path, 0755) && errno != EEXIST) fail("%s", path);
        *slash = '/';
    }
}

static void make_read_only(const char *target) {
    struct attributes attributes = {.set = READ_ONLY};
    if (syscall(SET_ATTRIBUTES, AT_FDCWD, target, RECURSIVELY, &attributes, sizeof attributes) == 0) return;
    if (errno != ENOSYS) fail("read-only %s", target);
    if (mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL)) fail("read-only %s", target);
}

static void show_at(const char *root, const char *place, const char *source, bool writable) {
    char target[PATH_MAX];
    struct stat what;
    if (snprintf(target, sizeof target, "%s%s", root, place) >= (int)sizeof target) {
        errno = ENAMETOOLONG;
        fail("%s", place);
    }
    if (stat(source, &what)) fail("%s", source);
    make_directories(target);
    if (S_ISDIR(what.st_mode)) {
        if (mkdir(target, 0755) && errno != EEXIST) fail("%s", target);
    } else {
        int file = open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        /* it is there already, in a directory that is shown read-only */
        if (file < 0 && access(target, F_OK)) fail("%s", target);
        if (file >= 0) close(file);
    }
    if (mount(source, target, NULL, MS_BIND | MS_REC, NULL)) fail("%s", source);
    if (!writable) make_read_only(target);
}

/* A path is shown under its own name and under the one that its links lead to; links such as /lib stay links. */
static void show(const char *root, const struct shown *shown) {
    char real[PATH_MAX], link[PATH_MAX], target[PATH_MAX];
    struct stat what;
    if (!realpath(shown->path, real)) {
        if (errno == ENOENT) return;
        fail("%s", shown->path);
    }
    bool top = strchr(shown->path + 1, '/') == NULL;
    if (top && lstat(shown->path, &what) == 0 && S_ISLNK(what.st_mode)) {
        ssize_t length = readlink(shown->path, link, sizeof link - 1);
        link[length > 0 ? length : 0] = 0;
        snprintf(target, sizeof target, "%s%s", root, shown->path);
        if (symlink(link, target) && errno != EEXIST) fail("%s", target);
    } else if (strcmp(real, shown->path) != 0) {
        show_at(root, shown->path, real, shown->writable);
    }
    show_at(root, real, real, shown->writable);
}

static void mount_memory(const char *root, const char *place, const char *options) {
    char target[PATH_MAX];
    snprintf(target, sizeof target, "%s%s", root, place);
    make_directories(target);
    if (mkdir(target, 0755) && errno != EEXIST) fail("%s", target);
    if (mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options)) fail("%s", target);
}

void show_files(const struct conditions *conditions) {
    const char *root = conditions->files;
    char here[PATH_MAX], target[PATH_MAX];
    if (!getcwd(here, sizeof here)) fail("working directory");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail("mounts");
    if (mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")) fail("%s", root);
    mount_memory(root, "/tmp", "mode=1777");
    show_at(root, "/dev", "/dev", false);
    mount_memory(root, "/dev/shm", "mode=1777");
    show_at(root, "/sys", "/sys", false);
    if (conditions->processes) {
        snprintf(target, sizeof target, "%s/proc", root);
        if (mkdir(target, 0555) || mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) fail("/proc");
    } else {
        show_at(root, "/proc", "/proc", false);
    }
    for (size_t i = 0; i < conditions->shown_count; i++) show(root, &conditions->shown[i]);
    snprintf(target, sizeof target, "%s/.outside", root);
    if (mkdir(target, 0700) || syscall(SYS_pivot_root, root, target)) fail("pivot_root");
    if (chdir("/") || umount2("/.outside", MNT_DETACH) || rmdir("/.outside")) fail("leaving the outside");
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL)) fail("read-only root");
    if (chdir(here)) fail("%s (expected: a directory that is shown)", here);
}
