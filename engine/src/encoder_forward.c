/* encoder_forward.c: BERT's layers over a batch of texts, and the mean of what comes out.
 *
 * Texts lie one behind the other without padding; only attention knows where one ends. Every member of the team
 * runs encode_member and computes its share of the rows of each product; they meet at five barriers a layer.
 * Shapes: T tokens, D embedding, F feed_forward. */
#include <math.h>
#include <string.h>

#include "encoder.h"

enum { GRAIN = 4 }; /* groups of rows that one tile of the widest kernel takes */

typedef struct worker {
    const encoder_pass *pass;
    const lila_encoder *e;
    const team *team;
    float *x;       /* [T][D] its own */
    float *scratch; /* for attention */
} worker;

static float *row(float *x, uint32_t t, size_t width) {
    return x + (size_t)t * width;
}

/* x [T][D] = norm(word + position), positions counted from each text's start. */
static void embed(const worker *w) {
    const lila_encoder *e = w->e;
    uint32_t d = e->params.embedding, t = 0;
    for (uint32_t text = 0; text < w->pass->texts; text++)
        for (uint32_t place = 0; place < w->pass->lengths[text]; place++, t++) {
            float *x = row(w->x, t, d);
            e->kernels->unpack[e->word_type](x, e->words + (size_t)w->pass->tokens[t] * e->word_stride, d);
            e->dense->add_norm(x, row(e->places, place, d), e->embedding_norm.gain, e->embedding_norm.bias, d,
                               e->params.epsilon);
        }
}

/* This member's rows of y [T][rows] = x [T][k] · Wᵀ + bias; they are [*first, *last). */
static void product(const worker *w, const dense_matrix *m, const float *x, float *y, uint32_t *first,
                    uint32_t *last) {
    dense_product job = {m->panels, m->bias, x, m->k, y, m->rows, m->k, m->rows, w->pass->count};
    uint32_t groups = dense_groups(m->rows);
    team_share(w->team, groups, GRAIN, first, last);
    w->e->dense->product(&job, *first, *last);
    *first *= DENSE_ROWS;
    *last = *last == groups ? m->rows : *last * DENSE_ROWS;
}

/* attended [T][D]; a unit is one head of one text. */
static void attend(const worker *w) {
    const lila_encoder_params *n = &w->e->params;
    uint32_t head = n->embedding / n->heads, first, last, unit = 0;
    size_t stride = 3 * (size_t)n->embedding, start = 0;
    team_share(w->team, w->pass->texts * n->heads, 1, &first, &last);
    for (uint32_t text = 0; text < w->pass->texts; start += w->pass->lengths[text++])
        for (uint32_t h = 0; h < n->heads; h++, unit++) {
            if (unit < first || unit >= last) continue;
            const float *q = w->pass->qkv + start * stride + h * head;
            dense_attention job = {.q = q,
                                   .k = q + n->embedding,
                                   .v = q + 2 * (size_t)n->embedding,
                                   .stride = stride,
                                   .out = w->pass->attended + start * n->embedding + h * head,
                                   .out_stride = n->embedding,
                                   .scratch = w->scratch,
                                   .tokens = w->pass->lengths[text],
                                   .head = head,
                                   .scale = 1.0f / sqrtf((float)head)};
            w->e->dense->attention(&job);
        }
}

/* x = norm(x + projected), by every member for itself, once all rows of the product are there. */
static void add_and_norm(const worker *w, const norm_weights *norm) {
    uint32_t d = w->e->params.embedding;
    team_barrier(w->team);
    for (uint32_t t = 0; t < w->pass->count; t++)
        w->e->dense->add_norm(row(w->x, t, d), row(w->pass->projected, t, d), norm->gain, norm->bias, d,
                              w->e->params.epsilon);
}

static void feed_forward(const worker *w, const encoder_layer *l) {
    uint32_t first, last, f = w->e->params.feed_forward;
    product(w, &l->up, w->x, w->pass->inner, &first, &last); /* inner [T][F] = gelu(x · W₁ᵀ + b₁) */
    for (uint32_t t = 0; t < w->pass->count; t++)
        w->e->dense->gelu(row(w->pass->inner, t, f) + first, last - first);
    team_barrier(w->team);
    product(w, &l->down, w->pass->inner, w->pass->projected, &first, &last); /* projected [T][D] */
}

static void trace(const worker *w, uint32_t layer) {
    const encoder_pass *p = w->pass;
    if (!p->hidden || w->team->index != 0) return;
    memcpy(p->hidden + layer * p->hidden_stride, w->x,
           (size_t)p->count * w->e->params.embedding * sizeof(float));
}

/* out [D] = the mean of x [n][D], at length 1 where the encoder normalises. */
static void pool_text(const worker *w, const float *x, uint32_t n, float *out) {
    uint32_t d = w->e->params.embedding;
    double squares = 0;
    for (uint32_t i = 0; i < d; i++) {
        float sum = 0;
        for (uint32_t t = 0; t < n; t++) sum += x[(size_t)t * d + i];
        out[i] = sum / (float)n;
        squares += (double)out[i] * out[i];
    }
    if (!w->e->params.normalise) return;
    float scale = (float)(1 / fmax(sqrt(squares), 1e-12));
    for (uint32_t i = 0; i < d; i++) out[i] *= scale;
}

static void pool_texts(const worker *w) {
    uint32_t d = w->e->params.embedding, first, last, t = 0;
    team_share(w->team, w->pass->texts, 1, &first, &last);
    for (uint32_t text = 0; text < w->pass->texts; t += w->pass->lengths[text++])
        if (text >= first && text < last)
            pool_text(w, row(w->x, t, d), w->pass->lengths[text], row(w->pass->out, text, d));
}

static void encode_member(void *job, const team *member) {
    const encoder_pass *p = job;
    const lila_encoder *e = p->encoder;
    uint32_t head = e->params.embedding / e->params.heads, first, last;
    worker w = {p, e, member, p->x + member->index * (size_t)p->count * e->params.embedding,
                p->scratch + member->index * dense_attention_floats(p->longest, head)};
    embed(&w); /* x [T][D] */
    trace(&w, 0);
    for (uint32_t i = 0; i < e->params.layers; i++) {
        const encoder_layer *l = &e->layers[i];
        product(&w, &l->qkv, w.x, p->qkv, &first, &last); /* qkv [T][3D] */
        team_barrier(member);
        attend(&w); /* attended [T][D] */
        team_barrier(member);
        product(&w, &l->o, p->attended, p->projected, &first, &last); /* projected [T][D] */
        add_and_norm(&w, &l->attention_norm);                         /* x [T][D] */
        feed_forward(&w, l);                                          /* projected [T][D] */
        add_and_norm(&w, &l->ffn_norm);                               /* x [T][D] */
        trace(&w, i + 1);
    }
    pool_texts(&w);
}

void encoder_forward(encoder_pass *pass) {
    pool_run(pass->encoder->pool, encode_member, pass);
}
