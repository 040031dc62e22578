# Writes the schemas as C strings, so that the program needs no file to validate with. The line that includes
# common.xsd is replaced by its types: nothing is left to load at run time, and the loader can deny everything.
# Usage: awk -f schemas/embed.awk schemas/common.xsd schemas/request.xsd … > embedded.c
function quoted(line) { gsub(/\\/, "&&", line); gsub(/"/, "\\\"", line); return "    \"" line "\\n\"" }
BEGIN { print "#include \"schemas/embedded.h\""; common = ""; inside = 0 }
FNR == 1 {
    if (name != "" && name != "common") print "    ;"
    name = FILENAME; sub(/.*\//, "", name); sub(/\.xsd$/, "", name)
    if (name != "common") print "const char schema_text_" name "[] ="
}
name == "common" {
    if ($0 ~ /elementFormDefault=/) { inside = 1; next }
    if ($0 ~ /<\/xs:schema>/) inside = 0
    if (inside) common = common quoted($0) "\n"
    next
}
/<xs:include / { printf "%s", common; next }
{ print quoted($0) }
END { print "    ;" }
