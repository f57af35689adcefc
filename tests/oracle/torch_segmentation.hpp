// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <cstddef>
#include <cstdint>
#include <vector>

// Recorded by benchmarks/peers/record_torch_segmentation.py from PyTorch 2.13.0+cpu.
namespace oracle::torch_segmentation {

inline constexpr std::size_t images = 3, classes = 4, height = 5, width = 6;
inline constexpr int ignored = 255;

/// Whole numbers from 0 to 255.
inline std::vector<int> numbers(std::size_t count, std::uint64_t state) {
  std::vector<int> values(count);
  for (int& value : values) {
    state = (1103515245 * state + 12345) % (std::uint64_t{1} << 31);
    value = static_cast<int>((state >> 16) % 256);
  }
  return values;
}

inline std::vector<double> logits() {
  std::vector<double> values;
  for (const int number : numbers(images * classes * height * width, 1)) values.push_back((number - 128) / 16.0);
  return values;
}

/// Image i holds the classes below 2 + i; every eighth pixel or so is ignored.
inline std::vector<int> masks() {
  std::vector<int> values = numbers(images * height * width, 2);
  for (std::size_t p = 0; p < values.size(); ++p)
    values[p] = values[p] >= 224 ? ignored : values[p] % (2 + static_cast<int>(p / (height * width)));
  return values;
}

/// cross_entropy(reduction="none", ignore_index=255), pixel by pixel.
inline const std::vector<double> losses{
    0.06442222610428579,
    6.762943419136544,
    0.0,
    7.063617771643214,
    0.0,
    8.055209262579881,
    0.336046149448099,
    7.375651584090189,
    4.824490617967368,
    2.767149802128298,
    8.78814147186021,
    9.093566960554153,
    5.878252397481657,
    11.324271850223177,
    10.628407677185432,
    0.0,
    8.661118120949276,
    0.43001247495769007,
    0.0,
    13.750125840548929,
    10.562756787781366,
    0.0,
    13.363405056082104,
    0.0,
    4.833925428023101,
    9.31283666458015,
    2.6600632798837682,
    5.135336480944567,
    0.05793197571351123,
    0.0,
    2.9886516506288303,
    8.875386016778016,
    3.0451152967179236,
    10.258711055397661,
    0.0027578378018829693,
    0.7343766900523779,
    10.896353427567725,
    2.6954540344798787,
    0.0,
    0.001586198515428714,
    12.425973002841413,
    8.00127075693694,
    0.004697711530483356,
    11.447802044800115,
    7.725076092938117,
    7.774237481053784,
    0.05694497018079895,
    0.0,
    6.163065945677585,
    4.845695525038584,
    0.006439108486614317,
    8.094816115902137,
    8.202075444076602,
    5.1763827809243335,
    3.1004342949110413,
    0.0,
    2.6070553938149947,
    5.187133960474096,
    6.385311242434113,
    13.672426436834044,
    0.11719634467659873,
    1.1807841319955474,
    2.9305580064963537,
    2.9938140798844026,
    4.572911928901696,
    0.1273880879171561,
    4.573086852750185,
    7.313664080878405,
    0.18019516600003177,
    0.0,
    0.016621591398845576,
    2.4089055888437727,
    5.516278222982494,
    0.030296714864355437,
    4.204443622991351,
    0.024052446112475222,
    7.123095602531517,
    3.3521172798410848,
    0.0,
    6.19102879278048,
    4.573572078172163,
    7.776870776010415,
    9.69165094002341,
    7.951904325682721,
    9.623632150358114,
    10.44565105405218,
    6.688781426368571,
    10.04507178617504,
    3.6582658365116605,
    6.571990363578906};
/// Mean Dice of all classes but the first, less 1; of the classes of the mask, less 1.
inline const std::vector<double> dice_but_the_first{
    -0.834378314109533,
    -0.7705703509562241,
    -0.7071870840292411};
inline const std::vector<double> dice_in_the_mask{
    -0.7635159440075203,
    -0.7221868295470684,
    -0.7317234900408291};
/// The loss of segmentation_models_pytorch.
inline const std::vector<double> dice_loss_of_segmentation_models{
    0.38175797200376016,
    0.5416401221603013,
    0.7317234900408291};

}  // namespace oracle::torch_segmentation
// clang-format on
