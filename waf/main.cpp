// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <iostream>

#include "waf/io/commands.hpp"

int main(int argc, char** argv) {
  try {
    return waf::io::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "waf: " << error.what() << "\n";
    return 1;
  }
}
