/* forward.c: the forward pass of every family over a batch of B tokens; model->family says where they part.
 *
 * Every member of the team runs forward_member from start to end; each computes its share of the rows of every
 * product and all meet at a barrier where one share needs another's result: five a layer, seven where a family
 * norms what attention and feed-forward give, four more where operands of many tokens are made by shares.
 * Shapes are in the trailing comments: B tokens, D embedding, H heads, G KV heads, K key_length, V
 * value_length, F feed_forward.
 */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "session.h"

typedef struct step {
    lila_session *s;
    const int32_t *tokens; /* [B] */
    uint32_t n;            /* B */
    uint32_t start;        /* position of the first token */
    float *logits;         /* [vocab_size] or NULL */
} step;

/* One member's view of a step. */
typedef struct worker {
    const step *step;
    lila_session *s;
    const lila_model *m;
    const kernels *k;
    const team *team;
    bool shares;    /* normed and the forms of x below are the whole team's, each member making its tokens of
                       them */
    bool defers;    /* what is projected is added to x by who norms the token next, who has its row at hand, and
                       not by who computed the columns */
    float *normed;  /* [B][D] */
    float *scratch; /* for matmul */
    panel_input *blocks, *supers; /* x as products over panels read it; NULL without such panels */
    float *arranged;              /* x as products with rows of floats read it; NULL without those */
    float *paired;                /* x as those with pairs of BF16 read it; NULL without those */
} worker;

/* The forms of x that products read, as bits of a set. */
enum { AS_IT_IS = 1, IN_BLOCKS = 2, IN_SUPERS = 4, ARRANGED = 8, PAIRED = 16 };

static uint32_t form_for(const worker *w, const weight *matrix) {
    if (matrix->type == KERNEL_BF16 && w->paired) return PAIRED;
    if (matrix->type < (kernel_type)FLOAT_TYPES) return w->arranged ? ARRANGED : AS_IT_IS;
    if (!matrix->panels) return AS_IT_IS;
    return panel_is_super(matrix->form.type) ? IN_SUPERS : IN_BLOCKS;
}

/* From so many tokens on, a barrier costs less than making an operand once for each member. */
enum { SHARED_TOKENS = 8 };

/* The tokens of an operand that this member makes. */
static void operand_share(const worker *w, uint32_t *first, uint32_t *last) {
    *first = 0, *last = w->step->n;
    if (w->shares) team_share(w->team, w->step->n, 1, first, last);
}

static void operand_ready(const worker *w) {
    if (w->shares) team_barrier(w->team);
}

/* x[k] in `forms`, as token t of `tokens`. */
static void prepare_token(const worker *w, uint32_t forms, const float *x, uint32_t tokens, uint32_t t,
                          uint32_t k) {
    if (forms & IN_BLOCKS) w->k->quantise(w->blocks, tokens, t, x, k);
    if (forms & IN_SUPERS) w->k->quantise_super(w->supers, tokens, t, x, k);
    if (forms & ARRANGED) float_arrange(w->arranged, tokens, t, x, k);
    if (forms & PAIRED) w->k->pair(w->paired, tokens, t, x, k);
}

/* x[B][k] in `forms`. */
static void prepare(const worker *w, uint32_t forms, const float *x, uint32_t k) {
    uint32_t first, last;
    operand_share(w, &first, &last);
    for (uint32_t t = first; t < last; t++) prepare_token(w, forms, x + (size_t)t * k, w->step->n, t, k);
    operand_ready(w);
}

/* Rows [first, last) of a matrix, which a member multiplies in one go. */
typedef struct slice {
    const weight *matrix;
    uint32_t first, last;
} slice;

static slice share_of(const worker *w, const weight *matrix) {
    slice s = {.matrix = matrix};
    team_share(w->team, matrix->rows, PANEL_ROWS, &s.first, &s.last);
    return s;
}

static size_t group_bytes(const weight *matrix) {
    return matrix->cols / panel_columns(matrix->form.type) * panel_bytes(matrix->form.type);
}

/* The same as product, for s.first at a group of 16 rows, and s.last at one or at the end. */
static void panel_product(const worker *w, slice s, slice next, uint32_t tokens, float *y, size_t y_stride) {
    const weight *matrix = s.matrix;
    panel_matmul job = {.panels = matrix->panels,
                        .x = panel_is_super(matrix->form.type) ? w->supers : w->blocks,
                        .y = y,
                        .y_stride = y_stride,
                        .code = matrix->form.code,
                        .bias = matrix->form.bias,
                        .k = matrix->cols,
                        .rows = matrix->rows,
                        .tokens = tokens};
    if (next.matrix && next.matrix->panels) {
        size_t first = next.first / PANEL_ROWS, bytes = group_bytes(next.matrix);
        job.next = next.matrix->panels + first * bytes;
        job.next_bytes = (pack_groups(next.last) - first) * bytes;
    }
    w->k->panel[matrix->form.type](&job, s.first / PANEL_ROWS, pack_groups(s.last));
}

_Static_assert((int)KERNEL_F32 == FLOAT_F32 && (int)KERNEL_F16 == FLOAT_F16 && (int)KERNEL_BF16 == FLOAT_BF16,
               "one index for both tables");

static void float_product(const worker *w, slice s, uint32_t tokens, float *y, size_t y_stride) {
    const weight *matrix = s.matrix;
    const float *x = form_for(w, matrix) == PAIRED ? w->paired : w->arranged;
    float_matmul job = {matrix->data, matrix->stride, x, y, y_stride, matrix->cols, tokens, matrix->panels};
    w->k->floats[matrix->type](&job, s.first, s.last);
}

static void row_product(const worker *w, slice s, const float *x, uint32_t tokens, float *y, size_t y_stride) {
    const weight *matrix = s.matrix;
    kernel_matmul job = {matrix->data, matrix->stride, x, matrix->cols, y, y_stride, matrix->cols, tokens};
    w->k->matmul[matrix->type](&job, s.first, s.last, w->scratch);
}

/* The rows s of y[B][stride] = x[B][cols] · wᵀ + bias. x is also what was prepared last; next is what this
 * member will multiply after it, if there is anything. */
static void product(const worker *w, slice s, slice next, const float *x, uint32_t tokens, float *y,
                    size_t y_stride) {
    const float *bias = s.matrix->bias;
    uint32_t form = form_for(w, s.matrix);
    if (form & (IN_BLOCKS | IN_SUPERS))
        panel_product(w, s, next, tokens, y, y_stride);
    else if (form & (ARRANGED | PAIRED))
        float_product(w, s, tokens, y, y_stride);
    else
        row_product(w, s, x, tokens, y, y_stride);
    for (uint32_t t = 0; bias && t < tokens; t++)
        w->k->add(y + t * y_stride + s.first, bias + s.first, s.last - s.first);
}

/* x[t] += projected[t]. */
static void add_projected(const worker *w, uint32_t t) {
    const activations *a = &w->s->act;
    uint32_t d = w->m->info.embedding;
    w->k->add(a->x + (size_t)t * d, a->projected + (size_t)t * d, d);
}

/* normed [B][D], and in `forms`; first what was projected is added to x where nobody has done so. */
static void norm_all(const worker *w, uint32_t forms, bool add, const float *gain) {
    uint32_t d = w->m->info.embedding, first, last;
    operand_share(w, &first, &last);
    for (uint32_t t = first; t < last; t++) {
        float *normed = w->normed + (size_t)t * d;
        if (add) add_projected(w, t);
        w->k->rms_norm(normed, w->s->act.x + (size_t)t * d, gain, d, w->m->rms_epsilon);
        prepare_token(w, forms, normed, w->step->n, t, d);
    }
    operand_ready(w);
}

static float *rotation_of(const worker *w, uint32_t rope, uint32_t t) {
    return w->s->act.rotation[rope] + (size_t)t * w->m->rotated;
}

/* rotation[2i, 2i + 1] = cos, sin of the pair's angle at a position. */
static void turn(float *rotation, const double *frequency, uint32_t pairs, uint32_t position, float magnitude) {
    for (uint32_t i = 0; i < pairs; i++) {
        double angle = frequency[i] * (double)position;
        rotation[2 * i] = (float)cos(angle) * magnitude;
        rotation[2 * i + 1] = (float)sin(angle) * magnitude;
    }
}

static void embed(const worker *w) {
    const lila_model *m = w->m;
    const weight *e = &m->embedding;
    uint32_t first, last;
    team_share(w->team, w->step->n, 1, &first, &last);
    for (uint32_t t = first; t < last; t++) {
        float *x = w->s->act.x + (size_t)t * e->cols;
        w->k->unpack[e->type](x, e->data + (size_t)w->step->tokens[t] * e->stride, e->cols);
        for (uint32_t i = 0; m->embedding_scale != 1 && i < e->cols; i++) x[i] *= m->embedding_scale;
        for (uint32_t r = 0; r < ROPE_TABLES; r++)
            if (w->s->rope[r])
                turn(rotation_of(w, r, t), w->s->rope[r], m->rotated / 2, w->step->start + t,
                     m->rope_magnitude);
    }
}

/* One query or key head of every token: normed where the family does that, then turned to its position. */
static void place_head(const worker *w, const block *l, const float *gain, float *head, size_t stride) {
    const lila_model *m = w->m;
    for (uint32_t t = 0; t < w->step->n; t++) {
        float *x = head + t * stride;
        if (gain) w->k->rms_norm(x, x, gain, m->info.key_length, m->rms_epsilon);
        if (l->rope != ROPE_NONE) w->k->rope[m->family->rope](x, rotation_of(w, l->rope, t), m->rotated / 2);
    }
}

static void store(const worker *w, int which, uint32_t layer, uint32_t head, const float *x, size_t stride) {
    for (uint32_t t = 0; t < w->step->n; t++)
        cache_store(&w->s->cache, w->k, which, layer, head, w->step->start + t, x + t * stride);
}

/* A member's units of a list: first, first + step, … below last. */
typedef struct deal {
    uint32_t first, last, step;
} deal;

/* Query, key and value heads are units of one list, so that any number of threads shares them evenly. Of many
 * tokens they are dealt out in turns, since keys and values, which go into the cache, take longer; of few as
 * they lie, since reading the weights is all there is to do. */
static deal deal_heads(const worker *w) {
    uint32_t units = w->m->info.heads + 2 * w->m->info.kv_heads;
    deal d = {w->team->index, units, w->team->size};
    if (w->shares) return d;
    team_share(w->team, units, 1, &d.first, &d.last);
    d.step = 1;
    return d;
}

/* The rows of one unit. */
static slice unit_of(const worker *w, const block *l, uint32_t unit) {
    const lila_model_info *n = &w->m->info;
    uint32_t keys = n->heads, values = keys + n->kv_heads;
    if (unit >= values) {
        uint32_t row = (unit - values) * n->value_length;
        return (slice){&l->v, row, row + n->value_length};
    }
    uint32_t row = (unit < keys ? unit : unit - keys) * n->key_length;
    return (slice){unit < keys ? &l->q : &l->k, row, row + n->key_length};
}

static void project_heads(const worker *w, uint32_t index) {
    const lila_model_info *n = &w->m->info;
    const block *l = &w->m->layers[index];
    activations *a = &w->s->act;
    size_t q_stride = (size_t)n->heads * n->key_length, k_width = (size_t)n->kv_heads * n->key_length;
    size_t kv_stride = k_width + (size_t)n->kv_heads * n->value_length;
    uint32_t tokens = w->step->n;
    deal d = deal_heads(w);
    for (uint32_t unit = d.first; unit < d.last; unit += d.step) {
        slice s = unit_of(w, l, unit);
        slice next = unit + d.step < d.last ? unit_of(w, l, unit + d.step) : share_of(w, &l->o);
        if (unit < n->heads) {
            product(w, s, next, w->normed, tokens, a->q, q_stride); /* q [B][H·K] */
            place_head(w, l, l->q_norm, a->q + s.first, q_stride);
        } else if (unit < n->heads + n->kv_heads) {
            product(w, s, next, w->normed, tokens, a->kv, kv_stride); /* k [B][G·K] */
            place_head(w, l, l->k_norm, a->kv + s.first, kv_stride);
            store(w, CACHE_KEYS, index, unit - n->heads, a->kv + s.first, kv_stride);
        } else {
            float *v = a->kv + k_width;
            product(w, s, next, w->normed, tokens, v, kv_stride); /* v [B][G·V] */
            store(w, CACHE_VALUES, index, unit - n->heads - n->kv_heads, v + s.first, kv_stride);
        }
    }
}

/* The query heads over KV head `head` of the tokens [t, t + tokens). */
static attention_tile tile_of(const worker *w, uint32_t index, uint32_t head, uint32_t t, uint32_t tokens) {
    const lila_model_info *n = &w->m->info;
    const lila_session *s = w->s;
    uint32_t group = n->heads / n->kv_heads;
    return (attention_tile){
        .kernels = w->k,
        .cache = &s->cache,
        .layer = index,
        .head = head,
        .group = group,
        .q = s->act.q + ((size_t)t * n->heads + head * group) * n->key_length,
        .out = s->act.attended + ((size_t)t * n->heads + head * group) * n->value_length,
        .q_stride = (size_t)n->heads * n->key_length,
        .out_stride = (size_t)n->heads * n->value_length,
        .tokens = tokens,
        .position = w->step->start + t,
        .window = w->m->layers[index].window,
        .scale = w->m->attention_scale,
        .cap = w->m->attention_cap,
        .scratch = session_attention(s, w->team->index),
    };
}

/* One tile for each head: the blocks of all heads are shared out, each member taking the next one when it is
 * done with one, for the memory serves one core sooner than another; then the heads whose parts are to be
 * merged.
 */
static void attend_by_blocks(const worker *w, uint32_t index) {
    lila_session *s = w->s;
    uint32_t heads = w->m->info.kv_heads, first_block, last_block, first, last, prepared = UINT32_MAX, unit;
    size_t part = attention_rows(w->m->info.heads / heads) * attention_stride(&s->cache);
    attention_tile tile = tile_of(w, index, 0, 0, w->step->n);
    attention_blocks(&tile, &first_block, &last_block);
    uint32_t blocks = last_block - first_block;
    while ((unit = atomic_fetch_add_explicit(&s->act.taken, 1, memory_order_relaxed)) < heads * blocks) {
        uint32_t head = unit / blocks;
        if (head != prepared) {
            tile = tile_of(w, index, prepared = head, 0, w->step->n);
            attention_prepare(&tile);
        }
        attention_part(&tile, first_block + unit % blocks, s->act.parts + unit * part);
    }
    team_barrier(w->team);
    if (w->team->index == 0) atomic_store_explicit(&s->act.taken, 0, memory_order_relaxed);
    team_share(w->team, heads, 1, &first, &last);
    for (uint32_t head = first; head < last; head++) {
        float *parts = s->act.parts + (size_t)head * blocks * part;
        tile = tile_of(w, index, head, 0, w->step->n);
        for (uint32_t b = 1; b < blocks; b++) attention_merge(&tile, parts, parts + b * part);
        attention_finish(&tile, parts);
    }
}

/* Units are tiles, dealt out in turns because later tokens see more. */
static void attend_by_tiles(const worker *w, uint32_t index) {
    uint32_t heads = w->m->info.kv_heads, most = attention_tokens(w->m->info.heads / heads);
    uint32_t tiles = (w->step->n + most - 1) / most;
    for (uint32_t unit = w->team->index; unit < heads * tiles; unit += w->team->size) {
        uint32_t t = unit % tiles * most, left = w->step->n - t;
        attention_tile tile = tile_of(w, index, unit / tiles, t, left < most ? left : most);
        attention_run(&tile);
    }
}

/* attended [B][H·V]. Both ways give the same bits. */
static void attend(const worker *w, uint32_t index) {
    uint32_t one_tile = attention_tokens(w->m->info.heads / w->m->info.kv_heads);
    if (w->team->size > 1 && w->step->n <= one_tile && w->step->start >= ATTENTION_BLOCK)
        attend_by_blocks(w, index);
    else
        attend_by_tiles(w, index);
}

/* x[token] += gain ⊙ projected[token] / rms, for this member's tokens, once every member's columns are there.
 */
static void norm_residual(const worker *w, const float *gain) {
    const activations *a = &w->s->act;
    uint32_t first, last, d = w->m->info.embedding;
    team_barrier(w->team);
    team_share(w->team, w->step->n, 1, &first, &last);
    for (uint32_t t = first; t < last; t++) {
        float *y = a->projected + (size_t)t * d;
        w->k->rms_norm(y, y, gain, d, w->m->rms_epsilon);
        add_projected(w, t);
    }
}

/* x += in · matrixᵀ, normed before it is added where there is a gain, and maybe deferred where there is none.
 */
static void project_residual(const worker *w, const weight *matrix, slice next, const float *in,
                             const float *gain) {
    activations *a = &w->s->act;
    slice s = share_of(w, matrix);
    uint32_t d = matrix->rows;
    prepare(w, form_for(w, matrix), in, matrix->cols);
    product(w, s, next, in, w->step->n, a->projected, d); /* [B][D] */
    if (gain) {
        norm_residual(w, gain);
        return;
    }
    for (size_t t = 0; t < w->step->n && !w->defers; t++)
        w->k->add(a->x + t * d + s.first, a->projected + t * d + s.first, s.last - s.first);
}

static void feed_forward(const worker *w, const block *l) {
    activations *a = &w->s->act;
    slice rows = share_of(w, &l->gate), up = share_of(w, &l->up);
    uint32_t f = w->m->info.feed_forward;
    void (*gate)(float *, const float *, uint32_t) =
        w->m->family->activation == ACTIVATION_GELU ? w->k->geglu : w->k->swiglu;
    product(w, rows, up, w->normed, w->step->n, a->gate, f);                /* gate [B][F] */
    product(w, up, share_of(w, &l->down), w->normed, w->step->n, a->up, f); /* up   [B][F] */
    for (size_t t = 0; t < w->step->n; t++)
        gate(a->gate + t * f + rows.first, a->up + t * f + rows.first, rows.last - rows.first);
}

static void head(const worker *w) {
    const lila_model *m = w->m;
    uint32_t d = m->info.embedding;
    slice s = share_of(w, &m->head);
    const float *x = w->s->act.x + (size_t)(w->step->n - 1) * d; /* [D], the last token's */
    w->k->rms_norm(w->normed, x, m->final_norm, d, m->rms_epsilon);
    prepare_token(w, form_for(w, &m->head), w->normed, 1, 0, d);
    product(w, s, (slice){0}, w->normed, 1, w->step->logits, m->info.vocab_size); /* [vocab_size] */
    if (m->logit_cap > 0) w->k->soft_cap(w->step->logits + s.first, s.last - s.first, m->logit_cap);
}

/* For lila_session_trace. Nobody changes x between here and the next barrier. */
static void trace(const worker *w, uint32_t layer) {
    const lila_session *s = w->s;
    uint32_t d = w->m->info.embedding;
    if (!s->hidden || w->team->index != 0) return;
    memcpy(s->hidden + ((size_t)layer * s->context + w->step->start) * d, s->act.x,
           (size_t)w->step->n * d * sizeof(float));
}

/* Operands of the team, which are those of member 0, or of this member. */
static void use_operands(worker *w, bool shares) {
    const activations *a = &w->s->act;
    uint32_t owner = shares ? 0 : w->team->index;
    w->shares = shares;
    w->normed = a->normed + (size_t)owner * w->s->batch * w->m->info.embedding;
    w->blocks = a->blocks ? a->blocks + owner * a->input_stride : NULL;
    w->supers = a->supers ? a->supers + owner * a->input_stride : NULL;
    w->arranged = a->arranged ? a->arranged + owner * a->arranged_stride : NULL;
    w->paired = a->paired ? a->paired + owner * a->paired_stride : NULL;
}

/* What this member multiplies first in layer i, or nothing. */
static slice first_of_layer(const worker *w, uint32_t i) {
    deal d = deal_heads(w);
    return i < w->m->info.layers && d.first < d.last ? unit_of(w, &w->m->layers[i], d.first) : (slice){0};
}

/* The last token's x, of which nothing is deferred any more. */
static void settle_last(const worker *w) {
    uint32_t first, last;
    operand_share(w, &first, &last);
    if (first < last && last == w->step->n) add_projected(w, last - 1);
    operand_ready(w);
}

static void forward_member(void *job, const team *member) {
    const step *st = job;
    lila_session *s = st->s;
    const lila_model *m = s->model;
    const activations *a = &s->act;
    worker w = {.step = st, .s = s, .m = m, .k = m->kernels, .team = member};
    w.scratch = a->scratch + member->index * a->scratch_stride;
    use_operands(&w, member->size > 1 && st->n >= SHARED_TOKENS);
    w.defers = w.shares && !s->hidden; /* a trace wants x whole after every layer */
    bool left = false;                 /* something is deferred */

    embed(&w); /* x [B][D] */
    team_barrier(member);
    trace(&w, 0);
    for (uint32_t i = 0; i < m->info.layers; i++) {
        const block *l = &m->layers[i];
        uint32_t forms = form_for(&w, &l->q) | form_for(&w, &l->k) | form_for(&w, &l->v);
        norm_all(&w, forms, left, l->attention_norm);
        project_heads(&w, i); /* q [B][H·K]; k, v into the cache */
        team_barrier(member);
        attend(&w, i); /* attended [B][H·V] */
        team_barrier(member);
        project_residual(&w, &l->o, share_of(&w, &l->gate), a->attended,
                         l->attention_post_norm); /* x += attended · Woᵀ */
        team_barrier(member);
        left = w.defers && !l->attention_post_norm;
        norm_all(&w, form_for(&w, &l->gate) | form_for(&w, &l->up), left, l->ffn_norm);
        feed_forward(&w, l); /* gate = act(x · Wgᵀ) ⊙ (x · Wuᵀ) [B][F] */
        team_barrier(member);
        project_residual(&w, &l->down, first_of_layer(&w, i + 1), a->gate,
                         l->ffn_post_norm); /* x += gate · Wdᵀ */
        team_barrier(member);
        left = w.defers && !l->ffn_post_norm;
        trace(&w, i + 1);
    }
    if (left && st->logits) settle_last(&w);
    use_operands(&w, false); /* each member norms the one token for itself */
    if (st->logits) head(&w);
}

void forward(lila_session *session, const int32_t *tokens, uint32_t n, uint32_t count, float *logits) {
    step job = {session, tokens, n, count, logits};
    pool_run(session->model->pool, forward_member, &job);
}
