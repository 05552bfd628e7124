/* sidecar.c: reads and writes the file of packed weights. */
#define _GNU_SOURCE
#include "sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "errors.h"

static const char MAGIC[8] = "LilaPanl";

typedef struct header {
    char magic[8];
    uint32_t version, entries;
    uint64_t file_bytes, data_offset, data_bytes;
    uint64_t data_digest;
    sidecar_source source;
    uint64_t seal; /* digest of the header, this field as 0, and the table */
} header;

_Static_assert(sizeof(header) == 80, "no padding: the header is written as it lies in memory");
_Static_assert(sizeof(sidecar_entry) == 32, "no padding: the table is written as it lies in memory");

static uint64_t data_offset(size_t n) {
    uint64_t end = sizeof(header) + n * sizeof(sidecar_entry);
    return (end + SIDECAR_DATA_ALIGNMENT - 1) / SIDECAR_DATA_ALIGNMENT * SIDECAR_DATA_ALIGNMENT;
}

static uint64_t seal_of(const header *h, const sidecar_entry *table, size_t n) {
    header unsealed = *h;
    unsealed.seal = 0;
    return digest_bytes(table, n * sizeof *table, digest_bytes(&unsealed, sizeof unsealed, SIDECAR_VERSION));
}

static int name_files(sidecar *s, const char *folder, uint64_t fingerprint, char *err, size_t errlen) {
    int n = snprintf(s->path, sizeof s->path, "%s/%016llx.panels", folder, (unsigned long long)fingerprint);
    int m = snprintf(s->unfinished, sizeof s->unfinished, "%s/%016llx.unfinished", folder,
                     (unsigned long long)fingerprint);
    snprintf(s->receipt, sizeof s->receipt, "%s/%016llx.seen", folder, (unsigned long long)fingerprint);
    if (n < 0 || m < 0 || (size_t)m >= sizeof s->unfinished) /* the longest of the three */
        return LILA_FAIL(LILA_E_IO, "the cache folder's name is too long");
    return LILA_OK;
}

/* ---- reading */

static int check_header(const header *h, uint64_t file_bytes, size_t n, uint64_t data_bytes, char *err,
                        size_t errlen) {
    if (memcmp(h->magic, MAGIC, sizeof MAGIC)) return LILA_FAIL(LILA_E_FORMAT, "it has other magic bytes");
    if (h->version != SIDECAR_VERSION)
        return LILA_FAIL(LILA_E_FORMAT, "expected version %d, found %u", SIDECAR_VERSION, (unsigned)h->version);
    if (h->entries != n)
        return LILA_FAIL(LILA_E_FORMAT, "expected %zu matrices, found %u", n, (unsigned)h->entries);
    if (h->data_bytes != data_bytes || h->data_offset != data_offset(n))
        return LILA_FAIL(LILA_E_FORMAT, "expected %llu bytes at %llu, found %llu at %llu",
                         (unsigned long long)data_bytes, (unsigned long long)data_offset(n),
                         (unsigned long long)h->data_bytes, (unsigned long long)h->data_offset);
    if (h->file_bytes != file_bytes || file_bytes != h->data_offset + data_bytes)
        return LILA_FAIL(LILA_E_FORMAT, "expected a file of %llu bytes, found %llu",
                         (unsigned long long)(h->data_offset + data_bytes), (unsigned long long)file_bytes);
    return LILA_OK;
}

/* Compares the table with what the model needs. */
static int check_table(const sidecar_entry *table, const sidecar_entry *entries, size_t n, char *err,
                       size_t errlen) {
    for (size_t i = 0; i < n; i++)
        if (memcmp(&entries[i], &table[i], sizeof *table))
            return LILA_FAIL(LILA_E_FORMAT, "matrix %zu isn't the model's", i);
    return LILA_OK;
}

/* The head is in memory, so that what is found sound here stays it. */
static int check_head(sidecar *s, uint64_t fingerprint, const sidecar_entry *entries, size_t n,
                      uint64_t data_bytes, char *err, size_t errlen) {
    header h;
    memcpy(&h, s->file.image, sizeof h); /* map_file held it against the smallest file there can be */
    const sidecar_entry *table = (const sidecar_entry *)(s->file.image + sizeof h);
    int status = check_header(&h, s->file.size, n, data_bytes, err, errlen);
    if (status) return status;
    if (h.seal != seal_of(&h, table, n)) return LILA_FAIL(LILA_E_FORMAT, "its header is damaged");
    if (h.source.fingerprint != fingerprint) return LILA_FAIL(LILA_E_FORMAT, "it is another model's");
    status = check_table(table, entries, n, err, errlen);
    s->data = s->file.image + h.data_offset;
    s->data_digest = h.data_digest;
    s->source = h.source;
    return status;
}

int sidecar_check(const sidecar *s, pool *p, char *err, size_t errlen) {
    uint64_t digest, bytes = s->file.size - (uint64_t)(s->data - s->file.image);
    if (!digest_spans(p, &(digest_span){s->data, bytes}, 1, &digest))
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for a digest");
    if (digest != s->data_digest) return LILA_FAIL(LILA_E_FORMAT, "its data is damaged");
    return mapped_file_check(&s->file, err, errlen);
}

/* `head` is read, the panels are mapped. */
static int map_file(sidecar *s, uint64_t head, char *err, size_t errlen) {
    int status = mapped_file_open(s->path, head, &s->file, err, errlen);
    return status ? status : mapped_file_map(&s->file, head, err, errlen);
}

int sidecar_open(const char *folder, const sidecar_source *source, const sidecar_entry *entries, size_t n,
                 uint64_t data_bytes, sidecar *out, char *err, size_t errlen) {
    int status = name_files(out, folder, source->fingerprint, err, errlen);
    if (status) return status;
    if (access(out->path, F_OK)) return LILA_FAIL(LILA_E_IO, "%s", strerror(errno));
    status = map_file(out, data_offset(n), err, errlen);
    if (!status) status = check_head(out, source->fingerprint, entries, n, data_bytes, err, errlen);
    if (status) sidecar_close(out);
    return status;
}

/* ---- writing */

/* The lock is on the unfinished file itself: a process that dies leaves no lock, only a file to begin anew. */
static bool lock_unfinished(sidecar *s) {
    struct stat held, named;
    int fd = open(s->unfinished, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return false;
    /* Between open and lock another process may have renamed it: then it is finished, and not ours. */
    if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &held) || stat(s->unfinished, &named) ||
        held.st_ino != named.st_ino || held.st_dev != named.st_dev) {
        int cause = errno;
        close(fd);
        errno = cause ? cause : EWOULDBLOCK;
        return false;
    }
    s->fd = fd;
    s->writing = true;
    return true;
}

int sidecar_create(const char *folder, const sidecar_source *source, size_t n, uint64_t data_bytes,
                   sidecar *out, char *err, size_t errlen) {
    int status = name_files(out, folder, source->fingerprint, err, errlen);
    if (status) return status;
    errno = 0;
    if (!lock_unfinished(out))
        return LILA_FAIL(LILA_E_IO, "%s: %s", out->unfinished,
                         errno == EWOULDBLOCK ? "another process is writing it" : strerror(errno));
    uint64_t bytes = data_offset(n) + data_bytes;
    int cause = ftruncate(out->fd, 0) ? errno : posix_fallocate(out->fd, 0, (off_t)bytes);
    void *map = MAP_FAILED;
    if (!cause) {
        map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, out->fd, 0);
        if (map == MAP_FAILED) cause = errno;
    }
    if (cause) {
        status = LILA_FAIL(LILA_E_IO, "can't reserve %llu bytes in %s: %s", (unsigned long long)bytes, folder,
                           strerror(cause));
        sidecar_close(out);
        return status;
    }
#ifdef MADV_HUGEPAGE
    /* The file then lies in large pages, and is mapped by them; refused is fine. */
    madvise(map, bytes, MADV_HUGEPAGE);
#endif
    out->map = map;
    out->map_bytes = bytes;
    out->data = out->map + data_offset(n);
    out->watch = watch_begin(map, bytes, PROT_READ | PROT_WRITE);
    if (out->watch) return LILA_OK;
    sidecar_close(out);
    return LILA_FAIL(LILA_E_MEMORY, "out of memory to watch the file of the cache");
}

static void sync_folder(const char *path) {
    char folder[SIDECAR_PATH];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = 0;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd); /* only the name's durability depends on it: without it the file is written again */
    close(fd);
}

static void end_writing(sidecar *s) {
    watch_end(s->watch);
    if (s->map) munmap(s->map, s->map_bytes);
    if (s->writing) close(s->fd);
    s->watch = NULL;
    s->map = s->data = NULL;
    s->writing = false;
}

/* All of it is on the disk before it gets its name. */
static int name_finished(sidecar *s, char *err, size_t errlen) {
    if (watch_lost(s->watch)) return LILA_FAIL(LILA_E_IO, "%s shrank while it was written", s->unfinished);
    if (msync(s->map, s->map_bytes, MS_SYNC) || fsync(s->fd) || rename(s->unfinished, s->path))
        return LILA_FAIL(LILA_E_IO, "can't write %s: %s", s->path, strerror(errno));
    return LILA_OK;
}

int sidecar_commit(sidecar *s, const sidecar_source *source, const sidecar_entry *entries, size_t n, pool *p,
                   char *err, size_t errlen) {
    header h = {.version = SIDECAR_VERSION,
                .entries = (uint32_t)n,
                .file_bytes = s->map_bytes,
                .data_offset = data_offset(n),
                .data_bytes = s->map_bytes - data_offset(n),
                .source = *source};
    memcpy(h.magic, MAGIC, sizeof MAGIC);
    if (!digest_spans(p, &(digest_span){s->data, h.data_bytes}, 1, &h.data_digest))
        return LILA_FAIL(LILA_E_MEMORY, "out of memory for a digest");
    h.seal = seal_of(&h, entries, n);
    memcpy(s->map + sizeof h, entries, n * sizeof *entries);
    memcpy(s->map, &h, sizeof h);
    int status = name_finished(s, err, errlen);
    if (status) return status;
    sync_folder(s->path);
    end_writing(s);
    status = map_file(s, h.data_offset, err, errlen);
    if (status) return status;
    s->data = s->file.image + h.data_offset;
    s->data_digest = h.data_digest;
    s->source = *source;
    return LILA_OK;
}

void sidecar_close(sidecar *s) {
    if (s->writing) unlink(s->unfinished); /* while the lock is held, so nobody else's file is meant */
    end_writing(s);
    mapped_file_close(&s->file);
}
