// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <optional>
#include <thread>

// Child processes that die by SIGKILL, as a crashed or interrupted campaign does.
namespace oracle {

enum class child_end { finished, killed, failed };

inline child_end end_of(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return child_end::killed;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? child_end::finished : child_end::failed;
}

// _exit: no destructor, no test framework and no leak checker of the parent runs in the child.
[[noreturn]] inline void run_and_exit(const std::function<void()>& work) {
  try {
    work();
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

/// Runs `work` in a child process and kills it after a delay, if it still runs.
inline child_end kill_after(std::chrono::microseconds delay, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) run_and_exit(work);
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return end_of(status);
}

/// Runs `work`, which must not start threads, in a child process and kills it as it enters its `call`-th system call,
/// which is then not made. Nothing when this machine does not allow a process to trace its child.
inline std::optional<child_end> kill_at_system_call(std::size_t call, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(77);
    ::raise(SIGSTOP);
    run_and_exit(work);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return std::nullopt;
  // Bit 7 tells a system call's stop from a signal's; the child must not outlive this process.
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  std::size_t stops = 0;
  long signal = 0;
  for (;;) {
    if (::ptrace(PTRACE_SYSCALL, child, nullptr, signal) != 0) return std::nullopt;
    ::waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) return end_of(status);
    const bool at_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
    signal = at_call ? 0 : WSTOPSIG(status);
    // Calls stop twice: as they are entered and as they return.
    if (at_call && stops++ == 2 * call) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return end_of(status);
    }
  }
}

}  // namespace oracle
