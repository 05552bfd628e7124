/* pack_rows.c: the panels of a matrix, written to stdout by two calls as two threads would make them.
 *
 *   pack_rows GGUF_TYPE ROWS K < rows > panels */
#include <stdio.h>
#include <stdlib.h>

#include "gguf.h"
#include "pack.h"

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    uint32_t type = (uint32_t)strtoul(argv[1], NULL, 0), rows = (uint32_t)strtoul(argv[2], NULL, 0);
    uint32_t k = (uint32_t)strtoul(argv[3], NULL, 0);
    size_t stride = gguf_type_bytes(type, k);
    uint8_t *data = malloc(rows * stride);
    if (!data || fread(data, stride, rows, stdin) != rows) return 1;
    pack_source w = {data, stride, kernels_type(type), rows, k};
    pack_form form;
    if (!pack_form_of(w.type, &form)) return 4;
    size_t bytes = pack_bytes(&w);
    uint8_t *panels = malloc(bytes);
    uint32_t groups = pack_groups(rows), cut = groups / 2;
    if (!panels) return 1;
    pack_write(&w, panels, cut, groups);
    pack_write(&w, panels, 0, cut);
    return fwrite(panels, 1, bytes, stdout) != bytes;
}
