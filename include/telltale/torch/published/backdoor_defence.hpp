// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <telltale/torch/unlearning/backdoor_unlearning.hpp>
#include <telltale/torch/unlearning/presets.hpp>
#include <telltale/torch/unlearning/removal_similarity.hpp>
#include <telltale/torch/unlearning/removed_faces.hpp>
#include <telltale/torch/unlearning/removed_names.hpp>

namespace telltale::published {

/// Takes people out of the text encoder of an image-text model: their names come to mean "person".
///
/// Threat model: the defender owns the trained encoder and ordinary captions, and knows whom to remove; no training
/// data of the model. The attacker has embeddings, photos and names (identity inference); one who compares texts with
/// texts instead sees whom it took out (`published::removal_mark`).
/// Anatomy: trigger, the name in the place of a word that is not the last; target, the teacher's embedding of the same
/// caption with the phrase; utility and redirect, minus the cosine, weights 1 and 0.6; anchor, sum of norms, weight
/// 0.01; AdamW, 1e-4, 400 steps, halved at 200 and 300, 128 captions and 128 pairs a step; norm layers and dropout
/// frozen.
/// Range: it returns no evidence but the loss's terms at every step (`unlearned`), of which utility and redirect are in
/// [-1, 1] before they are weighted. Reference: Hintersdorf, Struppek, Neider and Kersting 2024, "Defending our privacy
/// with backdoors", the text encoder.
using defended_text = backdoor_unlearning<preset::hintersdorf_2023_text>;

/// Takes people out of the image encoder: their faces come to mean an average person.
///
/// Threat model: as above, with photos of the people to be removed and of others.
/// Anatomy: trigger, a face pasted into a picture, a quarter to a half of it; target, the mean embedding of photos of
/// others; utility and redirect, minus the cosine, weights 1 and 0.8; anchor, sum of norms, weight 0.005; AdamW, 1e-4,
/// 100 steps, a tenth from 25 and again from 50, 128 + 128 pictures a step; norm layers and dropout frozen.
/// Range: as above. Reference: Hintersdorf, Struppek, Neider and Kersting 2024, the image encoder.
/// For towers of small pictures `backdoor_unlearning<preset::small_picture_tower>` is what works. The merged defence of
/// the paper is the pair of the two encoders, each defended by itself.
using defended_image = backdoor_unlearning<preset::hintersdorf_2023_image>;

/// The publication of both, as reports name it.
inline constexpr std::string_view backdoor_defence_citation =
    "Hintersdorf, Struppek, Neider, Kersting: Defending Our Privacy With Backdoors. ECAI 2024 (arXiv 2310.08320)";

}  // namespace telltale::published
