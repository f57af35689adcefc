// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <tuple>

#include <telltale/core/anatomy.hpp>
#include <telltale/core/facts.hpp>
#include <telltale/published/attack_p.hpp>
#include <telltale/published/attack_r.hpp>
#include <telltale/published/difficulty_calibration.hpp>
#include <telltale/published/gap.hpp>
#include <telltale/published/glir.hpp>
#include <telltale/published/gradient_norm.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/published/lira.hpp>
#include <telltale/published/qmia.hpp>
#include <telltale/published/removal_mark.hpp>
#include <telltale/published/rmia.hpp>
#include <telltale/published/salem.hpp>
#include <telltale/published/score_offset.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/published/shokri.hpp>
#include <telltale/published/song_mittal.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/published/yeom.hpp>

namespace telltale::published {

/// A published composition: its type, what it is called (`name`), where it was published (`citation`), and its `parts`
/// as data.
template <class Attack>
struct listing {
  using attack = Attack;  ///< the composition itself
  std::string_view name;
  std::string_view citation;
  anatomy parts = anatomy_of<Attack>();

  /// Whether a target that reveals `reveals` and an adversary that owns `owns` allow it.
  [[nodiscard]] constexpr bool allowed(access_to reveals, knowledge owns) const noexcept {
    return covers(reveals, parts.access) && covers(owns, parts.owns);
  }
};

namespace detail {
// A function rather than a deduction guide: clang 14 deduces no aggregates.
template <class Attack>
constexpr listing<Attack> list(std::string_view name, std::string_view citation) {
  return listing<Attack>{name, citation};
}
}  // namespace detail

/// Every published composition, from the least that must be known to the most; a tuple of `listing`.
inline constexpr std::tuple catalogue{
    detail::list<gap>("gap", gap_citation),
    detail::list<idia>("IDIA", idia_citation),
    detail::list<removal_mark>("removal mark", removal_mark_citation),
    detail::list<yeom>("Yeom", yeom_citation),
    detail::list<song_mittal_confidence>("Song-Mittal confidence", song_mittal_citation),
    detail::list<song_mittal_entropy>("Song-Mittal entropy", song_mittal_citation),
    detail::list<song_mittal_modified_entropy>("Song-Mittal modified entropy", song_mittal_citation),
    detail::list<privacy_risk_score>("privacy risk score", song_mittal_citation),
    detail::list<salem>("Salem", salem_citation),
    detail::list<shokri>("Shokri", shokri_citation),
    detail::list<i_p>("I-P", text_to_image_citation),
    detail::list<i_s>("I-S", text_to_image_citation),
    detail::list<i_s_learned>("I-S learned", text_to_image_citation),
    detail::list<ii_p>("II-P", text_to_image_citation),
    detail::list<ii_s>("II-S", text_to_image_citation),
    detail::list<ii_s_learned>("II-S learned", text_to_image_citation),
    detail::list<iii_s>("III-S", text_to_image_citation),
    detail::list<iii_s_same_modality>("III-S same modality", text_to_image_citation),
    detail::list<iii_s_learned>("III-S learned", text_to_image_citation),
    detail::list<iv>("IV", text_to_image_citation),
    detail::list<iv_learned>("IV learned", text_to_image_citation),
    detail::list<picture_spread>("picture spread", picture_spread_citation),
    detail::list<global_entropy>("global entropy", segmentation_ours_citation),
    detail::list<global_pixel_accuracy>("global pixel accuracy", segmentation_ours_citation),
    detail::list<global_dice>("global Dice", segmentation_citation),
    detail::list<global_dice_tuned>("global Dice tuned", segmentation_citation),
    detail::list<global_loss>("global pixel loss", loss_map_citation),
    detail::list<global_boundary_loss>("global boundary loss", segmentation_ours_citation),
    detail::list<global_margin>("global margin", segmentation_ours_citation),
    detail::list<gradient_norm>("gradient norm", gradient_norm_citation),
    detail::list<attack_p>("attack-P", attack_p_citation),
    detail::list<qmia>("QMIA", qmia_citation),
    detail::list<glir>("GLiR", glir_citation),
    detail::list<attack_r>("attack-R", attack_r_citation),
    detail::list<difficulty_calibration>("difficulty calibration", difficulty_calibration_citation),
    detail::list<score_offset>("score offset", score_offset_citation),
    detail::list<lira_offline>("LiRA offline", lira_citation),
    detail::list<lira_online>("LiRA online", lira_citation),
    detail::list<lira_on_dice>("LiRA on Dice", segmentation_ours_citation),
    detail::list<lira_on_pixel_loss>("LiRA on pixel loss", segmentation_ours_citation),
    detail::list<lira_on_boundary_loss>("LiRA on boundary loss", segmentation_ours_citation),
    detail::list<rmia_offline>("RMIA offline", rmia_citation),
    detail::list<rmia_online>("RMIA online", rmia_citation),
    detail::list<rmia_on_pixel_loss>("RMIA on pixel loss", segmentation_ours_citation),
    detail::list<rmia_on_boundary_loss>("RMIA on boundary loss", segmentation_ours_citation)};

/// Calls `visit(listing)` for every published composition, whose type is its member `attack`.
template <class Visitor>
constexpr void for_each(Visitor&& visit) {
  std::apply([&](const auto&... listed) { (visit(listed), ...); }, catalogue);
}

/// Calls `visit(listing)` for those that a target revealing `reveals` and an adversary owning `owns` allow. `owns`
/// includes what is known of the subject (truth).
template <class Visitor>
constexpr void for_each_allowed(access_to reveals, knowledge owns, Visitor&& visit) {
  for_each([&](const auto& listed) {
    if (listed.allowed(reveals, owns)) visit(listed);
  });
}

}  // namespace telltale::published
