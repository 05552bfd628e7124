/* receipt.h: what was read whole and found sound, so that it needn't be read whole the next time.
 *
 * A file's identity stands for its content: whoever writes to a file changes its ctime, which nobody can set
 * back, and whoever puts another in its place changes its inode. A receipt is a small file beside the sidecar,
 * sealed by a digest; one that is torn, damaged or of another version is none. */
#ifndef LILA_RECEIPT_H
#define LILA_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "mapped_file.h"

typedef struct receipt {
    file_identity source, panels;
    uint64_t source_digest; /* of every byte that was packed */
    uint64_t panels_digest; /* of the sidecar's data */
} receipt;

/* False when there is none; *out is zero then, which is no file's. */
bool receipt_read(const char *path, receipt *out);
/* Writes one, unless the model file changed so lately that another change could leave its times as they are. A
 * failure is none: the next opening reads all again. */
void receipt_write(const char *path, const receipt *r);
/* Used now, which is what sidecar_clean goes by. */
void receipt_touch(const char *path);

#endif
