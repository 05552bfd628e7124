/* sidecar_clean.c: keeps the cache folder within its limit. A file that some process has mapped may go: the
 * mapping keeps what it shows. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sidecar.h"

enum { MOST_FILES = 4096 };

/* A file of panels and, where it has one, its receipt. */
typedef struct cached {
    char name[64];
    uint64_t bytes;
    struct timespec used;
} cached;

static bool is_ours(const char *name, const char *ending) {
    return strlen(name) == 16 + strlen(ending) && strspn(name, "0123456789abcdef") == 16 &&
           !strcmp(name + 16, ending);
}

static int by_use(const void *a, const void *b) {
    const struct timespec *x = &((const cached *)a)->used, *y = &((const cached *)b)->used;
    if (x->tv_sec != y->tv_sec) return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* Whoever holds the lock is still writing it. */
static void delete_if_abandoned(int folder, const char *name) {
    int fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return;
    if (!flock(fd, LOCK_EX | LOCK_NB)) unlinkat(folder, name, 0);
    close(fd);
}

/* name with the ending of receipts. */
static void receipt_name(const char *name, char out[64]) {
    snprintf(out, 64, "%.16s.seen", name);
}

/* When the panels were written or their receipt was touched, whichever is later. */
static struct timespec last_use(int folder, const char *name, struct timespec written) {
    char receipt[64];
    struct stat st;
    receipt_name(name, receipt);
    if (fstatat(folder, receipt, &st, AT_SYMLINK_NOFOLLOW)) return written;
    return st.st_mtim.tv_sec > written.tv_sec ||
                   (st.st_mtim.tv_sec == written.tv_sec && st.st_mtim.tv_nsec > written.tv_nsec)
               ? st.st_mtim
               : written;
}

static void delete_if_alone(int folder, const char *receipt) {
    char panels[64];
    snprintf(panels, sizeof panels, "%.16s.panels", receipt);
    if (faccessat(folder, panels, F_OK, AT_SYMLINK_NOFOLLOW)) unlinkat(folder, receipt, 0);
}

static bool delete_panels(int folder, const char *name) {
    char receipt[64];
    if (unlinkat(folder, name, 0)) return false;
    receipt_name(name, receipt);
    unlinkat(folder, receipt, 0);
    return true;
}

static size_t list_files(DIR *dir, cached *files) {
    size_t n = 0;
    struct stat st;
    for (struct dirent *entry; n < MOST_FILES && (entry = readdir(dir));) {
        if (is_ours(entry->d_name, ".unfinished")) delete_if_abandoned(dirfd(dir), entry->d_name);
        if (is_ours(entry->d_name, ".seen")) delete_if_alone(dirfd(dir), entry->d_name);
        if (!is_ours(entry->d_name, ".panels")) continue;
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode)) continue;
        memcpy(files[n].name, entry->d_name, strlen(entry->d_name) + 1);
        files[n].bytes = (uint64_t)st.st_size;
        files[n++].used = last_use(dirfd(dir), entry->d_name, st.st_mtim);
    }
    return n;
}

void sidecar_clean(const char *folder, const char *keep, uint64_t limit) {
    cached *files = malloc(MOST_FILES * sizeof *files);
    DIR *dir = files ? opendir(folder) : NULL;
    if (dir) {
        const char *slash = strrchr(keep, '/'), *kept = slash ? slash + 1 : keep;
        size_t n = list_files(dir, files);
        uint64_t total = 0;
        for (size_t i = 0; i < n; i++) total += files[i].bytes;
        qsort(files, n, sizeof *files, by_use);
        for (size_t i = 0; i < n && total > limit; i++) {
            if (!strcmp(files[i].name, kept) || !delete_panels(dirfd(dir), files[i].name)) continue;
            total -= files[i].bytes;
        }
        closedir(dir);
    }
    free(files);
}
