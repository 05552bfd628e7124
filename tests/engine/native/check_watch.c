/* check_watch.c: what a process lives through when files shrink under their maps.
 *
 *   check_watch CASE FOLDER
 *
 * Prints "ok" when all is as it should be. The cases whose name begins with "foreign" end by a handler, or by
 * the signal, as they would without the engine. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mapped_file.h"

enum { PAGES = 64, THREADS = 8, FILES = 40 };

static char path[4096];
static size_t page;

#define MUST(condition)                                                                                        \
    do {                                                                                                       \
        if (!(condition)) {                                                                                    \
            printf("line %d: %s\n", __LINE__, #condition);                                                     \
            exit(1);                                                                                           \
        }                                                                                                      \
    } while (0)

static void write_file(uint8_t byte) {
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    uint8_t *content = malloc(PAGES * page);
    memset(content, byte, PAGES * page);
    MUST(write(fd, content, PAGES * page) == (ssize_t)(PAGES * page));
    free(content);
    close(fd);
}

static mapped_file opened(size_t head) {
    char err[512];
    mapped_file f;
    MUST(!mapped_file_open(path, 1, &f, err, sizeof err));
    MUST(!mapped_file_map(&f, head, err, sizeof err));
    MUST(!mapped_file_check(&f, err, sizeof err));
    return f;
}

static const char *complaint(const mapped_file *f) {
    static char err[512];
    return mapped_file_check(f, err, sizeof err) ? err : "";
}

/* The sum of n bytes from `at`. */
static unsigned long sum(const mapped_file *f, size_t at, size_t n) {
    const volatile uint8_t *p = f->image + at;
    unsigned long total = 0;
    for (size_t i = 0; i < n; i++) total += p[i];
    return total;
}

static void test_shrunk(void) {
    write_file(3);
    mapped_file f = opened(2 * page - 5);
    MUST(sum(&f, 0, PAGES * page) == 3 * PAGES * page);
    MUST(!truncate(path, 10));
    MUST(sum(&f, 0, 2 * page) == 3 * 2 * page); /* the head is memory */
    MUST(sum(&f, 5 * page, page) == 0);
    MUST(watch_lost(f.rest));
    MUST(sum(&f, 2 * page, (PAGES - 2) * page) == 0);
    MUST(strstr(complaint(&f), "expected"));
    /* Grown again to its size, with its time: what was lost stays lost. */
    write_file(3);
    int fd = open(path, O_RDWR);
    MUST(!futimens(fd,
                   (struct timespec[]){{.tv_nsec = UTIME_OMIT},
                                       {f.identity.mtime_ns / 1000000000, f.identity.mtime_ns % 1000000000}}));
    close(fd);
    MUST(strstr(complaint(&f), "a part of it could not be read"));
    mapped_file_close(&f);
    mapped_file again = opened(0);
    MUST(sum(&again, 0, PAGES * page) == 3 * PAGES * page && !*complaint(&again));
    mapped_file_close(&again);
    mapped_file_close(&again);
}

static void test_written(void) {
    write_file(3);
    mapped_file f = opened(page);
    char moved[sizeof path + 8];
    snprintf(moved, sizeof moved, "%s.moved", path);
    MUST(!rename(path, moved));
    write_file(4); /* another file of that name */
    MUST(!*complaint(&f) && sum(&f, 0, PAGES * page) == 3 * PAGES * page);
    mapped_file_close(&f);
    f = opened(page);
    int fd = open(path, O_RDWR);
    usleep(20000); /* the clock of files ticks every few milliseconds */
    MUST(pwrite(fd, "x", 1, (off_t)(9 * page)) == 1);
    close(fd);
    MUST(strstr(complaint(&f), "it was written to"));
    MUST(!unlink(path));
    mapped_file_close(&f);
}

/* Cut short between opening and mapping, and between two reads of the head. */
static void test_cut_while_opening(void) {
    char err[512];
    mapped_file f;
    write_file(3);
    MUST(!mapped_file_open(path, 1, &f, err, sizeof err));
    MUST(mapped_file_read(&f, 1));
    MUST(!truncate(path, (off_t)page));
    MUST(!mapped_file_map(&f, page, err, sizeof err) && sum(&f, 0, PAGES * page) == 3 * page);
    MUST(*complaint(&f));
    mapped_file_close(&f);
    write_file(3);
    MUST(!mapped_file_open(path, 1, &f, err, sizeof err));
    MUST(!truncate(path, (off_t)page));
    MUST(mapped_file_read(&f, page) && !mapped_file_read(&f, page + 1));
    MUST(mapped_file_map(&f, page + 1, err, sizeof err) && strstr(err, "can't read the first"));
    mapped_file_close(&f);
    MUST(mapped_file_open(path, page + 1, &f, err, sizeof err) && strstr(err, "expected at least"));
    MUST(!f.image);
}

static atomic_uint waiting;

static void *read_all(void *arg) {
    const mapped_file *f = arg;
    atomic_fetch_add(&waiting, 1);
    while (!watch_lost(f->rest)) sum(f, page, (PAGES - 1) * page);
    return NULL;
}

/* All fault at once, and others come and go. */
static void test_threads(void) {
    pthread_t threads[THREADS];
    for (int round = 0; round < 10; round++) {
        atomic_store(&waiting, 0);
        write_file(1);
        mapped_file f = opened(page), others[FILES];
        for (int i = 0; i < THREADS; i++) MUST(!pthread_create(&threads[i], NULL, read_all, &f));
        while (atomic_load(&waiting) < THREADS) usleep(100);
        for (int i = 0; i < FILES; i++) others[i] = opened(page);
        MUST(!truncate(path, 0));
        for (int i = 0; i < FILES; i++) mapped_file_close(&others[i]);
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
        MUST(watch_lost(f.rest) && sum(&f, page, page) == 0);
        mapped_file_close(&f);
    }
}

/* ---- faults that aren't the engine's */

static uint8_t *foreign_map(void) {
    write_file(1);
    int fd = open(path, O_RDWR);
    uint8_t *map = mmap(NULL, PAGES * page, PROT_READ, MAP_SHARED, fd, 0);
    MUST(map != MAP_FAILED && !ftruncate(fd, 0));
    return map;
}

static void leave(int number, siginfo_t *info, void *context) {
    (void)context;
    _exit(number == SIGBUS && info->si_code > 0 ? 40 : 41);
}

static void leave_simply(int number) {
    _exit(number == SIGBUS ? 42 : 43);
}

static struct sigaction before_restoring;

/* As Python's faulthandler: puts back what was there before it, and raises the signal again. */
static void restore_and_raise(int number) {
    if (write(STDOUT_FILENO, "restored ", 9) != 9) _exit(44);
    sigaction(number, &before_restoring, NULL);
    raise(number);
}

static void handle(void (*simple)(int), void (*full)(int, siginfo_t *, void *)) {
    struct sigaction action = {.sa_handler = simple, .sa_flags = full ? SA_SIGINFO : SA_NODEFER};
    if (full) action.sa_sigaction = full;
    sigaction(SIGBUS, &action, &before_restoring);
}

static void fault(void) {
    printf("%d", foreign_map()[5 * page]);
}

static int foreign(const char *which) {
    mapped_file f;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(which, "foreign-handler")) handle(NULL, leave);
    if (!strcmp(which, "foreign-simple")) handle(leave_simply, NULL);
    if (!strcmp(which, "foreign-ignored")) handle(SIG_IGN, NULL);
    write_file(1);
    f = opened(0);
    if (!strcmp(which, "foreign-later")) handle(restore_and_raise, NULL);
    watch_ready(); /* a step of the engine: it is in front again */
    if (!strcmp(which, "foreign-ignored")) MUST(!raise(SIGBUS));
    if (!strcmp(which, "foreign-closed")) { /* what was watched once is nobody's, and neither is all below it */
        mapped_file_close(&f);
    } else {
        MUST(!truncate(path, 0));
        MUST(sum(&f, 0, PAGES * page) == 0 && watch_lost(f.rest));
    }
    fault();
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    page = (size_t)sysconf(_SC_PAGESIZE);
    snprintf(path, sizeof path, "%s/file", argv[2]);
    if (!strncmp(argv[1], "foreign", 7)) return foreign(argv[1]);
    if (!strcmp(argv[1], "shrunk")) test_shrunk();
    if (!strcmp(argv[1], "written")) test_written();
    if (!strcmp(argv[1], "cut-while-opening")) test_cut_while_opening();
    if (!strcmp(argv[1], "threads")) test_threads();
    puts("ok");
    return 0;
}
