/* pretokenize_patterns.c: the families' regular expressions, by hand. Above each function stands its own. A
 * match_* function gives where the match at pos ends, or pos where there is none; a pass gives the end of the
 * match or of the stretch up to the next one. */
#include "pretokenize.h"

typedef pretokenize_view view;

enum {
    SET_CASED_UP = 1u << UNICODE_UPPER,
    SET_L = 1u << UNICODE_UPPER | 1u << UNICODE_LOWER | 1u << UNICODE_LETTER,
    SET_M = 1u << UNICODE_MARK,
    SET_N = 1u << UNICODE_NUMBER,
    SET_P = 1u << UNICODE_PUNCTUATION,
    SET_S = 1u << UNICODE_SYMBOL,
    SET_SPACE = 1u << UNICODE_SPACE, /* \s */
    SET_ALL = 0x3FF
};

/* ---- looking at the text */

/* The category at pos as a set of one, the character's size in *bytes; the empty set with 0 at the end. */
static unsigned set_at(view v, size_t pos, uint32_t *bytes) {
    utf8_char c = utf8_decode(v.text + pos, v.end - pos);
    *bytes = c.bytes;
    if (c.bytes == 0) return 0;
    return 1u << (c.valid ? unicode_category(c.code) : UNICODE_OTHER);
}

static bool is_in(view v, size_t pos, unsigned set) {
    uint32_t bytes;
    return (set_at(v, pos, &bytes) & set) != 0;
}

/* The byte at pos, or -1 past the end: for the ASCII characters that the patterns name. */
static int byte_at(view v, size_t pos) {
    return pos < v.end ? (uint8_t)v.text[pos] : -1;
}

static bool is_newline(int byte) {
    return byte == '\r' || byte == '\n';
}

static bool is_ascii_letter(int byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_ascii_punctuation(int byte) {
    return byte > ' ' && byte < 0x7F && !is_ascii_letter(byte) && !(byte >= '0' && byte <= '9');
}

/* Where the run of characters of `set` that starts at pos ends. */
static size_t run_end(view v, size_t pos, unsigned set) {
    uint32_t bytes;
    while (set_at(v, pos, &bytes) & set) pos += bytes;
    return pos;
}

/* `pairs` of first and last code point, ascending. */
static bool in_ranges(uint32_t c, const uint32_t *pairs, size_t count) {
    size_t lo = 0, hi = count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (pairs[2 * mid + 1] < c)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < count && pairs[2 * lo] <= c;
}

static size_t range_run_end(view v, size_t pos, const uint32_t *pairs, size_t count) {
    for (;;) {
        utf8_char c = utf8_decode(v.text + pos, v.end - pos);
        if (!c.valid || !in_ranges(c.code, pairs, count)) return pos;
        pos += c.bytes;
    }
}

/* Matches stand alone, and so does what is between them. A failing `match` must take constant time. */
static size_t isolate(view v, size_t pos, size_t (*match)(view, size_t)) {
    size_t end = match(v, pos);
    if (end > pos) return end;
    do {
        pos += utf8_decode(v.text + pos, v.end - pos).bytes;
    } while (pos < v.end && match(v, pos) == pos);
    return pos;
}

/* ---- parts that families share */

/* 's|'t|'re|'ve|'m|'ll|'d — bytes it takes at pos, or 0. Folding case also folds U+017F, the long s. */
static size_t contraction(view v, size_t pos, bool fold) {
    if (byte_at(v, pos) != '\'') return 0;
    int a = byte_at(v, pos + 1), b = byte_at(v, pos + 2);
    if (fold) {
        if (a == 0xC5 && b == 0xBF) return 3;
        if (a >= 'A' && a <= 'Z') a += 'a' - 'A';
        if (b >= 'A' && b <= 'Z') b += 'a' - 'A';
    }
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return 3;
    return 0;
}

/* \s+(?!\S)|\s+ : a run of white space leaves its last character to the word that follows it. */
static size_t match_space(view v, size_t pos) {
    size_t end = pos, last = pos, count = 0;
    uint32_t bytes;
    while (set_at(v, end, &bytes) & SET_SPACE) {
        last = end;
        end += bytes;
        count++;
    }
    return count > 1 && end < v.end ? last : end;
}

/* \s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t match_lines_and_space(view v, size_t pos) {
    size_t after_newline = 0;
    uint32_t bytes;
    for (size_t p = pos; set_at(v, p, &bytes) & SET_SPACE; p += bytes) {
        if (is_newline(byte_at(v, p))) after_newline = p + 1;
    }
    return after_newline ? after_newline : match_space(v, pos);
}

/* " ?[set]+[\r\n]*", the tail with '/' too where `slash` is set */
static size_t match_others(view v, size_t pos, unsigned set, bool slash) {
    size_t start = pos + (byte_at(v, pos) == ' '), end = run_end(v, start, set);
    if (end == start) return pos;
    while (is_newline(byte_at(v, end)) || (slash && byte_at(v, end) == '/')) end++;
    return end;
}

/* \p{N}{1,most} */
static size_t match_numbers(view v, size_t pos, uint32_t most) {
    uint32_t bytes;
    for (uint32_t i = 0; i < most && set_at(v, pos, &bytes) & SET_N; i++) pos += bytes;
    return pos;
}

static size_t match_number(view v, size_t pos) {
    return match_numbers(v, pos, 1);
}

static size_t match_three_numbers(view v, size_t pos) {
    return match_numbers(v, pos, 3);
}

static size_t match_newline(view v, size_t pos) {
    return pos + is_newline(byte_at(v, pos));
}

static size_t pass_number(view v, size_t pos) {
    return isolate(v, pos, match_number);
}

static size_t pass_three_numbers(view v, size_t pos) {
    return isolate(v, pos, match_three_numbers);
}

static size_t pass_newline(view v, size_t pos) {
    return isolate(v, pos, match_newline);
}

/* ---- gpt-2 */

/* 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static size_t pass_gpt2(view v, size_t pos) {
    static const unsigned sets[] = {SET_L, SET_N, SET_ALL & ~(SET_L | SET_N | SET_SPACE)};
    size_t length = contraction(v, pos, false);
    if (length) return pos + length;
    size_t start = pos + (byte_at(v, pos) == ' ');
    for (int i = 0; i < 3; i++) {
        if (is_in(v, start, sets[i])) return run_end(v, start, sets[i]);
    }
    return match_space(v, pos);
}

/* ---- llama 3 and what came after it */

/* [^\r\n\p{L}\p{N}]?[letters]+ */
static size_t match_led_letters(view v, size_t pos, unsigned letters, unsigned never_leads) {
    uint32_t bytes;
    unsigned first = set_at(v, pos, &bytes);
    if (first & letters) return run_end(v, pos, letters);
    if (first & never_leads || is_newline(byte_at(v, pos)) || !is_in(v, pos + bytes, letters)) return pos;
    return run_end(v, pos + bytes, letters);
}

/* (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[letters]+|\p{N}{1,digits}| ?[^\s\p{N}letters]+[\r\n]*
 * |\s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t llama3_word(view v, size_t pos, unsigned letters, uint32_t digits) {
    size_t length = contraction(v, pos, true);
    if (length) return pos + length;
    size_t end = match_led_letters(v, pos, letters, SET_L | SET_N);
    if (end == pos) end = match_numbers(v, pos, digits);
    if (end == pos) end = match_others(v, pos, SET_ALL & ~(letters | SET_N | SET_SPACE), false);
    return end == pos ? match_lines_and_space(v, pos) : end;
}

static size_t pass_llama3(view v, size_t pos) {
    return llama3_word(v, pos, SET_L, 3);
}

static size_t pass_qwen2(view v, size_t pos) {
    return llama3_word(v, pos, SET_L, 1);
}

static size_t pass_qwen35(view v, size_t pos) {
    return llama3_word(v, pos, SET_L | SET_M, 1);
}

/* ---- tekken and gpt-4o: a word breaks where lower case meets upper case */

enum {
    SET_HEAD = SET_CASED_UP | 1u << UNICODE_LETTER | SET_M,       /* [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] */
    SET_TAIL = 1u << UNICODE_LOWER | 1u << UNICODE_LETTER | SET_M /* [\p{Ll}\p{Lm}\p{Lo}\p{M}] */
};

/* HEAD*TAIL+ : where nothing of TAIL follows the greedy HEADs, they give back up to their last one that is of
 * TAIL as well. */
static size_t match_small_word(view v, size_t pos) {
    size_t end = pos, given_back = pos;
    uint32_t bytes;
    for (unsigned set; (set = set_at(v, end, &bytes)) & SET_HEAD;) {
        end += bytes;
        if (set & SET_TAIL) given_back = end;
    }
    return is_in(v, end, SET_TAIL) ? run_end(v, end, SET_TAIL) : given_back;
}

/* HEAD+TAIL* */
static size_t match_capitals(view v, size_t pos) {
    size_t end = run_end(v, pos, SET_HEAD);
    return end == pos ? pos : run_end(v, end, SET_TAIL);
}

/* [^\r\n\p{L}\p{N}]?HEAD*TAIL+|[^\r\n\p{L}\p{N}]?HEAD+TAIL* : each with its lead first, then without */
static size_t match_cased_word(view v, size_t pos) {
    uint32_t bytes;
    bool leads = !(set_at(v, pos, &bytes) & (SET_L | SET_N)) && !is_newline(byte_at(v, pos));
    size_t after = leads ? pos + bytes : pos, end = match_small_word(v, after);
    if (end > after) return end;
    if ((end = match_small_word(v, pos)) > pos) return end;
    end = match_capitals(v, after);
    return end > after ? end : match_capitals(v, pos);
}

/* cased word|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t cased_rest(view v, size_t pos, uint32_t digits) {
    size_t end = match_numbers(v, pos, digits);
    if (end == pos) end = match_others(v, pos, SET_ALL & ~(SET_L | SET_N | SET_SPACE), true);
    return end == pos ? match_lines_and_space(v, pos) : end;
}

static size_t pass_tekken(view v, size_t pos) {
    size_t end = match_cased_word(v, pos);
    return end > pos ? end : cased_rest(v, pos, 1);
}

/* the same with digits in threes, and (?i:'s|'t|'re|'ve|'m|'ll|'d)? after a word */
static size_t pass_gpt4o(view v, size_t pos) {
    size_t end = match_cased_word(v, pos);
    return end > pos ? end + contraction(v, end, true) : cased_rest(v, pos, 3);
}

/* ---- falcon */

/* [\p{P}$+<=>^~|`]+ */
static size_t match_punctuation(view v, size_t pos) {
    while (is_in(v, pos, SET_P) || is_ascii_punctuation(byte_at(v, pos))) {
        pos += utf8_decode(v.text + pos, v.end - pos).bytes;
    }
    return pos;
}

static size_t pass_punctuation(view v, size_t pos) {
    return isolate(v, pos, match_punctuation);
}

/* [0-9][0-9][0-9] */
static size_t match_three_digits(view v, size_t pos) {
    for (size_t i = 0; i < 3; i++) {
        int byte = byte_at(v, pos + i);
        if (byte < '0' || byte > '9') return pos;
    }
    return pos + 3;
}

static size_t pass_three_digits(view v, size_t pos) {
    return isolate(v, pos, match_three_digits);
}

/* ---- deepseek */

/* \s? before a match of `set` */
static size_t skip_space(view v, size_t pos) {
    uint32_t bytes;
    return set_at(v, pos, &bytes) & SET_SPACE ? pos + bytes : pos;
}

static size_t match_spaced_set(view v, size_t pos, unsigned set) {
    size_t start = skip_space(v, pos), end = run_end(v, start, set);
    return end > start ? end : pos;
}

static size_t match_spaced_ranges(view v, size_t pos, const uint32_t *pairs, size_t count) {
    size_t start = skip_space(v, pos), end = range_run_end(v, start, pairs, count);
    return end > start ? end : range_run_end(v, pos, pairs, count); /* U+3000 is space and in a range */
}

/* \s?\p{L}+ */
static size_t match_coder_letters(view v, size_t pos) {
    return match_spaced_set(v, pos, SET_L);
}

/* \s?\p{P}+ */
static size_t match_coder_punctuation(view v, size_t pos) {
    return match_spaced_set(v, pos, SET_P);
}

static size_t pass_coder_letters(view v, size_t pos) {
    return isolate(v, pos, match_coder_letters);
}

static size_t pass_coder_punctuation(view v, size_t pos) {
    return isolate(v, pos, match_coder_punctuation);
}

/* The cased letters that deepseek-llm's pattern names. */
static const uint32_t LLM_LETTERS[] = {
    0x41,    0x5A,    0x61,    0x7A,    0xB5,    0xB5,    0xC0,    0xD6,    0xD8,    0xF6,    0xF8,    0x1BA,
    0x1BC,   0x1BF,   0x1C4,   0x293,   0x295,   0x2AF,   0x370,   0x373,   0x376,   0x376,   0x377,   0x377,
    0x37B,   0x37D,   0x37F,   0x37F,   0x386,   0x386,   0x388,   0x38A,   0x38C,   0x38C,   0x38E,   0x3A1,
    0x3A3,   0x3F5,   0x3F7,   0x481,   0x48A,   0x52F,   0x531,   0x556,   0x10A0,  0x10C5,  0x13A0,  0x13F5,
    0x13F8,  0x13FD,  0x1C90,  0x1CBA,  0x1CBD,  0x1CBF,  0x1D00,  0x1D2B,  0x1D6B,  0x1D77,  0x1D79,  0x1D9A,
    0x1E00,  0x1F15,  0x1F18,  0x1F1D,  0x1F20,  0x1F45,  0x1F48,  0x1F4D,  0x1F50,  0x1F57,  0x1F59,  0x1F59,
    0x1F5B,  0x1F5B,  0x1F5D,  0x1F5D,  0x1F5F,  0x1F7D,  0x1F80,  0x1FB4,  0x1FB6,  0x1FBC,  0x1FBE,  0x1FBE,
    0x1FC2,  0x1FC4,  0x1FC6,  0x1FCC,  0x1FD0,  0x1FD3,  0x1FD6,  0x1FDB,  0x1FE0,  0x1FEC,  0x1FF2,  0x1FF4,
    0x1FF6,  0x1FFC,  0x2102,  0x2102,  0x2107,  0x2107,  0x210A,  0x2113,  0x2115,  0x2115,  0x2119,  0x211D,
    0x2124,  0x2124,  0x2126,  0x2126,  0x2128,  0x2128,  0x212A,  0x212D,  0x212F,  0x2134,  0x2139,  0x2139,
    0x213C,  0x213F,  0x2145,  0x2149,  0x214E,  0x214E,  0x2183,  0x2183,  0x2184,  0x2184,  0x2C00,  0x2C7B,
    0x2C7E,  0x2CE4,  0x2CEB,  0x2CEE,  0x2CF2,  0x2CF2,  0x2CF3,  0x2CF3,  0xA640,  0xA66D,  0xA680,  0xA69B,
    0xA722,  0xA76F,  0xA771,  0xA787,  0xA78B,  0xA78E,  0xAB70,  0xABBF,  0xFB00,  0xFB06,  0xFB13,  0xFB17,
    0xFF21,  0xFF3A,  0xFF41,  0xFF5A,  0x10400, 0x1044F, 0x104B0, 0x104D3, 0x104D8, 0x104FB, 0x10C80, 0x10CB2,
    0x10CC0, 0x10CF2, 0x118A0, 0x118DF, 0x1E900, 0x1E943};

/* \s?[A-Za-zµÀ-Ö…]+ */
static size_t match_llm_letters(view v, size_t pos) {
    return match_spaced_ranges(v, pos, LLM_LETTERS, sizeof LLM_LETTERS / sizeof LLM_LETTERS[0] / 2);
}

/* \s?[!-/:-~！-／：-～‘-‟　-。]+ */
static size_t match_llm_punctuation(view v, size_t pos) {
    static const uint32_t ranges[] = {0x21,   0x2F,   0x3A,   0x7E,   0x2018, 0x201F,
                                      0x3000, 0x3002, 0xFF01, 0xFF0F, 0xFF1A, 0xFF5E};
    return match_spaced_ranges(v, pos, ranges, 6);
}

static size_t pass_llm_letters(view v, size_t pos) {
    return isolate(v, pos, match_llm_letters);
}

static size_t pass_llm_punctuation(view v, size_t pos) {
    return isolate(v, pos, match_llm_punctuation);
}

/* \s+$ : the white space that ends the piece. Searched from the end, so that runs elsewhere cost nothing. */
static size_t pass_trailing_space(view v, size_t pos) {
    size_t start = v.end;
    while (start > pos) {
        size_t before = start - 1;
        while (before > pos && ((uint8_t)v.text[before] & 0xC0) == 0x80 && start - before < 4) before--;
        view until = {v.text, start};
        if (!is_in(until, before, SET_SPACE) || run_end(until, before, SET_SPACE) != start) break;
        start = before;
    }
    return start > pos ? start : v.end;
}

/* [一-龥ࠀ-一가-퟿]+ */
static size_t match_east_asian(view v, size_t pos) {
    static const uint32_t ranges[] = {0x800, 0x9FA5, 0xAC00, 0xD7FF};
    return range_run_end(v, pos, ranges, 2);
}

static size_t pass_east_asian(view v, size_t pos) {
    return isolate(v, pos, match_east_asian);
}

/* \p{N}+ */
static size_t match_all_numbers(view v, size_t pos) {
    return run_end(v, pos, SET_N);
}

static size_t pass_all_numbers(view v, size_t pos) {
    return isolate(v, pos, match_all_numbers);
}

/* [一-龥぀-ゟ゠-ヿ]+ */
static size_t match_han_kana(view v, size_t pos) {
    static const uint32_t ranges[] = {0x3040, 0x30FF, 0x4E00, 0x9FA5};
    return range_run_end(v, pos, ranges, 2);
}

static size_t pass_han_kana(view v, size_t pos) {
    return isolate(v, pos, match_han_kana);
}

/* [ascii punctuation][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+
 * |\s+(?!\S)|\s+ */
static size_t match_v3_word(view v, size_t pos) {
    if (is_ascii_punctuation(byte_at(v, pos)) && is_ascii_letter(byte_at(v, pos + 1))) {
        for (pos += 2; is_ascii_letter(byte_at(v, pos));) pos++;
        return pos;
    }
    size_t end = match_led_letters(v, pos, SET_L | SET_M, SET_L | SET_P | SET_S);
    if (end == pos) end = match_others(v, pos, SET_P | SET_S, false);
    return end == pos ? match_lines_and_space(v, pos) : end;
}

static size_t pass_v3_word(view v, size_t pos) {
    return isolate(v, pos, match_v3_word);
}

/* ---- gemma 4 */

/* [^\n]+|[\n]+ */
static size_t pass_lines(view v, size_t pos) {
    bool newline = byte_at(v, pos) == '\n';
    while (pos < v.end && (byte_at(v, pos) == '\n') == newline) pos++;
    return pos;
}

const pretokenize_pass *pretokenize_passes(pretokenizer kind) {
    static const pretokenize_pass passes[][PRETOKENIZE_PASSES] = {
        [PRETOKENIZE_GPT2] = {pass_gpt2},
        [PRETOKENIZE_LLAMA3] = {pass_llama3},
        [PRETOKENIZE_QWEN2] = {pass_qwen2},
        [PRETOKENIZE_QWEN35] = {pass_qwen35},
        [PRETOKENIZE_SMOLLM] = {pass_number, pass_gpt2},
        [PRETOKENIZE_TEKKEN] = {pass_tekken},
        [PRETOKENIZE_GPT4O] = {pass_gpt4o},
        [PRETOKENIZE_FALCON] = {pass_punctuation, pass_gpt2, pass_three_digits},
        [PRETOKENIZE_DEEPSEEK_LLM] = {pass_newline, pass_llm_letters, pass_llm_punctuation, pass_trailing_space,
                                      pass_east_asian, pass_all_numbers},
        [PRETOKENIZE_DEEPSEEK_CODER] = {pass_newline, pass_coder_letters, pass_coder_punctuation,
                                        pass_east_asian, pass_number},
        [PRETOKENIZE_DEEPSEEK_V3] = {pass_three_numbers, pass_han_kana, pass_v3_word},
        [PRETOKENIZE_LINES] = {pass_lines},
    };
    return passes[kind];
}
