/* mutate_safetensors.c: puts pieces of JSON into the header of a safetensors file, or in the place of others.
 */
#include "mutate_safetensors.h"

#include <string.h>

#include "fuzz.h"

/* What a header is made of, and what arithmetic on sizes trips over. */
static const char *const parts[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud83d",
    "\\udc00",
    "\\u00e9",
    "0",
    "-1",
    "1e9",
    "01",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775808",
    "\"dtype\"",
    "\"shape\"",
    "\"F32\"",
    "\"BF16\"",
    "\"F7\"",
    "\"w\"",
    "\xff",
    "\xed\xa0\x80",
    " ",
    "\n",
    "null",
    "\"__metadata__\"",
    "\"data_offsets\"",
    "[[[[[[[[",
    "{\"a\":{\"a\":{",
};

enum { LENGTH = 8 }; /* bytes of the header's length, in front of it */

/* Now and then the length or a tensor's data; mostly the header. */
size_t safetensors_place(const uint8_t *image, size_t size) {
    uint64_t header;
    if (size <= LENGTH || fuzz_below(8) == 0) return fuzz_below(size < LENGTH ? size : LENGTH);
    if (fuzz_below(8) == 0) return fuzz_below(size);
    memcpy(&header, image, sizeof header);
    return LENGTH + fuzz_below(header && header < size - LENGTH ? (size_t)header : size - LENGTH);
}

/* Replaces `taken` bytes at `at` with a part; returns the new size, or the old where `most` has no room for it.
 */
static size_t splice(uint8_t *image, size_t size, size_t most, size_t at, size_t taken) {
    const char *part = parts[fuzz_below(sizeof parts / sizeof *parts)];
    size_t len = strlen(part);
    if (taken > size - at) taken = size - at;
    if (size - taken + len > most) return size;
    memmove(image + at + len, image + at + taken, size - at - taken);
    memcpy(image + at, part, len);
    return size - taken + len;
}

size_t safetensors_change(uint8_t *image, size_t size, size_t most, size_t at) {
    if (at < LENGTH) return size;
    size_t after = splice(image, size, most, at, fuzz_next() % 2 ? fuzz_below(24) : 0);
    if (fuzz_next() % 4) { /* so that the length in front doesn't refuse what stands behind it */
        uint64_t length;
        memcpy(&length, image, sizeof length);
        length += after - size;
        memcpy(image, &length, sizeof length);
    }
    return after;
}
