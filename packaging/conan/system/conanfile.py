# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Debian's packages under the names that Conan's own recipes have, so that ours is tried without a network.

    conan create packaging/conan/system --name eigen --version 3.4.0

Nothing is packaged: the files stay where Debian installed them. For the tests only.
"""
import glob
import subprocess

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration

required_conan_version = ">=2.0"

# Conan's name -> Debian's package, what find_package calls it, {component: its CMake target, folders, libraries}. The
# component None is the package itself. /usr/include is never named: it is the compiler's own, and must stay last.
TORCH = "/usr/include/torch/csrc/api/include"
PACKAGES = {
    "eigen": ("libeigen3-dev", "Eigen3", {None: ("Eigen3::Eigen", ["/usr/include/eigen3"], [])}),
    "boost": ("libboost1.74-dev", "Boost", {"headers": ("Boost::headers", [], [])}),
    "zlib": ("zlib1g-dev", "ZLIB", {None: ("ZLIB::ZLIB", [], ["z"])}),
    "nlohmann_json": ("nlohmann-json3-dev", "nlohmann_json", {None: ("nlohmann_json::nlohmann_json", [], [])}),
    "libpng": ("libpng-dev", "PNG", {None: ("PNG::PNG", [], ["png"])}),
    "freetype": ("libfreetype-dev", "freetype", {None: ("Freetype::Freetype", ["/usr/include/freetype2"], ["freetype"])}),
    "harfbuzz": ("libharfbuzz-dev", "harfbuzz", {None: ("harfbuzz::harfbuzz", ["/usr/include/harfbuzz"], ["harfbuzz"])}),
    "libjpeg-turbo": (
        "libturbojpeg0-dev",
        "libjpeg-turbo",
        {"turbojpeg": ("libjpeg-turbo::turbojpeg", [], ["turbojpeg"])},
    ),
    "xtensor": ("libxtensor-dev", "xtensor", {None: ("xtensor", [], [])}),
    "openmpi": (
        "libopenmpi-dev",
        "MPI",
        {None: ("MPI::MPI_CXX", glob.glob("/usr/lib/*-linux-gnu/openmpi/include"), ["mpi"])},
    ),
    "libtorch": ("libtorch-dev", "Torch", {"torch": ("torch", [TORCH], ["torch", "torch_cpu", "c10"])}),
}


class System(ConanFile):
    package_type = "header-library"
    license = "see the package of Debian"
    description = "A package of Debian under its name in Conan"

    def validate(self):
        debian = PACKAGES[self.name][0]
        if subprocess.run(["dpkg-query", "--show", debian], capture_output=True).returncode != 0:
            raise ConanInvalidConfiguration(f"{debian} is not installed")

    def package_id(self):
        self.info.clear()

    def package_info(self):
        _, file_name, components = PACKAGES[self.name]
        self.cpp_info.set_property("cmake_file_name", file_name)
        self.cpp_info.includedirs = []
        for name, (target, folders, libraries) in components.items():
            part = self.cpp_info.components[name] if name else self.cpp_info
            part.set_property("cmake_target_name", target)
            part.includedirs = folders
            part.system_libs = libraries
            part.bindirs = []
            part.libdirs = []
