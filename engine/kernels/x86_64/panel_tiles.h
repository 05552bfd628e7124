/* panel_tiles.h: the assembly tiles of one instruction set as a table, and the loop that runs over them. */
#ifndef LILA_PANEL_TILES_H
#define LILA_PANEL_TILES_H

#include "x86_64/panel_tile.h"

typedef struct panel_tiles {
    uint32_t tokens;                                        /* of the largest tile, at most PANEL_RUN */
    panel_tile_kernel *kernels[PANEL_QUANTISED][PANEL_RUN]; /* [type][tokens − 1] */
    panel_tile_kernel *wide[PANEL_QUANTISED]; /* two groups by PANEL_WIDE tokens; NULL without such */
} panel_tiles;

extern const panel_tiles panel_tiles_avx2, panel_tiles_vnni;

/* A panel_kernel, made of tiles. */
void panel_tiles_run(const panel_tiles *tiles, panel_type type, const panel_matmul *m, uint32_t first,
                     uint32_t last);

/* The entries of the table of kernels. */
panel_kernel panel_u4_avx2, panel_u4m_avx2, panel_u5m_avx2, panel_u8_avx2;
panel_kernel panel_k4_avx2, panel_k5_avx2, panel_k6_avx2;
panel_kernel panel_u4_vnni, panel_u4m_vnni, panel_u5m_vnni, panel_u8_vnni;
panel_kernel panel_k4_vnni, panel_k5_vnni, panel_k6_vnni;
panel_quantise panel_quantise_avx2, panel_quantise_super_avx2, panel_quantise_vnni, panel_quantise_super_vnni;

#endif
