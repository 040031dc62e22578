# Writes the style sheets and scripts of a self-contained page as C strings: `const char NAME_style[]` holds every .css, `const
# char NAME_script[]` every .js, and if there is one `const char NAME_body[]` every .html, in the order given, each file as it
# is. A page made of them is one file that needs nothing.
# Usage: awk -v name=worksheet_page -v header=review/worksheet_page.h -f page/embed_page.awk a.css b.js … > worksheet_page.c
# Question marks are escaped because C17 reads two of them and a third character as another one.
function quoted(line) { gsub(/\\/, "&&", line); gsub(/"/, "\\\"", line); gsub(/\?/, "\\?", line); return "    \"" line "\\n\"" }
FILENAME ~ /\.css$/ { style = style quoted($0) "\n"; next }
FILENAME ~ /\.html$/ { body = body quoted($0) "\n"; next }
{ script = script quoted($0) "\n" }
END {
    print "#include \"" header "\""
    print "const char " name "_style[] ="
    print style "    ;"
    print "const char " name "_script[] ="
    print script "    ;"
    if (body != "") print "const char " name "_body[] =\n" body "    ;"
}
