/* unpack_rows.c: what a kernel table makes of quantised bytes, for comparison with another implementation.
 *
 *   unpack_rows CPU_MASK GGUF_TYPE ELEMENTS < bytes of one row > f32 */
#include <stdio.h>
#include <stdlib.h>

#include "gguf.h"
#include "kernels.h"

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    uint32_t used, type = (uint32_t)strtoul(argv[2], NULL, 0), k = (uint32_t)strtoul(argv[3], NULL, 0);
    const kernels *table = kernels_select((uint32_t)strtoul(argv[1], NULL, 0), &used);
    size_t bytes = gguf_type_bytes(type, k);
    uint8_t *row = malloc(bytes);
    float *y = malloc(k * sizeof *y);
    if (!row || !y || fread(row, 1, bytes, stdin) != bytes) return 1;
    table->unpack[kernels_type(type)](y, row, k);
    return fwrite(y, sizeof *y, k, stdout) != k;
}
