/* fuzz_tokenizer.c: random vocabularies and random texts, under the sanitizers.
 *
 *   fuzz_tokenizer ITERATIONS SEED
 *
 * Each vocabulary is a GGUF image or lines of text made here, sound or broken at random; those that are
 * accepted encode random bytes into buffers of exactly the room they announce, and a byte-level vocabulary that
 * knows every byte must give the same bytes back. Prints how many vocabularies were accepted and refused. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gguf.h"
#include "pretokenize.h"

static uint32_t below(uint32_t n) {
    return (uint32_t)fuzz_below(n);
}

/* ---- writing an image */

typedef struct writer {
    uint8_t data[1 << 16];
    size_t size;
} writer;

static void put(writer *w, const void *data, size_t size) {
    if (size > sizeof w->data - w->size) abort();
    memcpy(w->data + w->size, data, size);
    w->size += size;
}

static void put_u32(writer *w, uint32_t value) {
    put(w, &value, 4);
}

static void put_u64(writer *w, uint64_t value) {
    put(w, &value, 8);
}

static void put_str(writer *w, const char *text, size_t len) {
    put_u64(w, len);
    put(w, text, len);
}

static void put_key(writer *w, const char *key, uint32_t type) {
    put_str(w, key, strlen(key));
    put_u32(w, type);
}

static void put_string_kv(writer *w, const char *key, const char *value) {
    put_key(w, key, LILA_KV_STRING);
    put_str(w, value, strlen(value));
}

static void put_array(writer *w, const char *key, uint32_t type, uint64_t count) {
    put_key(w, key, LILA_KV_ARRAY);
    put_u32(w, type);
    put_u64(w, count);
}

/* ---- a random vocabulary */

typedef struct token {
    char text[16];
    uint32_t len;
} token;

static token tokens[600];

static uint32_t random_text(char *out, uint32_t longest) {
    static const char *const parts[] = {
        "a",        "b",        "ab", "e",    "l",        "Ġ",        "\xE2\x96\x81", "<",  ">",  "<|", "s",
        "é",        "日",       "1",  "\xFF", "\xE2\x96", " ",        "\n",           "<s", "0x", "",   "<0x",
        "\xC4\x80", "\xC5\x83", "A",  "İ",    "각",       "\xCC\x81", "\xE3\x80\x80", "'S", "!",  "/"};
    uint32_t len = 0;
    for (uint32_t n = 1 + below(4); n > 0; n--) {
        const char *part = parts[below(sizeof parts / sizeof *parts)];
        uint32_t size = (uint32_t)strlen(part);
        if (len + size > longest) break;
        memcpy(out + len, part, size);
        len += size;
    }
    return len;
}

static uint32_t
byte_char(uint8_t b) { /* the printable character of a byte, as byte-level vocabularies write it */
    if (b <= 0x20) return 0x100u + b;
    if (b < 0x7F) return b;
    if (b <= 0xA0) return 0x121u + (b - 0x7Fu);
    return b == 0xAD ? 0x143 : b;
}

static bool known(uint32_t count, const token *t) {
    for (uint32_t i = 0; i < count; i++) {
        if (tokens[i].len == t->len && memcmp(tokens[i].text, t->text, t->len) == 0) return true;
    }
    return false;
}

typedef enum vocab_kind { SPM, BYTE_BPE, CHARACTER_BPE, WORDPIECE, KINDS } vocab_kind;

static bool has_byte_tokens(vocab_kind kind) {
    return kind == SPM || kind == CHARACTER_BPE;
}

/* All bytes (as characters or as <0x..>), then random joints of what is there, mostly without repeats. */
static uint32_t make_tokens(vocab_kind kind, bool all_bytes) {
    uint32_t count = 0;
    for (uint32_t b = 0; all_bytes && b < 256; b++, count++) {
        token *t = &tokens[count];
        t->len = has_byte_tokens(kind) ? (uint32_t)snprintf(t->text, sizeof t->text, "<0x%02X>", b)
                                       : utf8_encode(byte_char((uint8_t)b), t->text);
    }
    for (uint32_t n = below(60); n > 0; n--) {
        token t;
        t.len = random_text(t.text, 12);
        if (!known(count, &t) || below(200) == 0) tokens[count++] = t;
    }
    return count;
}

static void put_tokens(writer *w, uint32_t count) {
    put_array(w, "tokenizer.ggml.tokens", LILA_KV_STRING, count);
    for (uint32_t i = 0; i < count; i++) put_str(w, tokens[i].text, tokens[i].len);
}

static void put_types(writer *w, uint32_t count, uint32_t bytes, vocab_kind kind) {
    uint32_t odd = below(30) == 0;
    put_array(w, "tokenizer.ggml.token_type", LILA_KV_I32, count - (odd && count));
    for (uint32_t i = 0; i < count - (odd && count); i++) {
        uint32_t special = below(4) ? LILA_TOKEN_NORMAL : 1 + below(below(50) ? 6 : 9);
        put_u32(w, i >= bytes ? special : has_byte_tokens(kind) ? LILA_TOKEN_BYTE : LILA_TOKEN_NORMAL);
    }
}

/* Every way to write a token as two others, at times one that isn't. */
static void put_merges(writer *w, uint32_t count) {
    static struct {
        char text[40];
        uint32_t len;
    } merges[400];
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t cut = 1; cut < tokens[i].len && n < 400; cut++) {
            token left = {.len = cut}, right = {.len = tokens[i].len - cut};
            memcpy(left.text, tokens[i].text, left.len);
            memcpy(right.text, tokens[i].text + cut, right.len);
            if (below(2000) && !(known(count, &left) && known(count, &right))) continue;
            if (memchr(tokens[i].text, ' ', tokens[i].len)) continue;
            merges[n].len = left.len + 1 + right.len;
            memcpy(merges[n].text, left.text, left.len);
            merges[n].text[left.len] = ' ';
            memcpy(merges[n].text + left.len + 1, right.text, right.len);
            n++;
        }
    }
    put_array(w, "tokenizer.ggml.merges", LILA_KV_STRING, n);
    for (uint32_t i = 0; i < n; i++) put_str(w, merges[i].text, merges[i].len);
}

static void put_scores(writer *w, uint32_t count) {
    put_array(w, "tokenizer.ggml.scores", LILA_KV_F32, count);
    for (uint32_t i = 0; i < count; i++) {
        float score = below(5000) ? -(float)below(8) : (float)(1e308 * 10);
        put(w, &score, 4);
    }
}

static void put_id(writer *w, const char *key, uint32_t count) {
    put_key(w, key, LILA_KV_U32);
    put_u32(w, below(20) ? below(count) : below(UINT32_MAX));
}

static void put_bool(writer *w, const char *key) {
    uint8_t value = (uint8_t)below(2);
    put_key(w, key, LILA_KV_BOOL);
    put(w, &value, 1);
}

static void make_image(writer *w, vocab_kind kind, bool all_bytes) {
    static const char *const models[] = {"llama", "gpt2", "gemma4", "bert"};
    static const char *const names[] = {"gpt-2",  "llama-bpe", "qwen2",        "smollm",         "lila",
                                        "qwen35", "tekken",    "gpt-4o",       "falcon",         "smaug-bpe",
                                        "llama4", "olmo",      "deepseek-llm", "deepseek-coder", "deepseek-v3"};
    uint32_t count = make_tokens(kind, all_bytes);
    w->size = 0;
    put(w, "GGUF", 4);
    put_u32(w, 3);
    put_u64(w, 0);
    put_u64(w, kind == WORDPIECE ? 7 : 6);
    put_string_kv(w, "tokenizer.ggml.model", models[kind]);
    put_string_kv(w, "tokenizer.ggml.pre", names[below(sizeof names / sizeof *names)]);
    put_tokens(w, count);
    put_types(w, count, all_bytes ? 256 : 0, kind);
    if (kind == SPM) {
        put_scores(w, count);
    } else if (kind == WORDPIECE) {
        put_bool(w, "tokenizer.ggml.normalizer.lowercase");
        put_bool(w, "tokenizer.ggml.normalizer.strip_accents");
    } else {
        put_merges(w, count);
    }
    put_id(w, below(2) ? "tokenizer.ggml.unknown_token_id" : "tokenizer.ggml.bos_token_id", count);
}

/* ---- using it */

static void must(bool holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "fuzz_tokenizer: %s\n", what);
    abort();
}

static void try_text(const lila_tokenizer *t, bool lossless) {
    char err[256], *text = malloc(400);
    uint32_t len = 0;
    while (len < 360 && below(40)) {
        if (below(3))
            len += random_text(text + len, 30);
        else
            text[len++] = (char)fuzz_next();
    }
    char *exact = malloc(len ? len : 1);
    memcpy(exact, text, len);
    free(text);

    uint32_t flags = lossless ? 0 : below(8);
    size_t count, again, size;
    must(!lila_tokenizer_encode(t, exact, len, flags, NULL, 0, &count, err, sizeof err), err);
    int32_t *ids = malloc((count ? count : 1) * sizeof *ids);
    must(!lila_tokenizer_encode(t, exact, len, flags, ids, count, &again, err, sizeof err), err);
    must(count == again, "two encodings of a text differ in length");
    must(!lila_tokenizer_decode(t, ids, count, below(2) && !lossless, NULL, 0, &size, err, sizeof err), err);
    char *back = malloc(size ? size : 1);
    must(!lila_tokenizer_decode(t, ids, count, 0, back, size, &size, err, sizeof err), err);
    if (lossless) must(size == len && memcmp(back, exact, len) == 0, "the bytes that came back differ");
    free(back);
    free(ids);
    free(exact);
}

/* The tokens as lines of a file, mostly with the three that have to be among them. */
static int create_from_lines(lila_tokenizer **t, char *err, size_t errlen) {
    static const char *const named[] = {"[CLS]\n", "[SEP]\n", "[UNK]\n"};
    static char lines[1 << 14];
    uint32_t count = make_tokens(WORDPIECE, false), len = 0;
    for (uint32_t i = 0; i < 3; i++) {
        if (below(40)) len += (uint32_t)snprintf(lines + len, sizeof lines - len, "%s", named[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (below(2)) len += (uint32_t)snprintf(lines + len, sizeof lines - len, "##");
        memcpy(lines + len, tokens[i].text, tokens[i].len);
        len += tokens[i].len;
        if (below(60)) lines[len++] = '\n';
    }
    char *exact = malloc(len ? len : 1);
    memcpy(exact, lines, len);
    lila_wordpiece words = {exact, len, below(2), below(2)};
    int status = lila_tokenizer_create_wordpiece(&words, t, err, errlen);
    free(exact); /* the tokenizer keeps nothing of the lines */
    return status;
}

static int create_from_image(vocab_kind kind, bool all_bytes, lila_tokenizer **t, char *err, size_t errlen) {
    static writer image;
    make_image(&image, kind, all_bytes);
    uint8_t *exact = malloc(image.size);
    memcpy(exact, image.data, image.size);
    lila_gguf *file;
    must(!gguf_parse(exact, image.size, &file, err, errlen), err);
    int status = lila_tokenizer_create(file, t, err, errlen);
    lila_gguf_free(file);
    free(exact); /* the tokenizer keeps nothing of the file */
    return status;
}

int main(int argc, char **argv) {
    unsigned accepted = 0, refused = 0;
    long iterations = argc > 1 ? atol(argv[1]) : 1000;
    fuzz_seed(argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
    for (long i = 0; i < iterations; i++) {
        vocab_kind kind = below(KINDS);
        bool all_bytes = below(4) != 0, lines = kind == WORDPIECE && below(2);
        lila_tokenizer *t = NULL;
        char err[256];
        int status = lines ? create_from_lines(&t, err, sizeof err)
                           : create_from_image(kind, all_bytes, &t, err, sizeof err);
        if (status) {
            must(t == NULL && err[0], "a refusal without a sentence");
            refused++;
            continue;
        }
        accepted++;
        for (int n = 0; n < 6; n++) try_text(t, all_bytes && kind == BYTE_BPE);
        lila_tokenizer_free(t);
    }
    printf("accepted %u refused %u\n", accepted, refused);
    return 0;
}
