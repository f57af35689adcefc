# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout


class TestTelltale(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = ("CMakeDeps",)

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        # The programs on components are built for those that the package was asked for.
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False
        options = self.dependencies["telltale"].options
        for component in ("report", "images", "xtensor", "mpi", "torch"):
            toolchain.cache_variables[f"WITH_{component.upper()}"] = bool(options.get_safe(f"with_{component}"))
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            self.run(os.path.join(self.cpp.build.bindir, "consumer"), env="conanrun")
            for component in ("report", "images", "xtensor", "mpi", "torch"):
                if self.dependencies["telltale"].options.get_safe(f"with_{component}"):
                    self.run(os.path.join(self.cpp.build.bindir, f"consumer_of_{component}"), env="conanrun")
