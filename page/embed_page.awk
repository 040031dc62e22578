# Writes the style sheets and scripts of a self-contained page as C strings: `const char NAME_style[]` holds every .css, `const
# char NAME_script[]` every .js, and if there is one `const char NAME_body[]` every .html, in the order given, each file as it
# is. A page made of them is one file that needs nothing. `const char *const NAME_texts[]` lists its fixed texts, for the
# catalogue: _('…') and _`…` of the scripts, with {1} for a value of a template, and what stands between tags of the body.
# Usage: awk -v name=worksheet_page -v header=review/worksheet_page.h -f page/embed_page.awk a.css b.js … > worksheet_page.c
# Question marks are escaped because C17 reads two of them and a third character as another one.
function escaped(line) { gsub(/\\/, "&&", line); gsub(/"/, "\\\"", line); gsub(/\?/, "\\?", line); return line }
function quoted(line) { return "    \"" escaped(line) "\\n\"" }
function add(text) { if (!(text in known)) { known[text] = 1; texts = texts "    N_(\"" escaped(text) "\"),\n" } }
# The text of the template that begins after `at`, holes numbered; what its holes hold is read on its own.
function template(line, at,    out, hole, depth, character) {
    out = ""; hole = 0; depth = 0
    for (; at <= length(line); at++) {
        character = substr(line, at, 1)
        if (depth == 0 && character == "`") return out
        if (depth == 0 && substr(line, at, 2) == "${") { out = out "{" ++hole "}"; depth = 1; at++ }
        else if (depth > 0) depth += (character == "{") - (character == "}")
        else out = out character
    }
    print FILENAME ":" FNR ": a template of the catalogue does not end on its line" > "/dev/stderr"; exit 1
}
function script_texts(line,    at, rest) {
    for (at = 1; at < length(line); at++) {
        if (substr(line, at, 1) != "_" || substr(" " line, at, 1) ~ /[A-Za-z0-9_$.]/) continue
        rest = substr(line, at + 1)
        if (match(rest, /^\('[^'\\]*'\)/)) add(substr(rest, 3, RLENGTH - 4))
        else if (rest ~ /^`/) add(template(line, at + 2))
        else if (rest ~ /^\(/ && line !~ /function _\(/) {
            print FILENAME ":" FNR ": _(…) takes one text in single quotes, without escapes" > "/dev/stderr"; exit 1
        }
    }
}
# As page/web_page.c divides a body.
function body_texts(line,    count, parts, i, value) {
    while (match(line, /(aria-label|placeholder|title|alt)="[^"]*"/)) {
        value = substr(line, RSTART, RLENGTH); sub(/^[^"]*"/, "", value); sub(/"$/, "", value)
        if (value ~ /[A-Za-z]/) add(value)
        line = substr(line, 1, RSTART - 1) substr(line, RSTART + RLENGTH)
    }
    count = split(line, parts, /<[^>]*>/)
    for (i = 1; i <= count; i++) {
        value = parts[i]; gsub(/^[ \t]+|[ \t]+$/, "", value)
        if (value ~ /[A-Za-z]/) add(value)
    }
}
FILENAME ~ /\.css$/ { style = style quoted($0) "\n"; next }
FILENAME ~ /\.html$/ { body = body quoted($0) "\n"; body_texts($0); next }
{ script = script quoted($0) "\n" }
!/^ *(\*|\/\/|\/\*)/ { script_texts($0) }
END {
    print "#include \"" header "\""
    print "#include \"base/language.h\""
    print "#include <stddef.h>"
    print "const char " name "_style[] ="
    print style "    ;"
    print "const char " name "_script[] ="
    print script "    ;"
    if (body != "") print "const char " name "_body[] =\n" body "    ;"
    print "const char *const " name "_texts[] = {"
    print texts "    NULL};"
}
