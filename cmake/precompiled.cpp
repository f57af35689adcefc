// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Nothing but the file that the precompiled header of the LibTorch wing belongs to.
int main() {}
