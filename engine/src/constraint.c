/* Grammar-constrained decoding: automata over bytes and special tokens, and the token masks of their states.
 *
 * A mask is found by walking every token's bytes through the automaton. Tokens are sorted by their bytes, so
 * that what a token shares with the one before it is not walked again, and all tokens behind a dead prefix
 * are passed over at once. Masks are cached per state, the least recently used one making room.
 */
#include "errors.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t start;  /* offset into token_bytes */
    uint32_t length; /* > 0 */
    uint32_t shared; /* leading bytes in common with the token before it in the order */
    int32_t token;
} text_token;

typedef struct {
    uint64_t *allow; /* [n_words] */
    uint64_t last_used;
    int32_t state;
    uint8_t empty; /* nothing is allowed here */
} cached_mask;

struct lila_constraint {
    int32_t n_vocab, n_states, n_byte_classes, n_symbols;
    size_t width;   /* n_byte_classes + n_symbols: a row of transitions */
    size_t n_words; /* of a mask */
    uint8_t *token_bytes;
    uint64_t *token_starts; /* [n_vocab + 1] */
    int32_t *token_symbols; /* [n_vocab] */
    uint8_t byte_classes[256];
    int32_t *transitions;   /* [n_states][width] */
    int32_t *symbol_starts; /* [n_symbols] */
    uint8_t *symbol_free;   /* [n_symbols] */
    text_token *order;      /* [n_order] text tokens by their bytes */
    size_t n_order;
    uint64_t *free_mask; /* [n_words] */
    int free_empty;

    pthread_mutex_t lock; /* over everything below */
    int32_t *path;        /* [longest token + 1] states along the token being walked */
    int32_t *slots;       /* [n_states] index of the state's mask, or -1 */
    cached_mask *cache;   /* [capacity] */
    size_t cached, capacity;
    uint64_t clock;
};

/* ---- building */

static void *copy_of(const void *source, size_t count, size_t size) {
    void *copy = malloc(count * size + 1); /* never of nothing, so NULL always means no memory */
    if (copy && count) memcpy(copy, source, count * size);
    return copy;
}

static int check_sizes(const lila_constraint_tables *t, char *err, size_t errlen) {
    if (t->n_vocab < 1 || t->n_vocab > 1 << 24)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: a vocabulary of %d tokens can't be used", t->n_vocab);
    if (t->n_states < 1 || t->n_states > 1 << 20)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: 1 to 1048576 states, not %d", t->n_states);
    if (t->n_byte_classes < 1 || t->n_byte_classes > 256)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: 1 to 256 byte classes, not %d", t->n_byte_classes);
    if (t->n_symbols < 0 || t->n_symbols > 4096)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: 0 to 4096 symbols, not %d", t->n_symbols);
    return LILA_OK;
}

static int check_tables(const lila_constraint_tables *t, char *err, size_t errlen) {
    size_t cells = (size_t)t->n_states * (size_t)(t->n_byte_classes + t->n_symbols);
    for (int32_t i = 0; i < t->n_vocab; i++) {
        if (t->token_starts[i] > t->token_starts[i + 1] ||
            t->token_starts[i + 1] - t->token_starts[i] > 1 << 20)
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: token %d has impossible byte offsets", i);
        if (t->token_symbols[i] < LILA_SYMBOL_NEVER || t->token_symbols[i] >= t->n_symbols)
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: token %d names symbol %d of %d", i,
                             t->token_symbols[i], t->n_symbols);
    }
    for (size_t i = 0; i < cells; i++)
        if (t->transitions[i] < LILA_DFA_DONE || t->transitions[i] >= t->n_states)
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: a transition leads to state %d of %d",
                             t->transitions[i], t->n_states);
    for (int32_t i = 0; i < 256; i++)
        if (t->byte_classes[i] >= t->n_byte_classes)
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: byte %d is in class %d of %d", i, t->byte_classes[i],
                             t->n_byte_classes);
    for (int32_t i = 0; i < t->n_symbols; i++)
        if (t->symbol_starts[i] < -1 || t->symbol_starts[i] >= t->n_states)
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: symbol %d starts in state %d of %d", i,
                             t->symbol_starts[i], t->n_states);
    return LILA_OK;
}

/* What qsort compares: it takes no context, so the bytes come along. */
typedef struct {
    const uint8_t *bytes;
    uint32_t length;
    int32_t token;
} sort_key;

static int by_bytes(const void *left, const void *right) {
    const sort_key *a = left, *b = right;
    uint32_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, shorter);
    if (order) return order;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    return a->token < b->token ? -1 : 1;
}

static uint32_t shared_prefix(const sort_key *a, const sort_key *b) {
    uint32_t n = 0;
    while (n < a->length && n < b->length && a->bytes[n] == b->bytes[n]) n++;
    return n;
}

/* Fills `order`; returns the longest token's length, or -1 without memory. */
static int64_t sort_tokens(lila_constraint *c) {
    int64_t longest = 0;
    sort_key *keys = malloc((size_t)c->n_vocab * sizeof *keys);
    c->order = malloc((size_t)c->n_vocab * sizeof *c->order);
    if (!keys || !c->order) {
        free(keys);
        return -1;
    }
    for (int32_t t = 0; t < c->n_vocab; t++) {
        uint64_t length = c->token_starts[t + 1] - c->token_starts[t];
        /* A token without bytes would never get anywhere: it is not allowed inside of a block. */
        if (c->token_symbols[t] != LILA_SYMBOL_TEXT || length == 0) continue;
        keys[c->n_order++] = (sort_key){c->token_bytes + c->token_starts[t], (uint32_t)length, t};
        if ((int64_t)length > longest) longest = (int64_t)length;
    }
    qsort(keys, c->n_order, sizeof *keys, by_bytes);
    for (size_t i = 0; i < c->n_order; i++)
        c->order[i] = (text_token){.start = c->token_starts[keys[i].token],
                                   .length = keys[i].length,
                                   .shared = i ? shared_prefix(&keys[i - 1], &keys[i]) : 0,
                                   .token = keys[i].token};
    free(keys);
    return longest;
}

static void set_bit(uint64_t *mask, int32_t token) {
    mask[token / 64] |= UINT64_C(1) << (token % 64);
}

static void fill_free_mask(lila_constraint *c) {
    c->free_empty = 1;
    for (int32_t t = 0; t < c->n_vocab; t++)
        if (c->token_symbols[t] < 0 || c->symbol_free[c->token_symbols[t]]) {
            set_bit(c->free_mask, t);
            c->free_empty = 0;
        }
}

static int copy_tables(lila_constraint *c, const lila_constraint_tables *t) {
    c->n_vocab = t->n_vocab;
    c->n_states = t->n_states;
    c->n_byte_classes = t->n_byte_classes;
    c->n_symbols = t->n_symbols;
    c->width = (size_t)(t->n_byte_classes + t->n_symbols);
    c->n_words = ((size_t)t->n_vocab + 63) / 64;
    memcpy(c->byte_classes, t->byte_classes, sizeof c->byte_classes);
    size_t vocab = (size_t)t->n_vocab, symbols = (size_t)t->n_symbols, states = (size_t)t->n_states;
    c->token_bytes = copy_of(t->token_bytes, t->token_starts[vocab], 1);
    c->token_starts = copy_of(t->token_starts, vocab + 1, sizeof *c->token_starts);
    c->token_symbols = copy_of(t->token_symbols, vocab, sizeof *c->token_symbols);
    c->transitions = copy_of(t->transitions, states * c->width, sizeof *c->transitions);
    c->symbol_starts = copy_of(t->symbol_starts, symbols, sizeof *c->symbol_starts);
    c->symbol_free = copy_of(t->symbol_free, symbols, 1);
    c->free_mask = calloc(c->n_words, sizeof *c->free_mask);
    c->slots = malloc(states * sizeof *c->slots);
    size_t fit = t->cache_bytes / (c->n_words * sizeof(uint64_t));
    c->capacity = fit < 1 ? 1 : fit > states ? states : fit;
    c->cache = calloc(c->capacity, sizeof *c->cache);
    return c->token_bytes && c->token_starts && c->token_symbols && c->transitions && c->symbol_starts &&
           c->symbol_free && c->free_mask && c->slots && c->cache;
}

int lila_constraint_create(const lila_constraint_tables *tables, lila_constraint **out, char *err,
                           size_t errlen) {
    *out = NULL;
    int status = check_sizes(tables, err, errlen);
    if (status == LILA_OK) status = check_tables(tables, err, errlen);
    if (status != LILA_OK) return status;
    lila_constraint *c = calloc(1, sizeof *c);
    if (!c) return LILA_FAIL(LILA_E_MEMORY, "constraint: no memory");
    pthread_mutex_init(&c->lock, NULL);
    int64_t longest = copy_tables(c, tables) ? sort_tokens(c) : -1;
    if (longest >= 0) c->path = malloc(((size_t)longest + 1) * sizeof *c->path);
    if (!c->path) {
        lila_constraint_free(c);
        return LILA_FAIL(LILA_E_MEMORY, "constraint: no memory for the tables of %d tokens", tables->n_vocab);
    }
    for (int32_t s = 0; s < c->n_states; s++) c->slots[s] = -1;
    fill_free_mask(c);
    *out = c;
    return LILA_OK;
}

void lila_constraint_free(lila_constraint *c) {
    if (!c) return;
    for (size_t i = 0; i < c->cached; i++) free(c->cache[i].allow);
    free(c->token_bytes);
    free(c->token_starts);
    free(c->token_symbols);
    free(c->transitions);
    free(c->symbol_starts);
    free(c->symbol_free);
    free(c->order);
    free(c->free_mask);
    free(c->path);
    free(c->slots);
    free(c->cache);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- masks */

static int32_t after_byte(const lila_constraint *c, int32_t state, uint8_t byte) {
    return state < 0 ? LILA_DFA_DEAD : c->transitions[(size_t)state * c->width + c->byte_classes[byte]];
}

static int32_t after_symbol(const lila_constraint *c, int32_t state, int32_t symbol) {
    return c->transitions[(size_t)state * c->width + (size_t)(c->n_byte_classes + symbol)];
}

/* Sets the bits of text tokens; returns how many. */
static size_t allow_text(lila_constraint *c, int32_t state, uint64_t *allow) {
    size_t allowed = 0;
    uint32_t dead_at = UINT32_MAX; /* bytes after which the last walked token was dead */
    c->path[0] = state;
    for (size_t i = 0; i < c->n_order; i++) {
        const text_token *t = &c->order[i];
        if (t->shared >= dead_at) continue;
        const uint8_t *bytes = c->token_bytes + t->start;
        uint32_t depth = t->shared;
        dead_at = UINT32_MAX;
        for (; depth < t->length; depth++) {
            c->path[depth + 1] = after_byte(c, c->path[depth], bytes[depth]);
            if (c->path[depth + 1] == LILA_DFA_DEAD) {
                dead_at = depth + 1;
                break;
            }
        }
        if (dead_at == UINT32_MAX) {
            set_bit(allow, t->token);
            allowed++;
        }
    }
    return allowed;
}

static size_t allow_symbols(const lila_constraint *c, int32_t state, uint64_t *allow) {
    size_t allowed = 0;
    for (int32_t t = 0; t < c->n_vocab; t++) {
        int32_t symbol = c->token_symbols[t];
        if (symbol >= 0 && after_symbol(c, state, symbol) != LILA_DFA_DEAD) {
            set_bit(allow, t);
            allowed++;
        }
    }
    return allowed;
}

/* A slot for a new mask: a fresh one while there is room, else the least recently used. NULL: no memory. */
static cached_mask *make_room(lila_constraint *c) {
    if (c->cached < c->capacity) {
        cached_mask *fresh = &c->cache[c->cached];
        fresh->allow = malloc(c->n_words * sizeof *fresh->allow);
        if (fresh->allow) {
            c->cached++;
            return fresh;
        }
        if (c->cached == 0) return NULL;
    }
    cached_mask *oldest = &c->cache[0];
    for (size_t i = 1; i < c->cached; i++)
        if (c->cache[i].last_used < oldest->last_used) oldest = &c->cache[i];
    c->slots[oldest->state] = -1;
    return oldest;
}

static cached_mask *find_mask(lila_constraint *c, int32_t state) {
    cached_mask *mask;
    if (c->slots[state] >= 0) {
        mask = &c->cache[c->slots[state]];
    } else {
        mask = make_room(c);
        if (!mask) return NULL;
        memset(mask->allow, 0, c->n_words * sizeof *mask->allow);
        mask->state = state;
        mask->empty = allow_text(c, state, mask->allow) + allow_symbols(c, state, mask->allow) == 0;
        c->slots[state] = (int32_t)(mask - c->cache);
    }
    mask->last_used = ++c->clock;
    return mask;
}

static int check_state(const lila_constraint *c, int32_t state, char *err, size_t errlen) {
    if (state != LILA_CONSTRAINT_FREE && (state < 0 || state >= c->n_states))
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: no state %d, there are %d", state, c->n_states);
    return LILA_OK;
}

int lila_constraint_mask(lila_constraint *c, int32_t state, uint64_t *allow, char *err, size_t errlen) {
    int status = check_state(c, state, err, errlen);
    if (status != LILA_OK) return status;
    int empty = c->free_empty;
    if (state == LILA_CONSTRAINT_FREE) {
        memcpy(allow, c->free_mask, c->n_words * sizeof *allow);
    } else {
        pthread_mutex_lock(&c->lock);
        cached_mask *mask = find_mask(c, state);
        if (mask) {
            memcpy(allow, mask->allow, c->n_words * sizeof *allow);
            empty = mask->empty;
        }
        pthread_mutex_unlock(&c->lock);
        if (!mask) return LILA_FAIL(LILA_E_MEMORY, "constraint: no memory for a mask of %d tokens", c->n_vocab);
    }
    if (empty)
        return LILA_FAIL(LILA_E_ARGUMENT,
                         "constraint: no token of this vocabulary can follow in state %d; the grammar "
                         "needs text that the tokenizer can't write",
                         state);
    return LILA_OK;
}

/* ---- moving on */

static int32_t walk(const lila_constraint *c, int32_t state, int32_t token) {
    int32_t symbol = c->token_symbols[token];
    uint64_t at = c->token_starts[token], end = c->token_starts[token + 1];
    if (symbol >= 0) return after_symbol(c, state, symbol);
    if (symbol == LILA_SYMBOL_NEVER || at == end) return LILA_DFA_DEAD;
    while (at < end && state != LILA_DFA_DEAD) state = after_byte(c, state, c->token_bytes[at++]);
    return state;
}

int lila_constraint_advance(lila_constraint *c, int32_t state, int32_t token, int32_t *next, char *err,
                            size_t errlen) {
    int status = check_state(c, state, err, errlen);
    if (status != LILA_OK) return status;
    if (token < 0 || token >= c->n_vocab)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: no token %d, the vocabulary has %d", token, c->n_vocab);
    int32_t symbol = c->token_symbols[token];
    if (state == LILA_CONSTRAINT_FREE) {
        if (symbol >= 0 && !c->symbol_free[symbol])
            return LILA_FAIL(LILA_E_ARGUMENT, "constraint: token %d is not allowed outside of a block", token);
        *next = symbol >= 0 && c->symbol_starts[symbol] >= 0 ? c->symbol_starts[symbol] : LILA_CONSTRAINT_FREE;
        return LILA_OK;
    }
    int32_t after = walk(c, state, token);
    if (after == LILA_DFA_DEAD)
        return LILA_FAIL(LILA_E_ARGUMENT, "constraint: token %d is not allowed in state %d", token, state);
    *next = after == LILA_DFA_DONE ? LILA_CONSTRAINT_FREE : after;
    return LILA_OK;
}
