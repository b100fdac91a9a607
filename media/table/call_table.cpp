// SPDX-License-Identifier: Apache-2.0
#include "media/table/call_table.hpp"

#include <algorithm>
#include <cassert>
#include <memory>
#include <new>

#include <openssl/crypto.h>

#include "media/table/counters.hpp"

namespace media::table {
namespace {

struct Header {
  std::uint64_t magic = 0x494d53'4d454431;  // "IMSMED1"
  std::uint32_t version = 3;                // of the meaning; the sizes below guard the layout
  std::uint32_t record_size = sizeof(LegRecord);
  std::uint64_t capacity = 0;
  std::uint64_t webrtc_port = 0;
  bool operator==(const Header&) const = default;
};

constexpr std::size_t records_offset = 4096;
static_assert(sizeof(Header) <= records_offset);

}  // namespace

std::size_t CallTable::size_for(std::size_t capacity) {
  return records_offset + capacity * sizeof(LegRecord);
}

CallTable::CallTable(std::span<std::byte> memory, std::size_t capacity, std::uint16_t webrtc_port) {
  assert(memory.size() >= size_for(capacity));
  auto* header = std::launder(reinterpret_cast<Header*>(memory.data()));
  auto* records = std::launder(reinterpret_cast<LegRecord*>(memory.data() + records_offset));
  records_ = std::span(records, capacity);
  Header expected;
  expected.capacity = capacity;
  expected.webrtc_port = webrtc_port;
  if (*header == expected) return;
  was_cleared_ = header->magic != 0;  // a new file is all zeros
  if (was_cleared_) std::fill(memory.begin(), memory.end(), std::byte{0});
  *header = expected;
}

void CallTable::clear(std::size_t slot) {
  publish_leg(records_[slot], 0);
  const LegRecord fresh{};
  // Readers of statistics may look at the identifier meanwhile, which stays zero all along.
  auto* from = reinterpret_cast<const std::byte*>(&fresh);
  auto* to = reinterpret_cast<std::byte*>(&records_[slot]);
  std::copy(from + sizeof(std::uint64_t), from + sizeof(LegRecord), to + sizeof(std::uint64_t));
}

void CallTable::wipe(std::size_t slot) {
  publish_leg(records_[slot], 0);
  OPENSSL_cleanse(reinterpret_cast<std::byte*>(&records_[slot]) + sizeof(std::uint64_t),
                  sizeof(LegRecord) - sizeof(std::uint64_t));
}

}  // namespace media::table
