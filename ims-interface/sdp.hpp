// SPDX-License-Identifier: Apache-2.0
#pragma once

/// All SDP of the gateway (IMS-ALG, TS 24.371 and TS 23.334): parse a body, print a body, and carry
/// offers and answers between the WIC and the core. Pure: no socket, no clock, no media engine
/// type.

#include "ims-interface/sdp/audio_format.hpp"
#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/interworker.hpp"
#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"
#include "ims-interface/sdp/parser.hpp"
#include "ims-interface/sdp/printer.hpp"
