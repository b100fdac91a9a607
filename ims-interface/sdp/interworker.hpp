// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/random.hpp"
#include "common/result.hpp"
#include "ims-interface/sdp/negotiation.hpp"

namespace ims::sdp {

/// Carries the offers and answers of one dialog across the edge, in either direction and in any SIP
/// message that may hold them; the caller knows from the method and the dialog whether a body is an
/// offer or an answer. An exchange is
///
///     read_offer(side) -> set_anchor()… -> write_offer()
///     read_answer()    -> set_anchor()… -> write_answer()
///
/// - read_answer()/write_answer() may repeat (18x, 200), with the same answer or another.
/// - Forking: an Interworker is a value. Keep a copy made after write_offer(); each further early
///   dialog (To tag) starts from a copy of that, and the confirmed dialog's one goes on.
/// - INVITE without an offer (MED-13): nothing to call before the offer in the response.
/// - A failed offer (488, 491, CANCEL): rollback(), or take_back() after an early answer.
///
/// It owns each side's o= line (the version grows only when the body changes), the m-line places,
/// the payload numbers of both sides, and the DTLS role once agreed.
class Interworker {
 public:
  /// `random` is used only here, for the session ids.
  Interworker(Policy policy, common::RandomSource& random);
  Interworker(const Interworker& from);
  Interworker& operator=(const Interworker& from);
  Interworker(Interworker&&) noexcept;
  Interworker& operator=(Interworker&&) noexcept;
  ~Interworker();

  /// Errc::no_usable_media: answer 488 with the refusals() in a Warning header; the state is as
  /// before. Errc::offer_outstanding: the last offer has no answer yet.
  [[nodiscard]] common::Result<OfferPlan> read_offer(Side from, std::string_view text);

  /// Our end of a stream; stays until it is set again.
  void set_anchor(StreamId stream, WicAnchor anchor);
  void set_anchor(StreamId stream, PhoneAnchor anchor);
  void set_anchor(StreamId stream, CoreAnchor anchor);

  /// The offer for the other side of the one that was read.
  [[nodiscard]] common::Result<std::string> write_offer();

  /// The answer of the side that write_offer() wrote for. On failure the state is as before.
  [[nodiscard]] common::Result<Answer> read_answer(std::string_view text);

  /// Ends an exchange without the other side, with what is agreed already. Only after a plan
  /// with `local_only`.
  [[nodiscard]] common::Result<Answer> answer_locally();

  /// Takes a call that ends at the gateway: answers the offer that was read with the first codec
  /// of `codecs` (names in lower case) that it has, and telephone-event. Errc::no_usable_media
  /// when it has none of them.
  [[nodiscard]] common::Result<Answer> answer_here(const std::vector<std::string>& codecs);

  /// The answer for the offerer, from the last answer that was read.
  [[nodiscard]] common::Result<std::string> write_answer();

  /// Drops the offer that has no answer; does nothing when there is none, so that every failure
  /// path may call it. Versions of o= do not go back.
  void rollback();

  /// The same for an offer that was answered already, but not for good: a re-INVITE that fails
  /// after an unreliable provisional answer.
  void take_back();

  /// May change when the WIC's Supported header is known.
  void set_preconditions(Preconditions preconditions);

  /// May change when the phone comes by another flow.
  void set_phone_policy(PhonePolicy policy);

  /// Who offered, while an offer has no answer.
  [[nodiscard]] std::optional<Side> outstanding_offer_from() const;

  /// What is agreed now, for statistics and the admin interface.
  [[nodiscard]] std::vector<StreamState> streams() const;

  /// Why sections of the last offer or answer that was read got port 0: "m-line 2 (video): this
  /// kind of media is not carried", also after Errc::no_usable_media.
  struct RefusedSection {
    std::size_t line = 0;
    std::string kind;
    Refusal refusal = Refusal::unsupported_media;
    [[nodiscard]] std::string text() const;
  };
  [[nodiscard]] const std::vector<RefusedSection>& refusals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ims::sdp
