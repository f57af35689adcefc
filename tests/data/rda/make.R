# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes the files of this folder: Rscript make.R (R 4.2.2).
small <- data.frame(kind = factor(c("b", "a", "c", "a"), levels = c("c", "a", "b")), count = c(3L, NA, 4L, 1L),
                    size = c(0.5, -2, NA, 1e300), yes = c(TRUE, FALSE, NA, TRUE))
save(small, file = "xz_2.rda", compress = "xz", version = 2)
save(small, file = "gzip_3.rda", compress = "gzip", version = 3)
save(small, file = "plain_2.rda", compress = FALSE, version = 2)
save(small, file = "plain_3.rda", compress = FALSE, version = 3)
save(small, file = "bzip2.rda", compress = "bzip2")
save(small, file = "ascii.rda", ascii = TRUE)

# Names of rows that are text, and an attribute that data.frames do not have.
noted <- data.frame(kind = factor(c("u", "v")), x = c(1, 2), row.names = c("first", "second"))
attr(noted, "note") <- list(a = 1, b = "x", c = NULL)
save(noted, file = "noted.rda", compress = FALSE)

number <- 3
save(number, file = "number.rda", compress = FALSE)
save(small, number, file = "two.rda", compress = FALSE)
compact <- data.frame(x = 1:10)
save(compact, file = "compact.rda", compress = FALSE, version = 3)
words <- data.frame(x = c("a", "b"))
save(words, file = "words.rda", compress = FALSE)
holes <- data.frame(kind = factor(c("u", NA)), x = c(1, 2))
save(holes, file = "holes.rda", compress = FALSE)
f <- function(x) x
save(f, file = "function.rda", compress = FALSE)
