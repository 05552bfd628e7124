/* receipt.c: receipts on disk. They are written in place: a reader of a torn one finds its seal broken. */
#define _GNU_SOURCE
#include "receipt.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "digest.h"

enum { RECEIPT_VERSION = 1 };

static const char MAGIC[8] = "LilaSeen";
/* Clocks of files tick every few milliseconds on most file systems. */
static const int64_t SETTLED_NS = 50 * 1000 * 1000;

typedef struct record {
    char magic[8];
    uint64_t version;
    receipt content;
    uint64_t seal; /* digest of all before it */
} record;

_Static_assert(sizeof(record) == 104, "no padding: the record is written as it lies in memory");

static uint64_t seal_of(const record *r) {
    return digest_bytes(r, sizeof *r - sizeof r->seal, RECEIPT_VERSION);
}

bool receipt_read(const char *path, receipt *out) {
    record r;
    *out = (receipt){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) return false;
    bool whole = pread(fd, &r, sizeof r, 0) == (ssize_t)sizeof r;
    close(fd);
    if (!whole || memcmp(r.magic, MAGIC, sizeof MAGIC) || r.version != RECEIPT_VERSION || r.seal != seal_of(&r))
        return false;
    *out = r.content;
    return true;
}

static bool settled(const file_identity *file) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - file->ctime_ns > SETTLED_NS;
}

void receipt_write(const char *path, const receipt *content) {
    record r = {.version = RECEIPT_VERSION, .content = *content};
    if (!settled(&content->source)) return;
    memcpy(r.magic, MAGIC, sizeof MAGIC);
    r.seal = seal_of(&r);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0600);
    if (fd < 0) return;
    if (pwrite(fd, &r, sizeof r, 0) != (ssize_t)sizeof r) unlink(path);
    close(fd);
}

void receipt_touch(const char *path) {
    utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW); /* a read-only folder keeps its times */
}
