// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/result.hpp"
#include "common/time.hpp"
#include "media/codec/encoded_sound.hpp"
#include "media/dtls/association.hpp"
#include "media/engine.hpp"
#include "media/relay/datagram.hpp"
#include "media/relay/leg.hpp"
#include "media/relay/path_table.hpp"
#include "media/relay/transcoding.hpp"
#include "media/table/call_table.hpp"

namespace media::relay {

struct HubConfig {
  srtp::Backend backend = srtp::Backend::native;
  bool core_strict_source = false;
  std::chrono::milliseconds core_keepalive{0};
  std::chrono::milliseconds consent_timeout{30'000};
  std::chrono::milliseconds media_timeout{60'000};
  std::chrono::milliseconds one_way_after{10'000};
  /// NTP time (RFC 5905, 32.32) at `ntp_at`, for sender reports of our own.
  std::uint64_t ntp = 0;
  common::TimePoint ntp_at{};
};

/// What a new leg begins with; all random parts come from the caller.
struct LegSeed {
  LegId leg;
  CallId call;
  std::uint32_t ssrc = 0;
  std::uint16_t first_sequence = 0;  // under 2^15
  std::uint32_t first_timestamp = 0;
  std::string cname;
};

/// Asks the shell to begin a DTLS association (of number `association`) for a leg.
struct HandshakeStart {
  LegId leg;
  Component component = Component::rtp;
  std::uint32_t association = 0;
  DtlsRole role = DtlsRole::server;
  std::vector<Fingerprint> expected;
  std::vector<std::byte> first_datagram;  // may be empty
};

/// What a leg's peer is to hear.
struct PlayOrder {
  std::shared_ptr<const codec::EncodedSound> sound;
  std::uint8_t payload_type = 0;
  bool repeat = false;
};

/// A key for a leg's peer.
struct Digit {
  std::uint8_t event = 0;  // RFC 4733: 0-9, then *, #, A-D
  std::chrono::milliseconds duration{160};
};

/// One media worker's core: all legs of the worker, which datagram belongs to which, and what
/// becomes of it. No socket, clock or thread; one thread uses it. Callers drain the poll functions
/// after every change. What names a leg that is gone is ignored: signalling may be late.
class Hub {
 public:
  Hub(const HubConfig& config, table::CallTable& table);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  void open_webrtc_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                       const ice::Credentials& local);
  void open_rtp_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                    const common::Endpoint& rtp, const common::Endpoint& rtcp, bool access = false);
  /// The same by sockets of those numbers, which the worker's core legs share: packets belong to
  /// the leg whose remote they come from.
  void open_shared_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                       const common::Endpoint& rtp, const common::Endpoint& rtcp,
                       std::uint8_t rtp_socket, std::uint8_t rtcp_socket);
  /// Takes up a leg that the table holds from an earlier life; connect_restored() when all are up.
  void restore_leg(common::TimePoint now, std::uint32_t slot);
  void connect_restored();

  void set_remote(common::TimePoint now, std::uint32_t slot, LegId leg, const WebrtcRemote& remote);
  void set_remote(common::TimePoint now, std::uint32_t slot, LegId leg, const RtpRemote& remote);
  void restart_ice(std::uint32_t slot, LegId leg, const ice::Credentials& local);
  void connect(common::TimePoint now, std::uint32_t first, std::uint32_t second,
               const Connection& connection);
  /// Replaces what plays on the leg.
  void play(common::TimePoint now, std::uint32_t slot, LegId leg, PlayOrder order);
  void stop_playing(std::uint32_t slot, LegId leg);
  /// Lets the leg's peer hear a digit, as an event; relayed sound is held meanwhile. Nothing is
  /// sent where no events were negotiated.
  void send_digit(common::TimePoint now, std::uint32_t slot, LegId leg, const Digit& digit);
  /// Asks the leg's peer for a keyframe, by what it understands.
  void request_keyframe(common::TimePoint now, std::uint32_t slot, LegId leg);
  /// Says BYE and forgets the leg and its keys.
  void close_leg(common::TimePoint now, std::uint32_t slot, LegId leg);

  void handshake_output(std::uint32_t slot, LegId leg, std::uint32_t association,
                        std::vector<std::byte> datagram, Component component = Component::rtp);
  void handshake_done(common::TimePoint now, std::uint32_t slot, LegId leg,
                      std::uint32_t association, const dtls::SrtpKeys& keys,
                      Component component = Component::rtp);
  void handshake_failed(std::uint32_t slot, LegId leg, std::uint32_t association,
                        const std::string& detail);

  /// A packet of the leg's transcoder of that number.
  void transcoded(common::TimePoint now, std::uint32_t slot, LegId leg, std::uint32_t number,
                  const TranscodedPacket& packet);

  /// Datagrams that came to the W3 sockets; each gets its action.
  void handle_webrtc(common::TimePoint now, std::span<Datagram> datagrams);
  /// Datagrams that came to sockets that core legs share.
  void handle_shared(common::TimePoint now, std::span<Datagram> datagrams, bool rtcp_port);
  /// Datagrams that came to the sockets of a core leg.
  void handle_core(common::TimePoint now, std::uint32_t slot, std::span<Datagram> datagrams);
  void handle_timeout(common::TimePoint now);

  [[nodiscard]] common::TimePoint poll_timeout() const {
    return std::min({next_play_, next_digit_, next_sweep_});
  }
  [[nodiscard]] std::optional<OwnedDatagram> poll_transmit();
  /// Gives the memory of a datagram that was sent back for the next one.
  void recycle(std::vector<std::byte> bytes);
  [[nodiscard]] std::optional<Event> poll_event();
  [[nodiscard]] std::optional<HandshakeStart> poll_handshake();
  [[nodiscard]] std::optional<TranscodingWork> poll_transcoding();

  [[nodiscard]] const HubCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t leg_count() const { return leg_count_; }
  /// Number of the association whose datagrams an Action::handshake carries.
  [[nodiscard]] std::uint32_t association_of(std::uint32_t slot) const;
  [[nodiscard]] LegId leg_at(std::uint32_t slot) const;
  /// Whether packets that come by it are some leg's.
  [[nodiscard]] bool knows_path(const ice::Path& path) const {
    return by_path_.find(path).has_value();
  }

 private:
  struct Player {
    std::uint32_t slot = 0;
    PlayOrder order;
    std::size_t next = 0;  // frame
    bool begun = false;
    common::TimePoint due{};
  };
  /// Digits on their way to a leg's peer.
  struct Dialer {
    std::uint32_t slot = 0;
    std::deque<Digit> waiting;
    std::chrono::milliseconds spoken{0};  // of the first
    unsigned ends = 0;                    // packets that said so
    common::TimePoint due{};
  };

  [[nodiscard]] Leg* find(std::uint32_t slot, LegId leg) const;
  Leg& start_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                 table::LegKind kind);
  [[nodiscard]] Leg* leg_on_path(const Datagram& datagram) const;
  /// Whose path each datagram came by; null for none. Looks at all legs before any is used: with
  /// thousands of them none is in the cache when its packet comes.
  void find_legs(std::span<const Datagram> datagrams, std::span<Leg*> legs) const;
  void handle_stun(common::TimePoint now, Datagram& datagram);
  void handle_handshake(Leg& leg, Datagram& datagram, Component component);
  [[nodiscard]] bool is_path_free(common::TimePoint now, const ice::Path& path, const Leg& leg);
  void start_association(Leg& leg, Component component);
  void renew_association(Leg& leg);
  void set_fingerprints(Leg& leg, const std::vector<Fingerprint>& fingerprints, DtlsRole role,
                        const std::string& tls_id);
  void set_protection(common::TimePoint now, Leg& leg, const RtpRemote& remote);
  void set_sdes(common::TimePoint now, Leg& leg, const SdesKeys& sdes);
  [[nodiscard]] static bool has_dtls(const Leg& leg, const std::vector<Fingerprint>& fingerprints,
                                     DtlsRole role, const std::string& tls_id);
  void accept_core(common::TimePoint now, Leg& leg, Datagram& datagram);
  void disconnect(Leg& leg);
  void set_transcoding(Leg& from, Leg& to);
  static void set_repetition(Leg& leg);
  void queue_transcoding(
      const Leg& leg,
      std::variant<TranscodingStart, TranscodingEnd, SoundPacket, ReceiverLoss> what);
  bool accept_rtp(common::TimePoint now, Leg& leg, Datagram& datagram);
  bool accept_rtcp(common::TimePoint now, Leg& leg, Datagram& datagram);
  void hand_to_transcoder(common::TimePoint now, Leg& leg, Datagram& datagram);
  void say_bye(common::TimePoint now, Leg& leg);
  void send_keepalive(common::TimePoint now, Leg& leg);
  [[nodiscard]] std::vector<std::byte> spare_buffer();
  void send_own_rtcp(common::TimePoint now, Leg& leg, std::vector<std::byte> bytes,
                     std::size_t size);
  void send_own(common::TimePoint now, Leg& leg, const rtp::Header& header,
                std::span<const std::byte> payload);
  void report(common::TimePoint now, Leg& leg);
  void send_report(common::TimePoint now, Leg& leg);
  void watch_one_way(common::TimePoint now, Leg& leg, bool expects_media);
  void repeat_missing(common::TimePoint now, Leg& leg);
  void note_keyframe_wish(common::TimePoint now, const Leg& from);
  [[nodiscard]] std::uint64_t ntp_time(common::TimePoint now) const;
  void play_due(common::TimePoint now);
  void dial_due(common::TimePoint now);
  [[nodiscard]] bool dial(common::TimePoint now, Dialer& dialer);
  void stop_dialing(Leg& leg);
  [[nodiscard]] bool play_frame(common::TimePoint now, Player& player);
  void sweep(common::TimePoint now, Leg& leg);
  void post(Event::Kind kind, const Leg& leg, std::string detail);
  void forget_path(const ice::Path& path, const Leg& leg);
  void forget_remote(const Leg& leg);
  void claim_remote(const Leg& leg);

  HubConfig config_;
  table::CallTable& table_;
  std::vector<std::unique_ptr<Leg>> legs_;  // by slot
  std::unordered_map<std::string, std::uint32_t> by_ufrag_;
  PathTable by_path_;
  std::vector<Leg*> found_;  // of the batch at hand
  std::deque<OwnedDatagram> transmits_;
  std::deque<Event> events_;
  std::deque<HandshakeStart> handshakes_;
  std::deque<TranscodingWork> transcodings_;
  std::vector<Player> players_;
  common::TimePoint next_play_ = common::TimePoint::max();
  std::vector<Dialer> dialers_;
  common::TimePoint next_digit_ = common::TimePoint::max();
  std::vector<std::vector<std::byte>> spare_;
  HubCounters counters_;
  std::size_t leg_count_ = 0;
  std::size_t sweep_from_ = 0;
  common::TimePoint next_sweep_{};
};

}  // namespace media::relay
