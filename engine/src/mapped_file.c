/* mapped_file.c: reserves addresses for the whole file, reads into their beginning and maps the file over
 * what follows. */
#define _GNU_SOURCE
#include "mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

enum { READ_AT_ONCE = 256 << 10, HUGE_PAGE = 2 << 20 };

static size_t whole_pages(size_t n) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (n + page - 1) / page * page;
}

static int64_t nanoseconds(struct timespec t) {
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static file_identity identity_of(const struct stat *st) {
#ifdef __APPLE__
    struct timespec written = st->st_mtimespec, changed = st->st_ctimespec;
#else
    struct timespec written = st->st_mtim, changed = st->st_ctim;
#endif
    return (file_identity){(uint64_t)st->st_ino, (uint64_t)st->st_size, nanoseconds(written),
                           nanoseconds(changed)};
}

/* Addresses without access, so that a file larger than memory reserves nothing else. A large file's begin at a
 * multiple of HUGE_PAGE: Linux can then map what lies in the page cache in large pieces as such, and a step
 * that reads every byte misses the TLB a tenth as often. */
static uint8_t *reserve_addresses(size_t bytes) {
    size_t room = bytes < HUGE_PAGE ? bytes : bytes + HUGE_PAGE;
    uint8_t *image = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image == MAP_FAILED) return NULL;
    if (room == bytes) return image;
    size_t before = -(uintptr_t)image % HUGE_PAGE;
    if (before) munmap(image, before);
    munmap(image + before + bytes, HUGE_PAGE - before);
    return image + before;
}

static int reserve(mapped_file *f, size_t least, char *err, size_t errlen) {
    struct stat st;
    if (fstat(f->fd, &st)) return LILA_FAIL(LILA_E_IO, "can't stat %s: %s", f->path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return LILA_FAIL(LILA_E_IO, "%s is not a regular file", f->path);
    if (st.st_size < (off_t)least)
        return LILA_FAIL(LILA_E_FORMAT, "%s: expected at least %zu bytes, found %lld", f->path, least,
                         (long long)st.st_size);
    f->size = (size_t)st.st_size;
    f->identity = identity_of(&st);
    f->image = reserve_addresses(whole_pages(f->size));
    return f->image ? LILA_OK : LILA_FAIL(LILA_E_IO, "can't map %s: %s", f->path, strerror(errno));
}

int mapped_file_open(const char *path, size_t least, mapped_file *out, char *err, size_t errlen) {
    *out = (mapped_file){0};
    mapped_file f = {.path = strdup(path)};
    if (!f.path) return LILA_FAIL(LILA_E_MEMORY, "out of memory");
    f.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe isn't waited for */
    int status = f.fd < 0 ? LILA_FAIL(LILA_E_IO, "can't open %s: %s", path, strerror(errno))
                          : reserve(&f, least, err, errlen);
    if (status) {
        if (f.fd >= 0) close(f.fd);
        free(f.path);
        return status;
    }
    *out = f;
    return LILA_OK;
}

/* As much as READ_AT_ONCE more than was asked for, since a parser asks for a few bytes at a time. */
bool mapped_file_read(mapped_file *f, size_t end) {
    if (end <= f->read) return true;
    size_t from = f->read, to = end < f->size && f->size - end > READ_AT_ONCE ? end + READ_AT_ONCE : f->size;
    size_t page = from / whole_pages(1) * whole_pages(1);
    if (mprotect(f->image + page, whole_pages(to) - page, PROT_READ | PROT_WRITE)) return false;
    while (f->read < to) {
        ssize_t n = pread(f->fd, f->image + f->read, to - f->read, (off_t)f->read);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        f->read += (size_t)n;
    }
    return f->read >= end;
}

int mapped_file_map(mapped_file *f, size_t head, char *err, size_t errlen) {
    size_t from = whole_pages(head);
    if (!mapped_file_read(f, from < f->size ? from : f->size))
        return LILA_FAIL(LILA_E_IO, "can't read the first %zu bytes of %s", head, f->path);
    if (from < f->size) {
        void *rest = f->image + from;
        if (mmap(rest, f->size - from, PROT_READ, MAP_PRIVATE | MAP_FIXED, f->fd, (off_t)from) == MAP_FAILED)
            return LILA_FAIL(LILA_E_IO, "can't map %s: %s", f->path, strerror(errno));
        f->rest = watch_begin(rest, whole_pages(f->size - from), PROT_READ);
        if (!f->rest) return LILA_FAIL(LILA_E_MEMORY, "out of memory to watch %s", f->path);
    }
    mprotect(f->image, from, PROT_READ); /* a stray write to it should be noticed; nothing depends on it */
    f->read = f->size;
    return LILA_OK;
}

int mapped_file_check(const mapped_file *f, char *err, size_t errlen) {
    struct stat st;
    if (!f->image) return LILA_OK;
    if (fstat(f->fd, &st)) return LILA_FAIL(LILA_E_IO, "can't stat %s again: %s", f->path, strerror(errno));
    if ((size_t)st.st_size != f->size)
        return LILA_FAIL(LILA_E_IO,
                         "%s changed while it was open: expected %zu bytes, found %lld. Open it again.",
                         f->path, f->size, (long long)st.st_size);
    if (identity_of(&st).mtime_ns != f->identity.mtime_ns)
        return LILA_FAIL(LILA_E_IO, "%s changed while it was open: it was written to. Open it again.", f->path);
    if (watch_lost(f->rest))
        return LILA_FAIL(
            LILA_E_IO, "%s changed while it was open: a part of it could not be read. Open it again.", f->path);
    return LILA_OK;
}

void mapped_file_close(mapped_file *f) {
    if (f->image) {
        watch_end(f->rest);
        munmap(f->image, whole_pages(f->size));
        close(f->fd);
    }
    free(f->path);
    *f = (mapped_file){0};
}
