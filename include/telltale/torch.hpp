// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The LibTorch wing, whole: it brings torch/torch.h and torch/script.h. Single headers cost less.

#include <telltale/torch/backend.hpp>
#include <telltale/torch/backend/nearest.hpp>
#include <telltale/torch/backend/primitives.hpp>
#include <telltale/torch/backend/tensor_block.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/campaign/asked.hpp>
#include <telltale/torch/campaign/module_work.hpp>
#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/dp_sgd.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/dp_sgd/random_source.hpp>
#include <telltale/torch/gradients/broadcast_use.hpp>
#include <telltale/torch/gradients/lookup_use.hpp>
#include <telltale/torch/gradients/losses.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>
#include <telltale/torch/gradients/operators.hpp>
#include <telltale/torch/gradients/outer_product_use.hpp>
#include <telltale/torch/gradients/parameter_set.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>
#include <telltale/torch/gradients/tape.hpp>
#include <telltale/torch/gradients/taped_batch.hpp>
#include <telltale/torch/learner/balance.hpp>
#include <telltale/torch/learner/convolutional.hpp>
#include <telltale/torch/learner/feature_perceptron.hpp>
#include <telltale/torch/learner/fit_network.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/model/input_file.hpp>
#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/model/trainable_parameters.hpp>
#include <telltale/torch/rule/learned_features.hpp>
#include <telltale/torch/rule/learned_features/scaling.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/image_shift.hpp>
#include <telltale/torch/train/module.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/optimiser.hpp>
#include <telltale/torch/train/policy_text.hpp>
#include <telltale/torch/train/seeded_generators.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>
#include <telltale/torch/train/train_module.hpp>
