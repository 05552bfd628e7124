/* panels.h: weight matrices in the order in which the kernels read them, and the activations of quantised
 * ones.
 *
 * A matrix W [rows][k] is stored as panels of 16 rows by 32 columns, a block, or by 256, a super-block of
 * eight, rows padded with zeros to a multiple of 16:
 *
 *   [group of 16 rows][k / panel_columns(type)][panel_bytes(type)]
 *
 * Four consecutive columns of one row are four consecutive bytes, and the 16 rows follow each other, so that
 * one 64-byte load and one activation of four int8 make 16 partial dot products. A block's weights are, row r,
 * 0 ≤ b < 4, byte r * 4 + b of each 64, columns counted from the start of the block:
 *
 *   nibbles  4 groups of 64 bytes: a byte of group g holds column 4g + b in its low nibble and column
 *            16 + 4g + b in its high one
 *
 *   fifths   64 bytes: bit g is the fifth bit of column 4g + b, bit 4 + g that of column 16 + 4g + b
 *
 *   sixes    for each half of 16 columns 3 planes of 64 bytes: a byte of plane p holds column 4p + b of the
 *            half in bits 0–5, and bits 2p and 2p + 1 of column 12 + b in bits 6–7
 *
 *   bytes    8 groups of 64 bytes: a byte of group g is column 4g + b
 *
 * Panels of a block:
 *
 *   PANEL_U4   f16 scale[16]; nibbles                W = scale[r] · (code[nibble] − bias)
 *   PANEL_U4M  f16 scale[16], min[16]; nibbles       W = scale[r] · nibble + min[r]
 *   PANEL_U5M  the same; fifths                      W = scale[r] · quant + min[r]
 *   PANEL_U8   f16 scale[16]; bytes                  W = scale[r] · (byte − bias)
 *
 * Panels of a super-block, whose blocks b (or halves h of 16 columns) have scales that are small integers, the
 * last index of sub_min that of a block within its pair:
 *
 *   PANEL_K4   f16 scale[16], min[16]; uint8 sub_scale[8][16], sub_min[4][16][2]; then of each block nibbles
 *   PANEL_K5   the same; then of each block nibbles, fifths
 *              W = scale[r] · sub_scale[b][r] · quant − min[r] · sub_min[b][r]
 *
 *   PANEL_K6   f16 scale[16]; 32 bytes of 0; int8 sub_scale[16][16]; then of each block sixes
 *              W = scale[r] · sub_scale[h][r] · (quant − 32)
 *
 * A byte of PANEL_U8 and a code, less the bias, fit an int8.
 *
 * Panels of floats are of 32 columns:
 *
 *   PANEL_HALVES  32 times 32 bytes: f16 r of them is row r of the column
 *   PANEL_PAIRS   16 times 64 bytes: dword r of pair p is BF16, column 2p in its lower half and 2p + 1
 *
 * What is computed with those says floats.h; the rest of this page is about the others.
 *
 * The result of every panel kernel is, for each token t and row r, exactly this sequence, blocks in ascending
 * order, acc = 0 at first, fma rounded once, everything else in f32:
 *
 *   U4, U8    acc = fma(x.scale · scale[r], (float)(start(bias) + Σ code·q), acc)
 *   U4M, U5M  acc = fma(x.scale · scale[r], (float)Σ quant·q, acc);  acc = fma(min[r], x.offset, acc)
 *   K4, K5    sum = fma((float)sub_scale[b][r], (float)Σ quant·q, sum) over the blocks, sum = 0 at first;
 *             sum = scale[r] · sum;  sum = fma(−min[r], (float)Σ sub_min[b][r] · x.totals[b], sum);
 *             acc = fma(x.scale, sum, acc)
 *   K6        sum = fma((float)sub_scale[h][r], (float)(x.half_start[h] + Σ quant·q), sum) over the halves;
 *             sum = scale[r] · sum;  acc = fma(x.scale, sum, acc)
 *
 * It depends on k alone, never on the tokens or rows that share a call, and is the same in every table. */
#ifndef LILA_PANELS_H
#define LILA_PANELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum panel_type {
    PANEL_U4,
    PANEL_U4M,
    PANEL_U5M,
    PANEL_U8,
    PANEL_K4,
    PANEL_K5,
    PANEL_K6,
    PANEL_QUANTISED, /* so many have a panel_kernel */
    PANEL_HALVES = PANEL_QUANTISED,
    PANEL_PAIRS,
    PANEL_TYPES
} panel_type;

enum { PANEL_ROWS = 16, PANEL_COLUMNS = 32, PANEL_BLOCKS = 8, PANEL_SUPER = PANEL_BLOCKS * PANEL_COLUMNS };

/* Of a panel over a super-block: where the integer scales and minima of its blocks begin, and the blocks. */
enum { PANEL_SUB_SCALES = 64, PANEL_SUB_MINS = 192, PANEL_FIRST_BLOCK = 320 };

/* Is a panel of the type a super-block wide? */
static inline bool panel_is_super(panel_type type) {
    return type >= PANEL_K4 && type <= PANEL_K6;
}

static inline bool panel_is_float(panel_type type) {
    return type >= PANEL_HALVES;
}

static inline uint32_t panel_columns(panel_type type) {
    return panel_is_super(type) ? PANEL_SUPER : PANEL_COLUMNS;
}

/* Size of one panel. */
static inline size_t panel_bytes(panel_type type) {
    static const size_t bytes[PANEL_TYPES] = {32 + 256,
                                              64 + 256,
                                              64 + 256 + 64,
                                              32 + 512,
                                              PANEL_FIRST_BLOCK + PANEL_BLOCKS * 256,
                                              PANEL_FIRST_BLOCK + PANEL_BLOCKS * (256 + 64),
                                              PANEL_FIRST_BLOCK + PANEL_BLOCKS * (256 + 128),
                                              PANEL_COLUMNS * PANEL_ROWS * 2,
                                              PANEL_COLUMNS * PANEL_ROWS * 2};
    return bytes[type];
}

/* 32 activations of one token, quantised: x[i] ≈ scale · q[i]. One cache line; align arrays of them to 64.
 * Those of a super-block have one scale.
 *
 * Those of n tokens, n * (k / 32) in all, lie in runs of 12 tokens that one tile of a kernel reads from start
 * to end, [run][k / 32][token of the run]; the last run is as short as the tokens that are left. */
typedef struct panel_input {
    int8_t q[PANEL_COLUMNS]; /* round to nearest even of x[i] · (127 / max |x|), −127 … 127 */
    float scale;             /* max |x| / 127; 0 where that is under FLT_MIN, and then q = 0 */
    float offset;            /* of a block for itself: scale · Σ q; both rounded to the 11 bits of an f16 */
    int32_t half_start[2];   /* of one in a super-block: −32 · Σ q of columns 0–15 and 16–31 */
    union {
        int32_t start[3];             /* of a block for itself: −bias · Σ q for the biases 8, 16 and 128 */
        int16_t totals[PANEL_BLOCKS]; /* of the last one in a super-block: Σ q of each of its blocks */
    };
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
    const void *panels;   /* [⌈rows / 16⌉][k / panel_columns][panel_bytes] */
    const panel_input *x; /* of all tokens, as the type's panel_quantise writes them */
    float *y;             /* [tokens][rows], element (t, r) at y + t * y_stride + r */
    size_t y_stride;      /* floats */
    const uint8_t
        *code;     /* PANEL_U4: the 16 codes; NULL where a nibble is its own code. Unused by the others. */
    uint32_t bias; /* PANEL_U4 and PANEL_U8: 8, 16 or 128. Unused by the others. */
    uint32_t k;    /* a multiple of panel_columns */
    uint32_t rows; /* real rows: those of the padding are not written to y */
    uint32_t tokens;
    const uint8_t *next; /* what will be read after these panels, to be brought nearer meanwhile, or NULL */
    size_t next_bytes;
} panel_matmul;

/* y[t][r] = Σ_i W[r][i] · x[t][i] for all t and the rows of groups [first, last). */
typedef void panel_kernel(const panel_matmul *m, uint32_t first, uint32_t last);

/* Token t of x: its blocks among those of all tokens = x[k] quantised, each with a scale of its own, or, where
 * the panels are super-blocks, each eight with one; k a multiple of 32, or of 256. Only finite x are of use: a
 * NaN or an infinity makes a scale NaN or infinite, and every result that it reaches. */
typedef void panel_quantise(panel_input *x, uint32_t tokens, uint32_t t, const float *values, uint32_t k);

/* The scalar twins: what every other implementation is held to, and the portable one. */
panel_kernel panel_u4_ref, panel_u4m_ref, panel_u5m_ref, panel_u8_ref, panel_k4_ref, panel_k5_ref, panel_k6_ref;
panel_quantise panel_quantise_ref, panel_quantise_super_ref;

#endif
