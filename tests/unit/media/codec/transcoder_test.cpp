// SPDX-License-Identifier: Apache-2.0
#include "media/codec/transcoder.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace media::codec {
namespace {

constexpr std::array all = {Codec::pcmu, Codec::pcma,   Codec::g722,
                            Codec::amr,  Codec::amr_wb, Codec::opus};

std::string name(Codec codec) {
  constexpr std::array names = {"PCMU", "PCMA", "G722", "AMR", "AMR-WB", "opus"};
  return names[static_cast<std::size_t>(codec)];
}

Format format_of(Codec codec) {
  Format out;
  out.codec = codec;
  out.amr.dtx = false;
  return out;
}

/// A phone: encodes a tone to packets of 20 ms, with silence where `loud` says so.
class Speaker {
 public:
  explicit Speaker(const Format& format)
      : rate_(sample_rate(format.codec, Codec::opus)),
        clock_(clock_rate(format.codec)),
        encoder_(make_encoder(format, rate_)) {}

  Packet speak(double hertz) {
    std::vector<std::int16_t> pcm(encoder_->frame_size());
    for (std::int16_t& sample : pcm) {
      const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(time_++) / rate_;
      sample = static_cast<std::int16_t>(10'000 * std::sin(angle));
    }
    const std::size_t size = encoder_->encode(pcm, payload_);
    Packet out{sequence_++, timestamp_, false, std::span(payload_).first(size)};
    timestamp_ += static_cast<std::uint32_t>(pcm.size() * clock_ / rate_);
    return out;
  }
  void be_silent(std::uint32_t milliseconds) { timestamp_ += clock_ / 1000 * milliseconds; }

 private:
  std::uint32_t rate_;
  std::uint32_t clock_;
  std::unique_ptr<Encoder> encoder_;
  std::uint16_t sequence_ = 65'530;  // wraps within every test
  std::uint32_t timestamp_ = 0xffff'f000;
  std::size_t time_ = 0;
  std::array<std::byte, largest_payload> payload_{};
};

/// The other end: decodes and measures.
class Listener {
 public:
  explicit Listener(const Format& format)
      : rate_(sample_rate(format.codec, Codec::opus)), decoder_(make_decoder(format, rate_)) {}

  void hear(const Packet& packet) {
    std::vector<std::int16_t> pcm(rate_ / 1000 * 120);
    pcm.resize(decoder_->decode(packet.payload, pcm));
    heard.insert(heard.end(), pcm.begin(), pcm.end());
    if (last) {
      EXPECT_EQ(packet.sequence, static_cast<std::uint16_t>(last->sequence + 1));
      EXPECT_GT(static_cast<std::int32_t>(packet.timestamp - last->timestamp), 0);
    }
    last = packet;
    ++packets;
    markers += packet.marker ? 1 : 0;
  }

  /// Part of the energy from `begin` on that is at this frequency, 0 to 1.
  double purity(double hertz, std::size_t begin) const {
    double real = 0;
    double imaginary = 0;
    double energy = 0;
    const std::size_t count = heard.size() - begin;
    for (std::size_t i = begin; i < heard.size(); ++i) {
      const double angle = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate_;
      real += heard[i] * std::cos(angle);
      imaginary += heard[i] * std::sin(angle);
      energy += static_cast<double>(heard[i]) * heard[i];
    }
    return 2 * (real * real + imaginary * imaginary) / static_cast<double>(count) /
           std::max(energy, 1.0);
  }
  double loudness(std::size_t begin, std::size_t end) const {
    double energy = 0;
    for (std::size_t i = begin; i < end; ++i) energy += static_cast<double>(heard[i]) * heard[i];
    return std::sqrt(energy / static_cast<double>(end - begin));
  }

  std::uint32_t rate() const { return rate_; }

  std::vector<std::int16_t> heard;
  std::optional<Packet> last;
  int packets = 0;
  int markers = 0;

 private:
  std::uint32_t rate_;
  std::unique_ptr<Decoder> decoder_;
};

void drain(Transcoder& transcoder, Listener& listener) {
  while (const auto packet = transcoder.poll_packet()) listener.hear(*packet);
}

TEST(Transcoder, EveryPairCarriesATone) {
  for (const Codec from : all) {
    for (const Codec to : all) {
      Speaker speaker(format_of(from));
      Listener listener(format_of(to));
      Transcoder transcoder(format_of(from), format_of(to), {65'000, 0xffff'0000});
      for (int i = 0; i < 50; ++i) {
        transcoder.handle_packet(speaker.speak(600));
        drain(transcoder, listener);
      }
      const std::string pair = name(from) + " to " + name(to);
      EXPECT_GE(listener.packets, 49) << pair;
      EXPECT_GT(listener.purity(600, listener.rate() / 4), 0.9) << pair;
      EXPECT_EQ(listener.markers, 1) << pair;
      EXPECT_EQ(transcoder.counters().malformed, 0U) << pair;
    }
  }
}

TEST(Transcoder, TimestampsKeepThePaceOfWhatCameIn) {
  Speaker speaker(format_of(Codec::opus));
  Format slow = format_of(Codec::amr_wb);
  slow.packet_time = std::chrono::milliseconds(60);
  Transcoder transcoder(format_of(Codec::opus), slow, {0, 1000});
  std::vector<std::uint32_t> times;
  for (int i = 0; i < 30; ++i) {
    transcoder.handle_packet(speaker.speak(500));
    while (const auto packet = transcoder.poll_packet()) times.push_back(packet->timestamp);
  }
  ASSERT_EQ(times.size(), 10U);
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_EQ(times[i], 1000 + i * 960);
}

TEST(Transcoder, LossIsConcealed) {
  for (const Codec from : all) {
    Speaker speaker(format_of(from));
    Listener listener(format_of(Codec::pcma));
    Transcoder transcoder(format_of(from), format_of(Codec::pcma), {});
    for (int i = 0; i < 60; ++i) {
      const Packet packet = speaker.speak(500);
      if (i == 40) continue;
      transcoder.handle_packet(packet);
      drain(transcoder, listener);
    }
    EXPECT_EQ(transcoder.counters().concealed, 20U) << name(from);
    EXPECT_GE(listener.packets, 59) << name(from);
    // The sound of the lost 20 ms: none of the codecs falls silent for so short a time.
    const std::size_t lost = listener.rate() / 50 * 40;
    EXPECT_GT(listener.loudness(lost, lost + listener.rate() / 50), 1500) << name(from);
  }
}

TEST(Transcoder, OpusRedundancyBringsBackWhatWasLost) {
  Format opus = format_of(Codec::opus);
  Speaker speaker(opus);
  Listener listener(format_of(Codec::g722));
  Transcoder transcoder(opus, format_of(Codec::g722), {});
  for (int i = 0; i < 100; ++i) {
    const Packet packet = speaker.speak(300 + 10 * i);
    if (i > 20 && i % 10 == 0) continue;
    transcoder.handle_packet(packet);
    drain(transcoder, listener);
  }
  EXPECT_EQ(transcoder.counters().concealed, 7 * 20U);
  EXPECT_GE(listener.packets, 98);
}

TEST(Transcoder, LateAndRepeatedPacketsAreNotPlayed) {
  Speaker speaker(format_of(Codec::pcmu));
  Listener listener(format_of(Codec::opus));
  Transcoder transcoder(format_of(Codec::pcmu), format_of(Codec::opus), {});
  transcoder.handle_packet(speaker.speak(500));
  const Packet early = speaker.speak(500);
  const std::vector<std::byte> kept(early.payload.begin(), early.payload.end());
  transcoder.handle_packet(speaker.speak(500));
  transcoder.handle_packet({early.sequence, early.timestamp, false, kept});
  transcoder.handle_packet(speaker.speak(500));
  drain(transcoder, listener);
  EXPECT_EQ(transcoder.counters().late, 1U);
  EXPECT_EQ(transcoder.counters().concealed, 20U);
  EXPECT_EQ(listener.packets, 4);
}

TEST(Transcoder, APauseStaysAPause) {
  Speaker speaker(format_of(Codec::pcma));
  Transcoder transcoder(format_of(Codec::pcma), format_of(Codec::opus), {0, 0});
  std::vector<std::uint32_t> times;
  std::vector<bool> markers;
  const auto drain_times = [&] {
    while (const auto packet = transcoder.poll_packet()) {
      times.push_back(packet->timestamp);
      markers.push_back(packet->marker);
    }
  };
  for (int i = 0; i < 3; ++i) transcoder.handle_packet(speaker.speak(500)), drain_times();
  speaker.be_silent(1000);
  for (int i = 0; i < 2; ++i) transcoder.handle_packet(speaker.speak(500)), drain_times();
  EXPECT_EQ(transcoder.counters().concealed, 0U);
  EXPECT_EQ(times, (std::vector<std::uint32_t>{0, 960, 1920, 2880 + 48'000, 3840 + 48'000}));
  EXPECT_EQ(markers, (std::vector<bool>{true, false, false, true, false}));
}

TEST(Transcoder, SilenceIsNotSentWithDtx) {
  Format amr = format_of(Codec::amr);
  amr.amr.dtx = true;
  Speaker speaker(format_of(Codec::pcmu));
  Transcoder transcoder(format_of(Codec::pcmu), amr, {});
  int packets = 0;
  for (int i = 0; i < 100; ++i) {
    Packet packet = speaker.speak(0);
    const std::vector<std::byte> quiet(packet.payload.size(), std::byte{0xff});
    packet.payload = quiet;
    transcoder.handle_packet(packet);
    while (transcoder.poll_packet()) ++packets;
  }
  EXPECT_LT(packets, 40);  // comfort noise every eighth frame after the hangover
  EXPECT_GT(packets, 5);
}

TEST(Transcoder, AModeRequestReachesTheOtherDirectionsEncoder) {
  Format wide = format_of(Codec::amr_wb);
  wide.amr.octet_align = true;
  Transcoder down(wide, format_of(Codec::opus), {});
  Transcoder up(format_of(Codec::opus), wide, {});
  Speaker phone(wide);
  Packet packet = phone.speak(500);
  std::vector<std::byte> asking(packet.payload.begin(), packet.payload.end());
  asking[0] = std::byte{0x00};  // CMR 0: 6.60 kbit/s
  packet.payload = asking;
  down.handle_packet(packet);
  const auto mode = down.take_mode_request();
  ASSERT_EQ(mode, 0);
  EXPECT_EQ(down.take_mode_request(), std::nullopt);
  up.request_mode(*mode);
  Speaker browser(format_of(Codec::opus));
  std::optional<Packet> out;
  for (int i = 0; i < 3 && !out; ++i) {
    up.handle_packet(browser.speak(500));
    out = up.poll_packet();
  }
  ASSERT_TRUE(out);
  EXPECT_EQ(out->payload.size(), 2 + 17U);  // 132 bits
}

TEST(Transcoder, AnyOctetsAreDecodedWithinBounds) {
  for (const Codec from : all) {
    Transcoder transcoder(format_of(from), format_of(Codec::pcmu), {});
    std::uint32_t state = 12'345;
    std::uint32_t timestamp = 0;
    for (std::uint16_t i = 0; i < 2000; ++i) {
      std::vector<std::byte> payload;
      state = state * 1'664'525 + 1'013'904'223;
      payload.resize(state >> 23U);
      for (std::byte& octet : payload) {
        state = state * 1'664'525 + 1'013'904'223;
        octet = static_cast<std::byte>(state >> 24U);
      }
      timestamp += state % 3 == 0 ? state >> 8U : 160;
      transcoder.handle_packet(
          {static_cast<std::uint16_t>(i * (1 + state % 3)), timestamp, false, payload});
      int packets = 0;
      while (transcoder.poll_packet()) ASSERT_LT(++packets, 100);
    }
  }
}

}  // namespace
}  // namespace media::codec
