/* mapped_file.h: a file whose head is read and whose rest is mapped, at one address, and whether it still is
 * what it was.
 *
 * What somebody checks and then relies on (lengths, offsets, names) belongs into the head, where no other
 * process can change it. The rest can change at any time; it never kills the process (watch.h), and
 * mapped_file_check says afterwards whether what was read can be trusted. */
#ifndef LILA_MAPPED_FILE_H
#define LILA_MAPPED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "watch.h"

/* Of a file on this machine: another content has another identity (receipt.h). */
typedef struct file_identity {
    uint64_t inode, size;
    int64_t mtime_ns, ctime_ns;
} file_identity;

typedef struct mapped_file {
    int fd;
    char *path;     /* as it was given */
    uint8_t *image; /* [size]; NULL: no file */
    size_t size;
    size_t read;            /* image[0 .. read) is there until mapped_file_map, then all is */
    file_identity identity; /* when it was opened */
    watched *rest;
} mapped_file;

/* Reserves the image of a regular file of `least` bytes or more. On failure *out is all zero. */
int mapped_file_open(const char *path, size_t least, mapped_file *out, char *err, size_t errlen);
/* Makes image[0 .. end) the head, or more of it; end <= size. False when it can't be read. */
bool mapped_file_read(mapped_file *f, size_t end);
/* Maps the rest, but for the pages that image[0 .. head) touches; they are read. */
int mapped_file_map(mapped_file *f, size_t head, char *err, size_t errlen);

/* LILA_E_IO when the file has another size or was written to since it was opened, or when a part of it could
 * not be had while it was read. A file that was deleted, or renamed, or that another took the name of, is what
 * it was. */
int mapped_file_check(const mapped_file *f, char *err, size_t errlen);

/* Twice is fine, and so is one that is all zero. */
void mapped_file_close(mapped_file *f);

#endif
