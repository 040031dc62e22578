/*
 * How fast the peer is: FAISS IndexBinaryFlat, a program of its own beside the benchmark (search_faiss.cc), which is not there
 * where its library is not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/search.h"
#include "match/elastic.h"

double peer_rate(const char *program, size_t hashes, size_t asked)
{
    char command[4096], line[64] = "";
    const char *slash = strrchr(program, '/');
    snprintf(command, sizeof command, "%.*s/search-faiss %zu %d %zu 2>/dev/null",
             slash == NULL ? 1 : (int)(slash - program), slash == NULL ? "." : program, hashes, HASH_BYTES,
             asked);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): the program beside this one */
    if (pipe == NULL)
        return 0;
    if (fgets(line, sizeof line, pipe) == NULL)
        line[0] = '\0';
    pclose(pipe);
    return atof(line);
}
