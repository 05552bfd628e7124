"""Templates that would exhaust memory or time, or look where they mustn't; and a grammar that makes more of them."""

from __future__ import annotations

import random
import re

__all__ = ["HOSTILE", "hostile_template"]

SHARED = "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}"

HOSTILE = {
    "shared lists": SHARED + "{{ n.a }}",
    "shared lists as JSON": SHARED + "{{ n.a | tojson }}",
    "shared lists joined": SHARED + "{{ n.a ~ '' }}",
    "shared lists compared": SHARED + "{{ n.a == n.b }}{{ n.a in [n.b] }}",
    "shared lists in a format": SHARED + "{{ '%s' % n.a }}",
    "shared tuples": "{% set n = namespace(a=(1,)) %}{% for i in range(60) %}{% set n.a = (n.a, n.a) %}{% endfor %}{{ {n.a: 1} }}",
    "shared mappings": "{% set n = namespace(a={}) %}{% for i in range(60) %}{% set n.a = {1: n.a, 2: n.a} %}{% endfor %}{{ n.a }}",
    "shared views": "{% set n = namespace(a=1) %}{% for i in range(60) %}{% set n.a = [{1: n.a}.items(), {1: n.a}.items()] %}{% endfor %}{{ n.a }}",
    "shared by dict": "{% set n = namespace(a=1) %}{% for i in range(60) %}{% set n.a = dict(a=n.a, b=n.a) %}{% endfor %}{{ n.a }}",
    "shared by plus": "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = ([n.a] + [n.a]) %}{% endfor %}{{ n.a }}",
    "shared by times": "{% set n = namespace(a=1) %}{% for i in range(20) %}{% set n.a = [n.a] * 900 %}{% endfor %}{{ n.a }}",
    "shared by macro": "{% macro f(k) %}{% if k %}{{ f(k - 1, varargs, varargs) }}{% else %}{{ varargs }}{% endif %}{% endmacro %}{{ f(60) }}",
    "shared namespaces": "{% set n = namespace(m=namespace()) %}{% for i in range(60) %}{% set n.m = namespace(a=n.m, b=n.m) %}{% endfor %}{{ n.m }}",
    "namespaces in a ring": "{% set n = namespace() %}{% set m = namespace(a=n) %}{% set n.a = [m, m] %}{{ n }}",
    "a long text often": "{{ ['x' * 7000000] * 1000 }}",
    "sum of lists": "{{ ([[1]] * 99999) | sum(start=[]) | length }}",
    "sum of lists by place": "{{ ([[1]] * 99999) | sum(none, []) | length }}",
    "wide range": "{% for i in range(10**9) %}{% endfor %}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loop that prints": "{% for a in range(99999) %}" + "x" * 5000 + "{% endfor %}",
    "recursive macro": "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "wide macro": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "recursive loop": "{% for a in [[1]] recursive %}{{ loop([[1], [1]]) }}{% endfor %}",
    "doubling": "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "plus": "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "list plus": "{% set n = namespace(s=[1]) %}{% for i in range(50) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "long string": "{{ 'x' * 10**9 }}",
    "long list": "{{ ([0] * 10**9) | length }}",
    "large power": "{{ 10 ** 100000000 }}",
    "squaring": "{% set n = namespace(s=9) %}{% for i in range(99) %}{% set n.s = n.s * n.s %}{% endfor %}",
    "constant folding": "{{ 'x' ~ 'y' * 10**9 }}",
    "padding": "{{ 'x'.ljust(10**9) }}",
    "padding filter": "{{ 'x' | center(10**9) }}",
    "padding by name": "{{ ['x'] | map('center', 10**9) | list }}",
    "indent": "{{ 'x\ny' | indent(10**9) }}",
    "old format": "{{ '%1000000000d' % 1 }}",
    "starred format": "{{ '%*d' % (10**9, 1) }}",
    "format filter": "{{ '%1000000000d' | format(1) }}",
    "new format": "{{ '{:1000000000d}'.format(1) }}",
    "format of a mapping": "{{ '{a:{b}d}'.format_map({'a': 1, 'b': 10**9}) }}",
    "format by map": "{% set f = '{:1000000000d}'.format %}{{ f(1) }}",
    "nested format": "{{ '{:{}d}'.format(1, 10**9) }}",
    "replace": "{% set a = 'a' * 9999 %}{{ a.replace('a', a).replace('a', a) }}",
    "replace filter": "{% set a = 'a' * 9999 %}{{ a | replace('a', a) | replace('a', a) }}",
    "join": "{{ ('x' * 9999) | list | join('y' * 9999) | list | join('z' * 9999) }}",
    "join method": "{{ ('y' * 99999).join(('x' * 99999) | list) }}",
    "batch": "{{ [1] | batch(10**9, 'x') | list }}",
    "class": "{{ ''.__class__.__mro__ }}",
    "globals": "{{ raise_exception.__globals__ }}",
    "attribute filter": "{{ '' | attr('__class__') | attr('__mro__') }}",
    "format attribute": "{{ '{0.__class__.__mro__}'.format('') }}",
    "lorem ipsum": "{{ lipsum(n=10**6) }}",
    "deep brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "deep blocks": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "other file": "{% include '/etc/hostname' %}",
    # made in one call, before anything can be counted
    "zfill of bytes": "{{ 'a'.encode().zfill(3000000000) | length }}",
    "times bytes": "{% set x = 'a'.encode() * 3000000000 %}",
    "bytes of a number": "{{ (5).to_bytes(3000000000, 'little') | length }}",
    "replace in bytes": "{% set b = ('a' * 20000).encode() %}{{ b.replace(b[:1], b * 400) | length }}",
    "many fields": "{{ ('{0}' * 200).format('a' * 8000000) | length }}",
    "many old fields": "{{ (('%(a)s' * 300) % {'a': 'a' * 7000000}) | length }}",
    "many fields in a filter": "{{ ('%(a)s' * 300) | format(a='a' * 7000000) | length }}",
    "many wide fields": "{{ ('{:>9999}' * 200000).format(*[1] * 200000) | length }}",
    "many wide old fields": "{{ (('%9999d' * 200000) % ([1] * 200000)) | length }}",
    "many fields of a tuple": "{{ (('%s' * 400) % (('a' * 4000000,) * 400)) | length }}",
    "a width in a text": "{{ '{:{}}'.format(1, '3000000000d') | length }}",
    "a field that looks into a value": "{% set c = cycler('a' * 7000000) %}{{ ('{0.current}' * 300).format(c) | length }}",
    "a field that looks into a loop": "{% for x in ['a' * 7000000, 1] %}{% if not loop.first %}{{ ('{0.previtem}' * 300).format(loop) | length }}{% endif %}{% endfor %}",
    "indent of many lines": "{{ ('\n' * 400000) | indent(10000, true, true) | length }}",
    "indent by a text": "{{ ('\n' * 400) | indent('a' * 4000000, true, true) | length }}",
    "indent of JSON": "{{ ([1] * 1000) | tojson(indent='a' * 4000000) | length }}",
    "deep indent of JSON": "{% set n = namespace(a=[1] * 9) %}{% for i in range(90) %}{% set n.a = [n.a, [1]] %}{% endfor %}{{ n.a | tojson(indent=10000) | length }}",
    "separators of JSON": "{{ ([1] * 1000) | tojson(separators=('a' * 4000000, ':')) | length }}",
    "join of what is lazy": "{{ range(999) | map(attribute='x', default='a' * 7000000) | join | length }}",
    "join with a long separator": "{{ range(9999) | map('string') | join('a' * 7000000) | length }}",
    "join method with a long separator": "{{ ('a' * 7000000).join(['b', 'c'] * 9999) | length }}",
    "replace in a printed list": "{{ ([1] * 99999) | replace('1', 'a' * 99999) | length }}",
    "replace of nothing": "{{ ('a' * 90000).replace('', 'a' * 90000) | length }}",
    "replace by escapes": "{{ (('a' * 1000000) | safe).replace('a', '<<<<<<<<<<<<<<<<<<<<<<<<<') | length }}",
    "a macro with a long name": "{% macro "
    + "m" * 20000
    + "() %}{% endmacro %}{{ (["
    + "m" * 20000
    + "] * 400000) | string | length }}",
    "long numbers in a list": "{{ ([10 ** 999] * 5000000) | string | length }}",
    "characters in a list": "{{ (('\u20ac\u20ad' * 3999999) | list) | length }}",
    "characters as arguments": "{{ dict(*('\u20ac\u20ad' * 3999999)) }}",
    "characters as keys": "{{ dict.fromkeys('\u20ac\u20ad' * 3999999) | length }}",
    "characters in batches": "{{ ('\u20ac\u20ad' * 3999999) | batch(9999999999999) | list | length }}",
    "characters in one batch": "{{ ('\u20ac\u20ad' * 3999999) | batch(-1) | list | length }}",
    "lines in a list": "{{ ('a\n' * 3999999).splitlines() | length }}",
    "words in a list": "{{ ('a ' * 3999999).split() | length }}",
    "parts in a list": "{{ ('ab' * 3999999).split('b') | length }}",
    "parts from the right": "{{ ('ab' * 3999999).rsplit(maxsplit=-1, sep='b') | length }}",
    "words with capitals": "{{ ('a ' * 3999999) | title | length }}",
    "slices of texts": "{% set t = 'a' * 7999999 %}{% set n = namespace(a=[]) %}{% for i in range(999) %}{% set n.a = n.a + [t[1:]] %}{% endfor %}",
    "lists written out": "{% for i in range(99999) %}{% set x = [" + "1, " * 20000 + "] %}{% endfor %}",
    "a loop that prints again": "{% for a in [0] recursive %}"
    + "x" * 20000
    + "{% if loop.depth == 1 %}{{ loop(range(99999)) }}{% endif %}{% endfor %}",
    "a long time": "{{ strftime_now('%Y' * 3999999) | length }}",
    "a long reason": "{{ raise_exception('a' * 7999999) }}",
    # one call that takes long
    "strip of many": "{{ ('a' * 600000).strip('b' * 600000 ~ 'a') | length }}",
    "strip by another": "{{ ('a' * 600000).rstrip('b' * 600000 ~ 'a') | length }}",
    "trim of many": "{{ ('a' * 600000) | trim('b' * 600000 ~ 'a') | length }}",
    "trim of many by name": "{{ [('a' * 600000)] | map('trim', chars='b' * 600000 ~ 'a') | list | length }}",
    "split from the right": "{{ ('a' * 3000000).rsplit('b' ~ 'ab' * 700000) | length }}",
    "a part from the right": "{{ ('a' * 3000000).rpartition('b' ~ 'a' * 1400000) | length }}",
    "split from the right by name": "{{ ('a' * 3000000).rsplit(sep='b' ~ 'a' * 1400000) | length }}",
    "division of long numbers": "{{ ('f' * 4000000) | int(0, 16) // ('e' * 2000000) | int(0, 16) }}",
    "division of numbers written out": "{% set a = 0x"
    + "f" * 100000
    + " %}{% set b = 0x"
    + "e" * 50000
    + " %}{% if 1 %}"
    + "{% set c = a // b %}" * 2000
    + "{% endif %}",
    "a list searched often": "{{ range(99999) | select('in', ['a'] * 99999) | list }}",
    "a list rejected often": "{{ range(99999) | reject('in', ['a'] * 99999 + range(99999) | list) | list }}",
    "a list counted often": "{% set a = ['a'] * 400000 %}{% for i in range(99999) %}{% set x = a.count('b') %}{% endfor %}",
    "lists compared often": "{% set a = [1.5] * 400000 %}{% set b = [0.1 + 1.4] * 400000 %}"
    + "{% set x = a == b %}" * 3000,
    "attributes of attributes": "{{ ('x' * 99999) | list | map(attribute='" + "0." * 50000 + "0') | list }}",
    "attributes to sort by": "{{ range(99999) | sort(attribute='" + "real," * 40000 + "') | length }}",
    "attributes made for it": "{{ range(99999) | sort(attribute=',' * 7999999) | length }}",
    "lazy upon lazy": "{% set n = namespace(a=range(99999)) %}{% for i in range(400) %}{% set n.a = n.a | select('number') %}{% endfor %}{{ n.a | list | length }}",
    "lazy and never run": "{% set n = namespace(a=[1]) %}{% for i in range(70000) %}{% set n.a = n.a | select %}{% endfor %}{{ n.a }}",
    "keys of one place": "{{ dict(range(0, 2305843009213693951 * 90000, 2305843009213693951) | batch(2) | list) | length }}",
    "names of one place": "{{ namespace(range(0, 2305843009213693951 * 90000, 2305843009213693951) | batch(2)) }}",
    "different things of one place": "{{ range(0, 2305843009213693951 * 90000, 2305843009213693951) | unique | list | length }}",
    "tuples without end": "{% set n = namespace(a=(1,)) %}{% for i in range(99999) %}{% set n.a = (n.a,) %}{% endfor %}{{ {n.a: 1} | length }}",
    # taken by the compiler
    "many comparisons": "{{ a" + " < a" * 60000 + " }}",
    "many arguments": "{{ f(" + "a, " * 80000 + ") }}",
    "many prints": "{{ a }}" * 35000,
    # around the bounds
    "a filter of the sandbox": "{% for i in range(9) | _passed(-10 ** 9) %}{% endfor %}",
    "a filter of the sandbox by name": "{{ [-10 ** 9] | map('_passed') | list }}",
    "a filter of the sandbox as a block": "{% filter _passed %}1{% endfilter %}",
    "evaluated by the compiler": "{% autoescape 'x' | center(10) %}{% endautoescape %}",
    "views of mappings": "{{ {1: 2}.keys().mapping }}",
    "methods of numbers": "{{ (5).bit_length() }}",
    "methods of functions": "{{ range.count }}{{ raise_exception.__wrapped__ }}",
}


PIECES = """n.a  n.b  messages  messages[0].content  'ab'  7  []  {'k': n.a}  none  x  loop  n  range(999)  ('x', n.a)
n.a | list  n.b | string  messages | map('upper')  varargs  f
'ab' * 3000000  'x' * 600000  '\\n' * 400000  '\\u20ac' * 2000000  [1] * 300000  [[]] * 9999  range(99999)  10 ** 999  0.1
-1  9999  3000000000  '%s %(a)s %9d'  '{} {:>9999}' * 999  '%s' * 9999  '{0}' * 9999  'a' | safe  cycler(n.a, n.b)
namespace(a=n.a)  'join'  'default'  n.a | select"""
FORMS = """[L, R]  (L ~ R)  L + R  L * R  L % R  L ** R  L[R]  L(R)  L == R  L in [R]  L | join(R)  L | replace(R, L)  L | tojson
L | sort  {L: R}  L | sum(start=R)  L.items()  dict(a=L, b=R)  L[:R]  L | format(R)  '{} {}'.format(L, R)  L | unique | list
L | batch(3, R) | list  f(L, R)
L - R  L // R  L % (R, R)  L % {'a': R}  L < R  L in R  L is divisibleby(R)  L is in(R)  f(*L)  dict(L)  L.next()  loop(L)
L.split(R)  L.rsplit(R)  L.splitlines()  L.strip(R)  L.rstrip(R)  L.rfind(R)  L.count(R)  L.replace(R, L)  L.join(R)
L.zfill(R)  L.center(R)  L.format(R, R)  L.format(*R)  L.format(a=R)  L.encode()  L.to_bytes(R, 'little')  L.upper()
L | trim(R)  L | indent(R, true, true)  L | tojson(indent=R)  L | tojson(separators=(R, R))  L | format(a=R)  L | center(R)
L | int(R, 16)  L | round(R)  L | title  L | reverse  L | sort(attribute=R) | list  L | groupby(R)  L | min  L | escape
L | map(attribute=R) | list  L | map(R, L) | list  L | map('default', R) | join(R)  L | map(attribute='z', default=R) | list
L | select('in', R) | list  L | reject('eq', R)  L | batch(R) | list  L | slice(R) | list  L | list  L | string  L | truncate(R)
L | attr(R)  L | dictsort  L | first  L | length  strftime_now(L)"""
LINES = """{% set n.a = E %}  {% set n.b = E %}  {{ E }}  {% set x = E %}{{ x }}  {% if E %}y{% endif %}
{% for x in E %}{{ x }}{% endfor %}  {% for i in range(40) %}{% set n.a = E %}{% endfor %}
{% for x in E recursive %}{% set n.b = E %}text{% endfor %}  {% for i in range(9999) %}{% set n.b = E %}{% endfor %}"""


def hostile_template(source: random.Random) -> str:
    pieces, forms, lines = (re.split(r"  |\n", text) for text in (PIECES, FORMS, LINES))

    def expression(depth: int) -> str:
        if depth == 0 or source.random() < 0.2:
            return source.choice(pieces)
        parts = {side: expression(depth - 1) for side in "LR"}
        return "(" + re.sub(r"\b[LR]\b", lambda side: parts[side[0]], source.choice(forms)) + ")"

    head = "{% macro f(a, b) %}{{ a }}{{ varargs }}{% endmacro %}{% set n = namespace(a=[1], b='t') %}"
    wanted = (source.choice(lines) for _ in range(source.randint(1, 3)))
    return head + "".join(line.replace("E", expression(source.randint(0, 3))) for line in wanted)
