// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What has been spent up to now.
struct Usage {
  std::chrono::nanoseconds wall{};
  std::chrono::nanoseconds measured{};   // user and system time of what is measured
  std::chrono::nanoseconds waited{};     // its threads were ready but had no CPU
  std::chrono::nanoseconds generator{};  // user and system time of the calling thread

  [[nodiscard]] Usage operator-(const Usage& earlier) const;
};

/// CPU time and memory of the process under test and its children (for peers that fork); pid 0: of
/// this process without the calling thread, for an engine that runs inside the generator.
class ProcessMeter {
 public:
  explicit ProcessMeter(pid_t pid);
  [[nodiscard]] Usage usage() const;
  /// Proportional set size: of one process its resident memory, less what others share.
  [[nodiscard]] std::uint64_t resident_bytes() const;

 private:
  struct Process {
    std::string folder;  // in /proc
    clockid_t clock;
  };
  static void collect(pid_t pid, std::vector<Process>& into);
  [[nodiscard]] std::vector<Process> processes() const;

  pid_t pid_;
};

}  // namespace bench
