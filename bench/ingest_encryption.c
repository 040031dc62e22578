/*
 * What keys cost: a site in clear and one with an encrypted record take waves of the same packets in turn.
 *
 * One daemon runs at a time, so that what follows a receipt on one site (worksheets) is not paid for by the other. Each wave of the one stands
 * beside that of the other, taken just before or after, and the middle of these ratios counts.
 */
#include <stdio.h>
#include <unistd.h>

#include "bench/ingest.h"

enum { WAVES_MOST = 40, WAVE = 250, WARM = 50 };

/* As an administrator does it: a key, its place in site.xml, and the record encrypted. */
static void give_keys(const struct bench_site *site)
{
    char key[1100], edit[2400], settings[1100];
    snprintf(key, sizeof key, "%s/site.key", site->path);
    snprintf(settings, sizeof settings, "%s/site.xml", site->path);
    snprintf(edit, sizeof edit, "s|</site>|<encryption key=\"%s\">none</encryption></site>|", key);
    char *make[] = {(char *)site->program, "key", "new", key, NULL};
    char *name[] = {"sed", "-i", edit, settings, NULL};
    char *encrypt[] = {(char *)site->program, "-s", (char *)site->path, "key", "encrypt", NULL};
    if (!run_program(make, NULL) || !run_program(name, NULL) || !run_program(encrypt, NULL))
        give_up("encrypting the site %s", site->path);
}

/* Seconds of the clock and of processors for `count` packets from `first` on. */
static void wave(struct bench_site *site, unsigned first, unsigned count, double *took, double *cpu)
{
    double before = site_cpu(site), start = now();
    for (unsigned i = first; i < first + count; i++)
        site_drop(site, i);
    if (!site_wait(site, first + count))
        give_up("%u of %u packets were answered: see %s/daemon.log", site->answered, first + count,
                site->path);
    *took = now() - start;
    *cpu = site_cpu(site) - before;
}

void encryption_measure(const char *folder, const char *program, unsigned packets,
                        struct encryption_cost *cost)
{
    struct bench_site sites[2];
    double rates[WAVES_MOST], cpus[WAVES_MOST], clear[WAVES_MOST];
    unsigned waves = packets / WAVE < 4 ? 4 : packets / WAVE > WAVES_MOST ? WAVES_MOST : packets / WAVE;
    for (int i = 0; i < 2; i++) {
        char path[1000];
        snprintf(path, sizeof path, "%s-%s", folder, i == 0 ? "clear" : "encrypted");
        site_make(&sites[i], program, path);
        if (i == 1)
            give_keys(&sites[i]);
        site_stage(&sites[i], 0, waves * (WARM + WAVE));
    }
    for (unsigned w = 0; w < waves; w++) {
        double took[2], cpu[2];
        /* Whoever is first has the other's leavings to write back: in turn. */
        for (unsigned turn = 0; turn < 2; turn++) {
            unsigned i = (w + turn) % 2, first = w * (WARM + WAVE);
            sync();
            site_start(&sites[i]);
            wave(&sites[i], first, WARM, &took[i], &cpu[i]);
            wave(&sites[i], first + WARM, WAVE, &took[i], &cpu[i]);
            site_stop(&sites[i]);
        }
        rates[w] = took[0] / took[1];
        cpus[w] = cpu[1] / cpu[0];
        clear[w] = WAVE / took[0];
    }
    *cost = (struct encryption_cost){median(rates, waves), median(cpus, waves), median(clear, waves)};
    for (int i = 0; i < 2; i++)
        remove_tree(sites[i].path);
}
