/* sidecar.h: packed weights on disk, one file for each model, so that they are packed once.
 *
 * <folder>/<fingerprint>.panels is a header, a table of entries, and from SIDECAR_DATA_ALIGNMENT on the panels
 * as they lie in memory; numbers are little-endian. It is written under another name, synced and renamed, so a
 * reader sees a whole file or none. Whatever doesn't match is refused with a sentence and written anew.
 *
 * The name is only where to look. That the file is the model's is known by a digest of every byte that was
 * packed, and that it is undamaged by one of all its panels; what a receipt (receipt.h) says was compared
 * before, and didn't change since, isn't compared again. */
#ifndef LILA_SIDECAR_H
#define LILA_SIDECAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lila_engine.h"
#include "mapped_file.h"
#include "threads.h"

enum { SIDECAR_VERSION = 4, SIDECAR_DATA_ALIGNMENT = 4096, SIDECAR_PATH = 4096 };

/* What the panels were made of. */
typedef struct sidecar_source {
    uint64_t fingerprint; /* of the matrices' shapes and the ends of each; names the file */
    uint64_t size;        /* bytes of the model file */
    uint64_t digest;      /* of every byte that was packed */
} sidecar_source;

/* One matrix. All follows from the model, so a file that says otherwise isn't the model's. */
typedef struct sidecar_entry {
    uint64_t offset, bytes; /* of its panels, from the start of the data */
    uint32_t rows, k;
    uint32_t type;  /* kernel_type */
    uint32_t panel; /* panel_type */
} sidecar_entry;

/* An open file; zero-initialise. */
typedef struct sidecar {
    uint8_t *data; /* the panels; writable until the commit */
    uint64_t data_digest;
    sidecar_source source;
    mapped_file file; /* to be read */
    bool writing;     /* the rest is of the unfinished file, which is locked */
    int fd;
    uint8_t *map;
    size_t map_bytes;
    watched *watch;
    char path[SIDECAR_PATH], unfinished[SIDECAR_PATH], receipt[SIDECAR_PATH];
} sidecar;

/* Maps the file of source->fingerprint when its head is sound and says that it holds entries[n], data_bytes in
 * all; sets out->source and out->data_digest. The panels aren't read. LILA_E_IO when there is
 * none, LILA_E_FORMAT when it isn't what it should be. */
int sidecar_open(const char *folder, const sidecar_source *source, const sidecar_entry *entries, size_t n,
                 uint64_t data_bytes, sidecar *out, char *err, size_t errlen);
/* Reads all panels: LILA_E_FORMAT when they aren't what was written. */
int sidecar_check(const sidecar *s, pool *p, char *err, size_t errlen);

/* Begins a file of data_bytes whose space is reserved, so that a full disk is an error here and no signal
 * later. LILA_E_IO also when another process is writing the same one. */
int sidecar_create(const char *folder, const sidecar_source *source, size_t n, uint64_t data_bytes,
                   sidecar *out, char *err, size_t errlen);
/* Seals, syncs and renames a created file, whose data then lies elsewhere and is read-only. On failure nothing
 * is open, and what had no name yet is gone. */
int sidecar_commit(sidecar *s, const sidecar_source *source, const sidecar_entry *entries, size_t n, pool *p,
                   char *err, size_t errlen);
/* Unmaps, and deletes what wasn't committed. */
void sidecar_close(sidecar *s);

/* sidecar_clean.c: deletes the files of `folder` that were used longest ago until all take at most `limit`
 * bytes, sparing `keep`; receipts without their file; and what a process that died left unfinished. */
void sidecar_clean(const char *folder, const char *keep, uint64_t limit);

#endif
