# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Recipe for Conan 2. Every header is packaged whatever the options, since all of them share one package id."""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout

required_conan_version = ">=2.0"

# Component -> (the option that asks for it, the components it stands on, what it links of other packages). The names of
# components and what they stand on are those of cmake/telltale-config.cmake.in.
COMPONENTS = {
    "telltale": (None, [], ["eigen::eigen", "boost::headers"]),
    "io": ("with_report", ["telltale"], ["zlib::zlib"]),
    "campaign": ("with_report", ["io"], ["nlohmann_json::nlohmann_json"]),
    "report": ("with_report", ["campaign"], []),
    "images": (
        "with_images",
        ["io"],
        ["libpng::libpng", "freetype::freetype", "harfbuzz::harfbuzz", "libjpeg-turbo::turbojpeg"],
    ),
    "xtensor": ("with_xtensor", ["telltale"], ["xtensor::xtensor"]),
    "mpi": ("with_mpi", ["campaign"], ["openmpi::openmpi"]),
    "torch": ("with_torch", ["campaign"], ["libtorch::libtorch"]),
}

VERSIONS = {
    "eigen": "[>=3.4 <6]",
    "boost": "[>=1.74 <2]",
    "zlib": "[>=1.2.11 <2]",
    "nlohmann_json": "[>=3.9 <4]",
    "libpng": "[>=1.6 <2]",
    "freetype": "[>=2.10 <3]",
    "harfbuzz": "[>=2.7]",
    "libjpeg-turbo": "[>=2.1 <4]",
    "xtensor": "[>=0.24 <1]",
    "openmpi": "[>=4.1 <6]",
    "libtorch": "[>=1.13 <3]",
}


class Telltale(ConanFile):
    name = "telltale"
    package_type = "header-library"
    license = "Apache-2.0"
    description = "Measures what a trained model gives away about its training data"
    topics = ("privacy", "membership-inference", "differential-privacy", "machine-learning", "header-only")
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "with_report": [True, False],  # io, campaign, report: zlib and nlohmann_json
        "with_images": [True, False],  # images: libpng, FreeType, HarfBuzz, libjpeg-turbo; and zlib
        "with_xtensor": [True, False],
        "with_mpi": [True, False],  # and what campaign needs
        "with_torch": [True, False],  # and what campaign needs
    }
    default_options = {
        "with_report": False,
        "with_images": False,
        "with_xtensor": False,
        "with_mpi": False,
        "with_torch": False,
        # Only Boost's headers are used; building its libraries would take long.
        "boost/*:header_only": True,
    }
    exports_sources = "include/*", "LICENSE"
    no_copy_source = True

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "include", "telltale", "version.hpp"))
        self.version = re.search(r'version = "([0-9.]+)"', header).group(1)

    def layout(self):
        basic_layout(self)

    def _wanted(self):
        """The components that the options ask for, and those they stand on."""
        wanted = set()

        def add(name):
            wanted.add(name)
            for below in COMPONENTS[name][1]:
                add(below)

        for name, (option, _, _) in COMPONENTS.items():
            if option is None or self.options.get_safe(option):
                add(name)
        return [name for name in COMPONENTS if name in wanted]

    def requirements(self):
        for name in self._wanted():
            for target in COMPONENTS[name][2]:
                package = target.split("::")[0]
                self.requires(f"{package}/{VERSIONS[package]}")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "telltale")
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        for name in self._wanted():
            _, below, links = COMPONENTS[name]
            component = self.cpp_info.components[name]
            component.set_property("cmake_target_name", f"telltale::{name}")
            component.requires = below + links
            component.bindirs = []
            component.libdirs = []
        if self.settings.os in ["Linux", "FreeBSD"]:
            self.cpp_info.components["telltale"].system_libs = ["pthread"]
