// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace common::io {

/// From now on the kernel writes no memory of this process to a file when it crashes, and no other
/// process of the same user may trace it: codes, passwords and keys stand in there.
void forbid_core_dumps();

}  // namespace common::io
