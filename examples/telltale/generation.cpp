// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "generation.hpp"

#include <memory>
#include <string>

namespace tool {

const char* const generation_lesson =
    R"(Was this picture, with its caption, in the training set of a text-to-image generator? Give
the generator the caption of each query picture, r times; these attacks compare what comes
back with the picture and the caption. The adversary sees pictures only, no model.

Files (.npy; n query pictures, r generated pictures each, embeddings of d numbers):
  --queries                (n, channels, height, width): pixels, integers or floats
  --generated              (n, r, channels, height, width), or without r for one each
  --query-embeddings       (n, d): an encoder's embeddings of the query pictures,
  --generated-embeddings   (n, r, d) or (n, d): of the generated pictures,
  --caption-embeddings     (n, d): and of the captions, by the same dual encoder (CLIP and
                           its kin). The encoder must not have been trained on the members:
                           one that was shows membership without any generator
  --caption-bank-embeddings (m, d): captions among which the nearest is taken as the caption
                           of a generated picture, in place of a captioner
  --generated-caption-embeddings  (n, r, d) or (n, d): where a captioner of yours wrote them
  --reference-embeddings   (m, d): real pictures that nobody asks about
  --members                (n), booleans or 0 and 1: was the picture in the training set

What is not given is not assumed: of all attacks those run that the files allow, and the
report says what the others need.

Attacks, as published by Wu et al. 2022 (thresholds and logistic rules in place of their
networks, which 'telltale-model generation' has), larger evidence meaning member:
  I-P         little grain in the generated pictures; needs --generated
  I-S         they look like real pictures to the encoder (--reference-embeddings), or by a
              logistic rule on their embeddings
  II-P        the query picture comes back, pixel by pixel: minus the root mean squared
              error; SSIM; a logistic rule on L1, L2 and SSIM
  II-S        what comes back means what the query means: minus the distance of embeddings;
              a logistic rule on their difference
  III-S       it does what the caption says: cosine of generated picture and caption
  III-S-same  cosine of the caption and the caption of the generated picture
  IV          I-S, II-S and III-S joined; the same with pixels
  spread      the r pictures of a caption are alike; needs no query picture, and r >= 2
  blind       a control: a rule on the query pictures alone, which must be at chance

Where thresholds and rules come from: the adversary knows the membership of some records.
--auxiliary 0.5 draws half of them, as many members as others (half of the smaller kind of
each); --auxiliary A.npy says which, 1 or 0 a record. Every figure is of the other records.

Use the query in the condition that an adversary has it in: a copy that is shifted by a pixel
or two, or darker, costs II-P much of its power, and II-S little.

Writes into --out: report.html (open it in a browser), report.json, and in evidence/ what
each attack says of each tested record, tested.npy (their numbers) and members.npy, for
'telltale evaluate'.)";

namespace {

const std::string lesson = std::string(generation_lesson) + R"(

Example: embeddings and pixels, exported with NumPy
  telltale generation --queries X.npy --generated Y.npy --query-embeddings EX.npy \
      --generated-embeddings EY.npy --caption-embeddings ET.npy --members M.npy \
      --auxiliary 0.5 --out generator-audit)";

}  // namespace

void add_generation(program& state) {
  const auto options = std::make_shared<generation_options>();
  const auto attacks = std::make_shared<const std::vector<generation_attack>>(generation_attacks_on_arrays());
  command made(state, "generation", "Attack a text-to-image generator by what it makes of captions", lesson);
  add_generation_options(made, *options, *attacks);
  made.runs([options, attacks](const shared_options& shared) {
    check_generation(*options, *attacks);
    return run_generation(*options, read_generation(*options), *attacks, shared);
  });
}

}  // namespace tool
