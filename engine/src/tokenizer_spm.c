/* tokenizer_spm.c: SentencePiece vocabularies. A text starts as its characters, spaces written as U+2581; the
 * neighbours whose joint text is the token with the highest score, leftmost first, are joined until none is.
 * A character that is no token falls back to the tokens of its bytes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "tokenizer.h"

static const char SPACE_MARK[] = "\xE2\x96\x81"; /* U+2581 */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte of "<0xE2>", or -1. */
static int byte_token(text_span text) {
    if (text.len != 6 || memcmp(text.data, "<0x", 3) != 0 || text.data[5] != '>') return -1;
    int high = hex_digit(text.data[3]), low = hex_digit(text.data[4]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

uint32_t spm_token_bytes(text_span text, uint32_t type, char *out) {
    int byte = type == LILA_TOKEN_BYTE ? byte_token(text) : -1;
    if (byte >= 0) {
        out[0] = (char)byte;
        return 1;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < text.len;) {
        if (text.len - i >= 3 && memcmp(text.data + i, SPACE_MARK, 3) == 0) {
            out[n++] = ' ';
            i += 3;
        } else {
            out[n++] = text.data[i++];
        }
    }
    return n;
}

void spm_byte_tokens(struct lila_tokenizer *t) {
    for (int b = 0; b < 256; b++) {
        char text[8];
        (void)snprintf(text, sizeof text, "<0x%02X>", b);
        t->byte_ids[b] = vocab_find(t, text, 6);
        if (t->byte_ids[b] < 0) { /* vocabularies without byte tokens write the bytes as they are */
            text[0] = (char)b;
            t->byte_ids[b] = vocab_find(t, text, 1);
        }
    }
}

int spm_load(struct lila_tokenizer *t, const lila_gguf *file, char *err, size_t errlen) {
    const gguf_kv *scores = gguf_get_array(file, "tokenizer.ggml.scores");
    if (!scores || scores->count < t->vocab_size || !gguf_of_numbers(scores)) {
        return LILA_FAIL(LILA_E_FORMAT, "tokenizer.ggml.scores must hold a number for each of the %u tokens",
                         t->vocab_size);
    }
    t->score = calloc(t->vocab_size, sizeof *t->score);
    if (!t->score) return LILA_FAIL(LILA_E_MEMORY, "no memory for %u scores", t->vocab_size);
    for (uint32_t id = 0; id < t->vocab_size; id++) {
        t->score[id] = (float)gguf_elem_f64(scores, id);
        if (!isfinite(t->score[id])) return LILA_FAIL(LILA_E_FORMAT, "the score of token %u isn't finite", id);
    }
    spm_byte_tokens(t);
    return LILA_OK;
}

typedef struct piece {
    uint32_t start, len; /* of the text; len 0: joined to its left neighbour */
    uint32_t prev, next;
} piece;

typedef struct joint {
    float score;
    uint32_t left, right, len; /* len: of both together when this was proposed */
} joint;

typedef struct joiner {
    const struct lila_tokenizer *t;
    const char *text;
    piece *pieces;
    joint *heap; /* [3 * pieces]: each join proposes at most two more */
    size_t heap_count;
} joiner;

static const uint32_t NO_PIECE = UINT32_MAX;

static bool before(const joint *a, const joint *b) {
    return a->score > b->score || (a->score == b->score && a->left < b->left);
}

static void heap_push(joiner *j, joint new) {
    size_t i = j->heap_count++;
    while (i > 0 && before(&new, &j->heap[(i - 1) / 2])) {
        j->heap[i] = j->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    j->heap[i] = new;
}

static joint heap_pop(joiner *j) {
    joint top = j->heap[0], last = j->heap[--j->heap_count];
    size_t i = 0;
    for (size_t child = 1; child < j->heap_count; child = 2 * i + 1) {
        if (child + 1 < j->heap_count && before(&j->heap[child + 1], &j->heap[child])) child++;
        if (!before(&j->heap[child], &last)) break;
        j->heap[i] = j->heap[child];
        i = child;
    }
    if (j->heap_count) j->heap[i] = last;
    return top;
}

/* Plain text never becomes a control, unknown or byte token, whatever it spells. */
static int32_t plain_token(const struct lila_tokenizer *t, const char *text, size_t len) {
    int32_t id = vocab_find(t, text, len);
    if (id < 0) return -1;
    uint32_t type = t->type[id];
    return type == LILA_TOKEN_CONTROL || type == LILA_TOKEN_UNKNOWN || type == LILA_TOKEN_BYTE ? -1 : id;
}

static void propose(joiner *j, uint32_t left, uint32_t right) {
    if (left == NO_PIECE || right == NO_PIECE) return;
    uint32_t len = j->pieces[left].len + j->pieces[right].len;
    int32_t id = plain_token(j->t, j->text + j->pieces[left].start, len);
    if (id >= 0) heap_push(j, (joint){j->t->score[id], left, right, len});
}

static size_t split_characters(joiner *j, size_t len) {
    size_t n = 0;
    for (size_t at = 0; at < len; n++) {
        uint32_t bytes = utf8_decode(j->text + at, len - at).bytes;
        j->pieces[n] = (piece){(uint32_t)at, bytes, n ? (uint32_t)(n - 1) : NO_PIECE, (uint32_t)(n + 1)};
        at += bytes;
    }
    if (n) j->pieces[n - 1].next = NO_PIECE;
    return n;
}

static void join_all(joiner *j, size_t n) {
    for (size_t i = 1; i < n; i++) propose(j, (uint32_t)(i - 1), (uint32_t)i);
    while (j->heap_count) {
        joint best = heap_pop(j);
        piece *left = &j->pieces[best.left], *right = &j->pieces[best.right];
        /* Either side may have been joined to another since this was proposed. */
        if (left->len == 0 || right->len == 0 || left->len + right->len != best.len) continue;
        left->len = best.len;
        left->next = right->next;
        right->len = 0;
        if (left->next != NO_PIECE) j->pieces[left->next].prev = best.left;
        propose(j, left->prev, best.left);
        propose(j, best.left, left->next);
    }
}

static void emit(const joiner *j, const piece *p, id_sink *sink) {
    const char *text = j->text + p->start;
    int32_t id = plain_token(j->t, text, p->len);
    if (id >= 0) {
        sink_push(sink, id);
        return;
    }
    for (uint32_t i = 0; i < p->len; i++) {
        id = j->t->byte_ids[(uint8_t)text[i]];
        if (id < 0) id = j->t->unk;
        if (id >= 0) sink_push(sink, id);
    }
}

size_t spm_mark_spaces(const char *text, size_t len, bool prefix, char *out) {
    size_t n = 0;
    if (prefix) {
        memcpy(out, SPACE_MARK, 3);
        n = 3;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ') {
            memcpy(out + n, SPACE_MARK, 3);
            n += 3;
        } else {
            out[n++] = text[i];
        }
    }
    return n;
}

int spm_encode(const struct lila_tokenizer *t, const char *text, size_t len, bool prefix, id_sink *sink) {
    char *marked = malloc(3 * (len + 1));
    if (!marked) return LILA_E_MEMORY;
    size_t marked_len = spm_mark_spaces(text, len, prefix, marked);
    /* One piece a character: at most the text's bytes and the prefix. */
    joiner j = {t, marked, malloc((len + 1) * sizeof(piece)), malloc(3 * (len + 1) * sizeof(joint)), 0};
    int status = LILA_E_MEMORY;
    if (j.pieces && j.heap) {
        size_t n = split_characters(&j, marked_len);
        join_all(&j, n);
        for (uint32_t i = n ? 0 : NO_PIECE; i != NO_PIECE; i = j.pieces[i].next) emit(&j, &j.pieces[i], sink);
        status = LILA_OK;
    }
    free(j.heap);
    free(j.pieces);
    free(marked);
    return status;
}
