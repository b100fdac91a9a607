// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/metrics.hpp"
#include "common/random.hpp"
#include "common/time.hpp"
#include "ims-interface/media_control.hpp"
#include "ims-interface/sdp.hpp"
#include "media/engine.hpp"

namespace wic {

/// How media of phones is treated (`[media.access]`).
struct PhoneMediaConfig {
  ims::sdp::PhoneOffer offer = ims::sdp::PhoneOffer::optional;
  bool sdes_over_clear = false;  // a=crypto also where anybody may read the signalling
  bool require_srtp = false;
  std::vector<std::string> suites = ims::sdp::PhonePolicy{}.suites;
  media::Latch latch = media::Latch::host;
  bool relatch = true;
};

struct MediaControllerConfig {
  ims::sdp::Policy sdp;
  bool latch = false;  // RtpRemote::latch of core legs
  PhoneMediaConfig phones = {};
  /// Sounds by announcement; one that is not there has a tone.
  std::map<ims::Announcement, std::shared_ptr<const media::Sound>> sounds = {};
};

/// Quality of one side's audio.
struct LegQuality {
  std::optional<media::StreamQuality> incoming;  // what the side sends us
  std::optional<media::StreamQuality> outgoing;  // what it says of ours
  std::optional<std::chrono::microseconds> round_trip;
  bool one_way = false;  // it hears and sends nothing now
};

/// One stream of a call, as its two ends speak it; codecs in lower case.
struct CallStream {
  std::string kind;
  std::string wic_codec;
  std::string core_codec;
  bool transcoded = false;
};

/// What a call's media did, for the log line of its end and for the admin interface.
struct CallMedia {
  std::uint64_t packets_from_wic = 0;
  std::uint64_t packets_to_wic = 0;
  std::uint64_t packets_from_core = 0;
  std::uint64_t packets_to_core = 0;
  std::uint64_t dropped = 0;
  bool secure = false;
  bool phone = false;  // whose media may be plain RTP
  std::optional<common::Endpoint> wic;
  std::optional<common::Endpoint> core;
  LegQuality wic_quality;
  LegQuality core_quality;
  std::vector<CallStream> streams;  // that are carried now
};

/// A call whose media failed and why; the worker releases it.
struct MediaFailure {
  ims::CallHandle call;
  int cause = 503;
  std::string why;
};

/// A keyframe of the core's side is wanted, and only SIP can ask for it.
struct KeyframeWish {
  ims::CallHandle call;
};

/// The IMS-ALG's media side for one worker: carries SDP bodies through an Interworker a dialog and
/// tells the media engine what they agreed on. Owns the calls' media; the engine owns the legs.
class MediaController final : public ims::MediaControl {
 public:
  /// References must outlive it; events of `sink` are to be handed to handle_event().
  MediaController(MediaControllerConfig config, media::Engine& engine, media::EventSink& sink,
                  common::RandomSource& random, common::Metrics& metrics);
  ~MediaController() override;
  MediaController(const MediaController&) = delete;
  MediaController& operator=(const MediaController&) = delete;

  /// The clock of what follows: MediaControl's calls carry none.
  void set_time(common::TimePoint now) { now_ = now; }

  void set_access(ims::CallHandle call, const ims::AccessSide& side) override;
  [[nodiscard]] common::Result<std::string> offer(ims::CallHandle call, std::string_view dialog,
                                                  ims::Side from, std::string_view sdp) override;
  [[nodiscard]] common::Result<std::string> answer(ims::CallHandle call, std::string_view dialog,
                                                   ims::Side from, std::string_view sdp,
                                                   bool final) override;
  [[nodiscard]] common::Result<std::optional<std::string>> answer_alone(ims::CallHandle call,
                                                                        std::string_view dialog,
                                                                        ims::Side from,
                                                                        std::string_view sdp,
                                                                        ims::Alone what) override;
  [[nodiscard]] common::Result<void> confirm(ims::CallHandle call,
                                             std::string_view dialog) override;
  void rollback(ims::CallHandle call, std::string_view dialog) override;
  [[nodiscard]] common::Result<std::string> announce(ims::CallHandle call, std::string_view sdp,
                                                     ims::Announcement what) override;
  [[nodiscard]] bool ask_keyframe(ims::CallHandle call, ims::Side of) override;
  [[nodiscard]] bool send_digit(ims::CallHandle call, ims::Side to, std::uint8_t event,
                                std::chrono::milliseconds duration) override;
  void release(ims::CallHandle call) override;

  using Consequence = std::variant<std::monostate, MediaFailure, KeyframeWish>;
  /// What signalling has to do for an event that concerns a live call.
  [[nodiscard]] Consequence handle_event(const media::Event& event);

  [[nodiscard]] std::optional<CallMedia> statistics(ims::CallHandle call) const;
  /// Media of the call that was released last with this handle; kept until taken, for the log.
  [[nodiscard]] std::optional<CallMedia> take_final_statistics(ims::CallHandle call);
  [[nodiscard]] std::size_t calls() const { return calls_.size(); }

 private:
  struct Stream {
    std::optional<media::LegId> wic;
    std::optional<media::LegId> core;
    ims::sdp::WicAnchor anchor;
    ims::sdp::PhoneAnchor phone;
    bool ice_restart_wanted = false;  // by the offer under way
    bool talked = false;              // sound went both ways at some time
    bool music = false;               // the core hears that it is on hold
  };
  /// The offers and answers of one dialog.
  struct Negotiation {
    ims::sdp::Interworker interworker;
    bool under_way = false;  // an offer has no final answer
  };
  struct Call {
    media::CallId id;
    std::map<std::string, Negotiation, std::less<>> dialogs;  // by the core's tag
    std::optional<ims::AccessSide> access;                    // none: WebRTC
    std::string followed;                                     // the dialog that the legs obey
    bool confirmed = false;
    std::map<ims::sdp::StreamId, Stream> streams;
    std::optional<common::TimePoint> answered_at;  // for the time until the WIC is connected
    bool connected = false;
    bool one_way = false;  // was so at some time
  };

  using Interworker = ims::sdp::Interworker;
  using StreamId = ims::sdp::StreamId;
  using StreamStates = std::vector<ims::sdp::StreamState>;

  common::Result<Call*> find_or_open(ims::CallHandle handle);
  common::Result<Negotiation*> find_or_fork(Call& call, std::string_view dialog);
  /// The streams that the call's legs obey; empty for unknown calls.
  [[nodiscard]] StreamStates followed_streams(ims::CallHandle call) const;
  [[nodiscard]] static StreamStates followed_streams(const Call& call);
  [[nodiscard]] ims::sdp::Policy policy_for(const Call& call) const;
  common::Result<void> open_anchors(Call& call, Interworker& interworker,
                                    const ims::sdp::StreamPlan& plan);
  common::Result<void> open_wic_leg(Call& call, Interworker& interworker, StreamId id);
  common::Result<void> open_access_leg(Call& call, Interworker& interworker, StreamId id,
                                       common::IpAddress::Family family);
  common::Result<void> open_core_leg(Call& call, Interworker& interworker, StreamId id,
                                     common::IpAddress::Family family);
  common::Result<void> apply(Call& call, Interworker& interworker, const StreamStates& states);
  common::Result<void> apply(Call& call, Interworker& interworker,
                             const ims::sdp::StreamState& state);
  common::Result<void> set_access_remote(const Call& call, const Stream& stream,
                                         const ims::sdp::StreamState& state);
  void play_hold_music(Stream& stream, const ims::sdp::StreamState& state);
  common::Result<void> restart_ice(Interworker& interworker, StreamId id, Stream& stream);
  void observe(const CallMedia& media);
  void close_unused(Call& call, const StreamStates& states);
  [[nodiscard]] CallMedia statistics_of(const Call& call) const;
  static common::Error refusals_of(const Interworker& interworker, common::Error error);

  MediaControllerConfig config_;
  media::Engine& engine_;
  media::EventSink& sink_;
  common::RandomSource& random_;
  common::TimePoint now_{};
  std::unordered_map<std::uint64_t, Call> calls_;
  std::map<media::CallId, ims::CallHandle> by_media_;
  std::unordered_map<std::uint64_t, CallMedia> finished_;
  std::unordered_map<std::uint64_t, ims::AccessSide> access_;
  common::Counter refused_;
  common::Counter local_answers_;
  common::Histogram connect_time_;
  common::Metrics& metrics_;
};

}  // namespace wic
