/* dense_pack.c: matrices in the order in which dense.h's kernels read them. */
#include "dense.h"

void dense_pack(float *panels, const float *w, size_t stride, uint32_t rows, uint32_t k) {
    for (uint32_t row = 0; row < rows; row += DENSE_ROWS, panels += (size_t)k * DENSE_ROWS) {
        uint32_t real = rows - row < DENSE_ROWS ? rows - row : DENSE_ROWS;
        for (uint32_t i = 0; i < k; i++)
            for (uint32_t r = 0; r < DENSE_ROWS; r++)
                panels[(size_t)i * DENSE_ROWS + r] = r < real ? w[(row + r) * stride + i] : 0;
    }
}
