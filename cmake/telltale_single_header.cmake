# telltale_core.hpp, the core in one file.
