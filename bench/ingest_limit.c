/*
 * What no receiver that looks at every pixel can exceed: libjpeg-turbo alone, from memory, nothing else.
 *
 * RGB, the default transform, one row at a time into a buffer that stays in the cache; each process decodes all
 * stills in turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jpeglib.h>

#include "bench/ingest.h"

static void decode(const struct still *still, unsigned char *row)
{
    struct jpeg_decompress_struct library;
    struct jpeg_error_mgr messages;
    library.err = jpeg_std_error(&messages);
    jpeg_create_decompress(&library);
    jpeg_mem_src(&library, still->bytes, still->length);
    jpeg_read_header(&library, TRUE);
    library.out_color_space = JCS_RGB;
    jpeg_start_decompress(&library);
    while (library.output_scanline < library.output_height)
        jpeg_read_scanlines(&library, &row, 1);
    jpeg_finish_decompress(&library);
    jpeg_destroy_decompress(&library);
}

double limit_rate(int processes, double seconds, double *cpu_each)
{
    struct result {
        unsigned long decoded;
        double seconds, cpu;
    } *results = mmap(NULL, sizeof *results * (size_t)processes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED)
        give_up("out of memory");
    for (int p = 0; p < processes; p++)
        if (fork() == 0) {
            unsigned char *row = malloc(3 * 2000);
            double start = now(), end = start;
            do {
                for (int i = 0; i < STILLS; i++)
                    decode(&stills[i], row);
                results[p].decoded += STILLS;
                end = now();
            } while (end - start < seconds);
            struct rusage used;
            getrusage(RUSAGE_SELF, &used);
            results[p].seconds = end - start;
            results[p].cpu = (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 +
                             (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6;
            _exit(0);
        }
    double rate = 0, cpu = 0, count = 0;
    for (int p = 0; p < processes; p++)
        wait(NULL);
    for (int p = 0; p < processes; p++) {
        rate += (double)results[p].decoded / results[p].seconds;
        cpu += results[p].cpu;
        count += (double)results[p].decoded;
    }
    *cpu_each = cpu / count;
    munmap(results, sizeof *results * (size_t)processes);
    return rate;
}
