// SPDX-License-Identifier: Apache-2.0
// Transcoded calls through a real engine: what one end says is what the other hears.
#include <cmath>
#include <numbers>

#include "media/codec/coder.hpp"
#include "media/rtp/octets.hpp"
#include "tests/unit/media/io/engine_fixture.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using codec::Codec;
using test::Bytes;
using test::EngineTest;
using test::UdpPeer;

/// One end: speaks a tone in packets of 20 ms and measures what it hears.
class End {
 public:
  End(const codec::Format& format, std::uint8_t number)
      : payload_type(number),
        rate_(codec::sample_rate(format.codec, Codec::opus)),
        ticks_(codec::clock_rate(format.codec) / 50),
        encoder_(codec::make_encoder(format, rate_)),
        decoder_(codec::make_decoder(format, rate_)) {}

  void speak(const common::Endpoint& to, double hertz) {
    std::vector<std::int16_t> pcm(encoder_->frame_size());
    for (auto& sample : pcm) {
      const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(time_++) / rate_;
      sample = static_cast<std::int16_t>(10'000 * std::sin(angle));
    }
    Bytes packet(12 + codec::largest_payload);
    store8(packet, 0, 0x80);
    store8(packet, 1, payload_type);
    store16(packet, 2, ++sequence_);
    store32(packet, 4, sequence_ * ticks_);
    store32(packet, 8, 0xabc);
    packet.resize(12 + encoder_->encode(pcm, std::span(packet).subspan(12)));
    socket.send(to, packet);
  }

  bool hear(int timeout_ms = 1000) {
    const auto packet = socket.receive(timeout_ms);
    if (!packet) return false;
    const auto header = rtp::parse_header(*packet);
    EXPECT_EQ(header->payload_type, payload_type);
    if (heard_) {
      EXPECT_EQ(header->sequence, static_cast<std::uint16_t>(heard_->sequence + 1));
      EXPECT_EQ(header->timestamp - heard_->timestamp, ticks_);
      EXPECT_EQ(header->ssrc, heard_->ssrc);
    }
    heard_ = header;
    std::vector<std::int16_t> pcm(rate_ / 1000 * 120);
    pcm.resize(decoder_->decode(std::span(*packet).subspan(12), pcm));
    heard.insert(heard.end(), pcm.begin(), pcm.end());
    return true;
  }

  /// Part of the energy of the last half second that is at this frequency.
  [[nodiscard]] double purity(double hertz) const {
    double real = 0;
    double imaginary = 0;
    double energy = 1;
    const std::size_t count = std::min<std::size_t>(heard.size(), rate_ / 2);
    for (std::size_t i = heard.size() - count; i < heard.size(); ++i) {
      const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate_;
      real += heard[i] * std::cos(angle);
      imaginary += heard[i] * std::sin(angle);
      energy += static_cast<double>(heard[i]) * heard[i];
    }
    return 2 * (real * real + imaginary * imaginary) / static_cast<double>(count) / energy;
  }

  UdpPeer socket;
  UdpPeer rtcp;
  std::uint8_t payload_type;
  std::vector<std::int16_t> heard;

 private:
  std::uint32_t rate_;
  std::uint32_t ticks_;
  std::unique_ptr<codec::Encoder> encoder_;
  std::unique_ptr<codec::Decoder> decoder_;
  std::uint16_t sequence_ = 65'500;
  std::size_t time_ = 0;
  std::optional<rtp::Header> heard_;
};

codec::Format format_of(Codec codec) {
  codec::Format out{.codec = codec};
  out.amr.dtx = false;
  return out;
}

class EngineTranscoding : public EngineTest,
                          public testing::WithParamInterface<std::pair<Codec, Codec>> {};
INSTANTIATE_TEST_SUITE_P(Pairs, EngineTranscoding,
                         testing::Values(std::pair(Codec::opus, Codec::amr_wb),
                                         std::pair(Codec::opus, Codec::amr),
                                         std::pair(Codec::pcma, Codec::g722),
                                         std::pair(Codec::amr_wb, Codec::pcmu)));

TEST_P(EngineTranscoding, C119_C120_MED31_EachEndHearsTheOther) {
  const auto engine = make(test::test_config());
  End first(format_of(GetParam().first), 111);
  End second(format_of(GetParam().second), 96);
  const CallId call = engine->open_call(test::lasting_events()).value();
  const RtpLocal one = engine->open_rtp_leg(call, AddressFamily::v4).value();
  const RtpLocal other = engine->open_rtp_leg(call, AddressFamily::v4).value();
  ASSERT_TRUE(
      engine->set_remote(one.leg, RtpRemote{first.socket.endpoint(), first.rtcp.endpoint()}));
  ASSERT_TRUE(
      engine->set_remote(other.leg, RtpRemote{second.socket.endpoint(), second.rtcp.endpoint()}));
  Connection connection;
  connection.payloads = {{111, 96, codec::clock_rate(GetParam().first),
                          codec::clock_rate(GetParam().second), false, true}};
  connection.transcoding = Transcoding{format_of(GetParam().first), format_of(GetParam().second)};
  ASSERT_TRUE(engine->connect(one.leg, other.leg, connection));
  // Changing the sampling rate takes a few samples more than the first packet has.
  first.speak(one.rtp, 500);
  second.speak(other.rtp, 700);
  for (int i = 0; i < 60; ++i) {
    first.speak(one.rtp, 500);
    second.speak(other.rtp, 700);
    ASSERT_TRUE(second.hear()) << i;
    ASSERT_TRUE(first.hear()) << i;
  }
  EXPECT_GT(second.purity(500), 0.9);
  EXPECT_GT(first.purity(700), 0.9);
  engine->close_call(call);
}

TEST_F(EngineTest, AConnectionThatTranscodesNothingIsRefused) {
  const auto engine = make(test::test_config());
  const CallId call = engine->open_call(test::lasting_events()).value();
  const RtpLocal one = engine->open_rtp_leg(call, AddressFamily::v4).value();
  const RtpLocal other = engine->open_rtp_leg(call, AddressFamily::v4).value();
  Connection connection;
  connection.payloads = {{111, 96, 48000, 16000, false, true}};
  EXPECT_FALSE(engine->connect(one.leg, other.leg, connection));
  connection.transcoding = Transcoding{};
  connection.transcoding->first.packet_time = 25ms;
  EXPECT_FALSE(engine->connect(one.leg, other.leg, connection));
}

}  // namespace
}  // namespace media
