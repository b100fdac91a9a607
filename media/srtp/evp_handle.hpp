// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/openssl.hpp"

namespace media::srtp {

using CipherPtr = common::EvpCipherCtxPtr;

}  // namespace media::srtp
