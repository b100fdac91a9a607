// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ims-interface/sdp/interworker.hpp"
#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/stream.hpp"

/// Private to the Interworker: its memory, and the steps of an exchange over it (offering.cpp,
/// answering.cpp).
namespace ims::sdp {

/// Where an exchange stands. `settled` takes further answers to the same offer.
enum class Step : std::uint8_t { idle, offer_read, offer_written, settled };

/// What one side has seen of our o= line.
struct Written {
  Origin origin;
  std::string body;  // the last one, with version 0
};

struct Interworker::State {
  Policy policy;
  Step step = Step::idle;
  Side offerer = Side::wic;
  bool local_only = false;
  std::vector<Stream> agreed;    // before the offer
  std::vector<Stream> offered;   // with the offer read, and as written
  std::vector<Stream> answered;  // with the last answer
  std::vector<StreamAnchors> anchors;
  std::array<Written, 2> written;
  std::vector<RefusedSection> refusals;

  [[nodiscard]] const std::vector<Stream>& current() const {
    return step == Step::settled ? answered : agreed;
  }
  [[nodiscard]] bool outstanding() const {
    return step == Step::offer_read || step == Step::offer_written;
  }

  [[nodiscard]] bool is_alternative(const Media& media, std::size_t line,
                                    const std::vector<Stream>& streams) const;
  void read_offered_section(const Description& description, std::size_t line,
                            std::vector<Stream>& streams);
  [[nodiscard]] common::Result<void> read_answered_section(const Description& description,
                                                           std::size_t line,
                                                           std::vector<Stream>& streams);
  StreamId stream_for(const Media& media, std::size_t line, std::vector<Stream>& streams) const;
  [[nodiscard]] StreamPlan plan_of(StreamId id, const Stream& stream) const;
  [[nodiscard]] OfferPlan accept_offer(std::vector<Stream> streams);
  [[nodiscard]] Answer accept_answer(std::vector<Stream> streams);
  [[nodiscard]] common::Result<std::string> write(Side to, bool is_answer,
                                                  std::vector<Stream>& streams);
};

[[nodiscard]] std::vector<StreamState> states_of(const std::vector<Stream>& streams);
/// How many m-lines a side has seen.
[[nodiscard]] std::size_t lines_of(Side side, const std::vector<Stream>& streams);
/// The stream of that m-line; streams.size() when there is none.
[[nodiscard]] StreamId at_line(Side side, std::size_t line, const std::vector<Stream>& streams);

}  // namespace ims::sdp
