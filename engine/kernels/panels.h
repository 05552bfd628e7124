/* panels.h: quantised weight matrices in the order in which the kernels read them, and their activations.
 *
 * A matrix W [rows][k] is stored as panels of 16 rows by 32 columns:
 *
 *   [group of 16 rows][block of 32 columns][panel_bytes(type)]      rows padded with zeros to a multiple of 16
 *
 * Four consecutive columns of one row are four consecutive bytes, and the 16 rows follow each other, so that
 * one 64-byte load and one activation of four int8 make 16 partial dot products. Inside a panel, row r, 0 ≤ b <
 * 4:
 *
 *   PANEL_U4   f16 scale[16]; 4 groups of 64 bytes: byte r * 4 + b of group g holds column 4g + b in its low
 *              nibble and column 16 + 4g + b in its high one.      W = scale[r] · (code[nibble] − bias)
 *   PANEL_U4M  f16 scale[16], min[16]; nibbles as above.           W = scale[r] · nibble + min[r]
 *   PANEL_U5M  f16 scale[16], min[16]; nibbles as above; 64 bytes: of byte r * 4 + b, bit g is the fifth bit of
 *              column 4g + b, and bit 4 + g that of column 16 + 4g + b.
 *                                                                  W = scale[r] · quant + min[r]
 *   PANEL_U6   f16 scale[2][16], of columns 0–15 and 16–31; nibbles as above; 2 planes of 64 bytes: of byte
 *              r * 4 + b of plane p, bits 0–1 and 2–3 are bits 4 and 5 of columns 4g + b and 16 + 4g + b for
 *              g = 2p, bits 4–5 and 6–7 the same for g = 2p + 1.   W = scale[half][r] · (quant − 32)
 *   PANEL_U8   f16 scale[16]; 8 groups of 64 bytes: byte r * 4 + b of group g is column 4g + b.
 *                                                                  W = scale[r] · (byte − bias)
 *
 * A byte of PANEL_U8 and a code, less the bias, fit an int8.
 *
 * The result of every panel kernel is, for each token t and row r, exactly this sequence, blocks in ascending
 * order, acc = 0 at first, fma rounded once, everything else in f32:
 *
 *   U4, U8    acc = fma(x.scale · scale[r], (float)(start(bias) + Σ code·q), acc)
 *   U4M, U5M  acc = fma(x.scale · scale[r], (float)Σ quant·q, acc);  acc = fma(min[r], x.offset, acc)
 *   U6        for both halves h: acc = fma(x.scale · scale[h][r], (float)(x.half_start[h] + Σ quant·q), acc)
 *
 * It depends on k alone, never on the tokens or rows that share a call, and is the same in every table. */
#ifndef LILA_PANELS_H
#define LILA_PANELS_H

#include <stddef.h>
#include <stdint.h>

typedef enum panel_type { PANEL_U4, PANEL_U4M, PANEL_U5M, PANEL_U6, PANEL_U8, PANEL_TYPES } panel_type;

enum { PANEL_ROWS = 16, PANEL_COLUMNS = 32 };

/* Size of one panel. */
static inline size_t panel_bytes(panel_type type) {
    static const size_t bytes[PANEL_TYPES] = {32 + 256, 64 + 256, 64 + 256 + 64, 64 + 256 + 128, 32 + 512};
    return bytes[type];
}

/* 32 activations of one token, quantised: x[i] ≈ scale · q[i]. One cache line; align arrays of them to 64.
 *
 * Those of n tokens, n * (k / 32) in all, lie in runs of 12 tokens that one tile of a kernel reads from start
 * to end, [run][k / 32][token of the run]; the last run is as short as the tokens that are left. */
typedef struct panel_input {
    int8_t q[PANEL_COLUMNS]; /* round to nearest even of x[i] · (127 / max |x|), −127 … 127 */
    float scale;             /* max |x| / 127; 0 where that is under FLT_MIN, and then q = 0 */
    float offset;            /* scale · Σ q */
    int32_t half_start[2];   /* −32 · Σ q of columns 0–15 and 16–31 */
    int32_t start[3];        /* −bias · Σ q for the biases 8, 16 and 128 */
    int32_t sum;             /* Σ q */
} panel_input;

enum { PANEL_RUN = 12 };

/* Tokens in the run of token t: also the steps from one block of t to its next. */
static inline uint32_t panel_run(uint32_t tokens, uint32_t t) {
    uint32_t left = tokens - t / PANEL_RUN * PANEL_RUN;
    return left < PANEL_RUN ? left : PANEL_RUN;
}

/* Index of the first block of token t. */
static inline size_t panel_input_first(uint32_t k, uint32_t t) {
    return (size_t)(t - t % PANEL_RUN) * (k / PANEL_COLUMNS) + t % PANEL_RUN;
}

/* One product y = x Wᵀ. */
typedef struct panel_matmul {
    const void *panels;   /* [⌈rows / 16⌉][k / 32][panel_bytes] */
    const panel_input *x; /* of all tokens, as panel_quantise writes them */
    float *y;             /* [tokens][rows], element (t, r) at y + t * y_stride + r */
    size_t y_stride;      /* floats */
    const uint8_t
        *code;     /* PANEL_U4: the 16 codes; NULL where a nibble is its own code. Unused by the others. */
    uint32_t bias; /* PANEL_U4 and PANEL_U8: 8, 16 or 128. Unused by the others. */
    uint32_t k;    /* a multiple of 32 */
    uint32_t rows; /* real rows: those of the padding are not written to y */
    uint32_t tokens;
    const uint8_t *next; /* what will be read after these panels, to be brought nearer meanwhile, or NULL */
    size_t next_bytes;
} panel_matmul;

/* y[t][r] = Σ_i W[r][i] · x[t][i] for all t and the rows of groups [first, last). */
typedef void panel_kernel(const panel_matmul *m, uint32_t first, uint32_t last);

/* Token t of x: its blocks among those of all tokens = x[k] quantised, k a multiple of 32. Only finite x are of
 * use: a NaN or an infinity makes the scale of its block NaN or infinite, and every result that it reaches. */
typedef void panel_quantise(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k);

/* The scalar twins: what every other implementation is held to, and the portable one. */
panel_kernel panel_u4_ref, panel_u4m_ref, panel_u5m_ref, panel_u6_ref, panel_u8_ref;
panel_quantise panel_quantise_ref;

#endif
