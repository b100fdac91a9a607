// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/process_meter.hpp"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace bench {

namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds run_queue_wait(const std::string& process) {
  std::chrono::nanoseconds sum{};
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator(process + "/task", error)) {
    std::ifstream schedstat(thread.path() / "schedstat");
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    schedstat >> running >> waiting;
    sum += std::chrono::nanoseconds(waiting);
  }
  return sum;
}

}  // namespace

Usage Usage::operator-(const Usage& earlier) const {
  return {wall - earlier.wall, measured - earlier.measured, waited - earlier.waited,
          generator - earlier.generator};
}

ProcessMeter::ProcessMeter(pid_t pid) : pid_(pid) {}

void ProcessMeter::collect(pid_t pid, std::vector<Process>& into) {
  const std::string number = std::to_string(pid);
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) != 0) throw std::runtime_error("no process " + number);
  into.push_back({"/proc/" + number, clock});
  std::ifstream children("/proc/" + number + "/task/" + number + "/children");
  for (pid_t child = 0; children >> child;) collect(child, into);
}

std::vector<ProcessMeter::Process> ProcessMeter::processes() const {
  if (pid_ == 0) return {{"/proc/self", CLOCK_PROCESS_CPUTIME_ID}};
  std::vector<Process> found;
  collect(pid_, found);
  return found;
}

Usage ProcessMeter::usage() const {
  Usage usage;
  usage.wall = read_clock(CLOCK_MONOTONIC);
  usage.generator = read_clock(CLOCK_THREAD_CPUTIME_ID);
  for (const Process& process : processes()) {
    usage.measured += read_clock(process.clock);
    usage.waited += run_queue_wait(process.folder);
  }
  if (pid_ == 0) usage.measured -= usage.generator;
  return usage;
}

std::uint64_t ProcessMeter::resident_bytes() const {
  std::uint64_t sum = 0;
  for (const Process& process : processes()) {
    std::ifstream rollup(process.folder + "/smaps_rollup");
    std::string word;
    std::uint64_t kilobytes = 0;
    while (rollup >> word)
      if (word == "Pss:") rollup >> kilobytes;
    sum += kilobytes * 1024;
  }
  return sum;
}

}  // namespace bench
