// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 22: was this picture, with its caption, in the training set of a text-to-image generator? (attack II-P)
//
// The adversary gives the generator the caption of a picture that he has, and looks whether that picture comes back.
// Of some pictures he knows the answer (an auxiliary set): they tell him how near is near. All that is needed are two
// arrays. They come here from the smallest generator there is: a linear map from the letter triples of a caption to
// pixels, fitted by ridge regression to 400 emoji and their names.
#include <Eigen/Cholesky>

#include <cmath>
#include <cstdio>
#include <set>

#include <telltale/telltale.hpp>

#include "captioned_emoji.hpp"

using namespace telltale;
using pictures = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;  // a row each
using texts = std::vector<std::string>;
constexpr std::size_t size = 400, pixels = 3 * 16 * 16;

Eigen::MatrixXf shared_triples(const texts& some, const texts& others) {  // cosines of their indicator vectors
  const auto triples = [](const texts& captions) {
    std::vector<std::set<std::string>> of(captions.size());
    for (std::size_t i = 0; i < of.size(); ++i)
      for (std::string rest = " " + captions[i] + " "; rest.size() >= 3; rest.erase(0, 1))
        of[i].insert(rest.substr(0, 3));
    return of;
  };
  const auto rows = triples(some), columns = triples(others);
  Eigen::MatrixXf share = Eigen::MatrixXf::Zero(Eigen::Index(rows.size()), Eigen::Index(columns.size()));
  float* to = share.data();
  for (const auto& column : columns)
    for (const auto& row : rows) {
      for (const std::string& each : row) *to += float(column.count(each));
      *to++ /= std::sqrt(float(row.size() * column.size()));
    }
  return share;
}

int main() {
  // Members, non-members and a reserve, drawn from one pool: they must differ in membership alone.
  const lesson::captioned_emoji pool(1);
  const std::vector<float> queries = pool.pixels(0, 2 * size);  // members first
  const texts captions = pool.captions_of(0, 2 * size);
  const auto attack = [&](const char* name, std::size_t first, float ridge) {
    const std::vector<float> raw = pool.pixels(first, size);  // what the generator is trained on
    const texts known = pool.captions_of(first, size);
    const pictures x = pictures::Map(raw.data(), size, pixels);
    const Eigen::RowVectorXf mean = x.colwise().mean();
    const Eigen::MatrixXf held = shared_triples(known, known) + ridge * Eigen::MatrixXf::Identity(size, size);
    const pictures fitted = held.ldlt().solve(x.rowwise() - mean);
    const pictures answers = (shared_triples(captions, known) * fitted).rowwise() + mean;

    // From here on the arrays are all there is. Every other record is auxiliary, and never tested.
    const generation<eigen<float>> observed(
        {.queries = {queries, 2 * size, pixels}, .generated = answers, .format = {3, 16, 16, 2}});
    const std::vector<double> score = published::ii_p{}.score(observed);
    std::vector<double> of[2];
    std::vector<membership> member[2];
    for (std::size_t i = 0; i < score.size(); ++i) {
      of[i % 2].push_back(score[i]);
      member[i % 2].push_back(i < size ? membership::in : membership::out);
    }
    const evidence found =
        published::ii_p{}.judge(signals{of[1]}, size, owning(labelled_records<>(signals{of[0]}, member[0])));
    const metric::evaluation got = metric::evaluate(found.values, member[1], {.cut = found.cut});
    std::printf("%-22s accuracy %.3f [%.3f, %.3f], AUC %.3f [%.3f, %.3f]\n", name, got.balanced_accuracy.value,
                got.balanced_accuracy.low, got.balanced_accuracy.high, got.auc.value, got.auc.low, got.auc.high);
    return got.auc;
  };
  const metric::estimate leaky = attack("fitted closely:", 0, 1), held = attack("held back by a ridge:", 0, 30),
                         control = attack("trained on others:", 2 * size, 1);
  return leaky.low > held.high && control.low < 0.5 && control.high > 0.5 ? 0 : 1;
}

// prints: fitted closely: +accuracy 0\.[89]
