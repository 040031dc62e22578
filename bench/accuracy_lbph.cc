/*
 * OpenCV's LBPH, the openly available matcher without learned weights, on a set as bench/accuracy reads it:
 *     build/bench/accuracy-lbph DIR
 *
 * A peer to be measured against: built by `make bench` where OpenCV is installed, run by accuracy, never part
 * of the program. Marked eyes, its default parameters, an aligned crop of 128 x 144 pixels with equalised
 * histogram, which did best of what was tried.
 */
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <opencv2/face.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>
#include <string>
#include <vector>

static cv::Mat aligned(const cv::Mat &photo, const double eyes[4])
{
    double x = eyes[2] - eyes[0], y = eyes[3] - eyes[1], square = x * x + y * y;
    double c = x * 50 / square, s = y * 50 / square, scale = 50 / std::sqrt(square);
    cv::Mat map = (cv::Mat_<double>(2, 3) << c, s, 39 - c * eyes[0] - s * eyes[1], -s, c,
                   58 + s * eyes[0] - c * eyes[1]);
    cv::Mat from = photo, crop;
    if (scale < 0.5)
        cv::GaussianBlur(photo, from, cv::Size(), 0.25 / scale);
    cv::warpAffine(from, crop, map, cv::Size(128, 144), scale > 1 ? cv::INTER_CUBIC : cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    cv::equalizeHist(crop, crop);
    return crop;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    std::ifstream table(std::string(argv[1]) + "/photos.csv");
    std::string line;
    std::getline(table, line);
    std::vector<cv::Mat> enrolled, probes;
    std::vector<int> persons, mates;
    std::map<std::string, int> numbers;
    while (std::getline(table, line)) {
        std::stringstream fields(line);
        std::string file, person, role, field;
        std::getline(fields, file, ',');
        std::getline(fields, person, ',');
        std::getline(fields, role, ',');
        double eyes[4];
        for (double &at : eyes) {
            std::getline(fields, field, ',');
            at = std::atof(field.c_str());
        }
        cv::Mat photo = cv::imread(std::string(argv[1]) + "/" + file, cv::IMREAD_GRAYSCALE);
        if (photo.empty())
            continue;
        int number = numbers.emplace(person, static_cast<int>(numbers.size())).first->second;
        (role == "probe" ? probes : enrolled).push_back(aligned(photo, eyes));
        (role == "probe" ? mates : persons).push_back(number);
    }
    if (enrolled.empty() || probes.empty())
        return 65;
    /* Each photo a label of its own: all distances are wanted, not the nearest alone. */
    std::vector<int> labels(enrolled.size());
    for (size_t i = 0; i < labels.size(); i++)
        labels[i] = static_cast<int>(i);
    auto model = cv::face::LBPHFaceRecognizer::create();
    model->train(enrolled, labels);
    size_t rank_one = 0, rank_ten = 0;
    std::vector<double> others, best;
    for (size_t p = 0; p < probes.size(); p++) {
        auto collector = cv::face::StandardCollector::create();
        model->predict(probes[p], collector);
        std::vector<double> distances(enrolled.size(), 1e300);
        for (const auto &result : collector->getResults())
            distances[static_cast<size_t>(result.first)] = result.second;
        double mate = 1e300;
        for (size_t i = 0; i < distances.size(); i++)
            if (persons[i] == mates[p])
                mate = std::min(mate, distances[i]);
        size_t nearer = 0;
        for (size_t i = 0; i < distances.size(); i++)
            if (persons[i] != mates[p]) {
                nearer += distances[i] <= mate;
                others.push_back(distances[i]);
            }
        rank_one += nearer == 0;
        rank_ten += nearer < 10;
        best.push_back(mate);
    }
    std::sort(others.begin(), others.end());
    auto accepted = [&](double far) {
        double threshold = others[static_cast<size_t>(far * static_cast<double>(others.size() - 1))];
        return 100.0 *
               static_cast<double>(
                   std::count_if(best.begin(), best.end(), [&](double d) { return d < threshold; })) /
               static_cast<double>(best.size());
    };
    double count = static_cast<double>(probes.size());
    std::printf("  rank-1 %.2f %%, rank-10 %.2f %%, TAR at FAR 1 %% %.2f %%, TAR at FAR 0.1 %% %.2f %% "
                "(peer: OpenCV's LBPH, marked eyes)\n",
                100.0 * static_cast<double>(rank_one) / count, 100.0 * static_cast<double>(rank_ten) / count,
                accepted(0.01), accepted(0.001));
    return 0;
}
