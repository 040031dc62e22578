// The peer of bench/search: FAISS IndexBinaryFlat over as many random hashes of the same size, one thread.
//   search-faiss HASHES BYTES PROBES    prints comparisons a second
#include <faiss/IndexBinaryFlat.h>
#include <omp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

int main(int argc, char **argv)
{
    if (argc != 4)
        return 64;
    long count = std::atol(argv[1]), bytes = std::atol(argv[2]), probes = std::atol(argv[3]);
    omp_set_num_threads(1);
    std::mt19937_64 random(1);
    std::vector<uint64_t> codes(count * bytes / 8), asked(probes * bytes / 8);
    for (auto &word : codes)
        word = random();
    for (auto &word : asked)
        word = random();
    faiss::IndexBinaryFlat index(bytes * 8);
    index.add(count, reinterpret_cast<const uint8_t *>(codes.data()));
    std::vector<int32_t> distances(probes * 20);
    std::vector<faiss::IndexBinary::idx_t> labels(probes * 20);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        auto start = std::chrono::steady_clock::now();
        index.search(probes, reinterpret_cast<const uint8_t *>(asked.data()), 20, distances.data(),
                     labels.data());
        std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        best = taken.count() < best ? taken.count() : best;
    }
    std::printf("%.0f\n", double(count) * double(probes) / best);
}
