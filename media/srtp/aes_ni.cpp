// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/aes_ni.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <openssl/crypto.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace media::srtp {

AesNiKey::~AesNiKey() { OPENSSL_cleanse(round_keys_.data(), round_keys_.size()); }
AesNiGcm::~AesNiGcm() { OPENSSL_cleanse(powers_.data(), powers_.size()); }

#if defined(__x86_64__)

// Only what is called after has_aes_ni() said yes may use these instructions.
#define WITH_AES_NI __attribute__((target("aes,pclmul,ssse3,sse4.1")))
#define WITH_AES_NI_INLINE WITH_AES_NI inline __attribute__((always_inline))

bool has_aes_ni() noexcept {
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("sse4.1");
}

namespace {

constexpr std::size_t block_size = 16;
constexpr std::size_t lanes = 8;  // blocks encrypted side by side: an AESENC takes a few cycles

/// A register of 16 octets.
struct Block {
  __m128i v;
};
using Lanes = std::array<Block, lanes>;

WITH_AES_NI_INLINE Block load(const void* from) {
  return {_mm_loadu_si128(static_cast<const __m128i*>(from))};
}
WITH_AES_NI_INLINE void store(void* to, Block block) {
  _mm_storeu_si128(static_cast<__m128i*>(to), block.v);
}
WITH_AES_NI_INLINE Block sum(Block a, Block b) { return {_mm_xor_si128(a.v, b.v)}; }
WITH_AES_NI_INLINE Block swapped(Block block) {
  return {_mm_shuffle_epi8(block.v,
                           _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))};
}

// ---- key expansion (FIPS 197 5.2) ----

/// One step: `assist` is AESKEYGENASSIST's word, in all four places, of the key before.
WITH_AES_NI_INLINE __m128i expanded(__m128i key, __m128i assist) {
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, assist);
}
template <int Constant>
WITH_AES_NI_INLINE __m128i rotated(__m128i key) {
  return _mm_shuffle_epi32(_mm_aeskeygenassist_si128(key, Constant), 0xff);
}
template <int Constant>
WITH_AES_NI_INLINE void expand_128(std::uint8_t*& at) {
  const __m128i key = load(at).v;
  at += block_size;
  store(at, {expanded(key, rotated<Constant>(key))});
}
template <int Constant>
WITH_AES_NI_INLINE void expand_256(std::uint8_t*& at, bool last = false) {
  const __m128i one = expanded(load(at).v, rotated<Constant>(load(at + block_size).v));
  store(at + 2 * block_size, {one});
  if (last) return;
  const __m128i assist = _mm_shuffle_epi32(_mm_aeskeygenassist_si128(one, 0), 0xaa);
  store(at + 3 * block_size, {expanded(load(at + block_size).v, assist)});
  at += 2 * block_size;
}

WITH_AES_NI void expand(std::uint8_t* keys, bool long_key) {
  if (long_key) {
    expand_256<0x01>(keys);
    expand_256<0x02>(keys);
    expand_256<0x04>(keys);
    expand_256<0x08>(keys);
    expand_256<0x10>(keys);
    expand_256<0x20>(keys);
    expand_256<0x40>(keys, true);
    return;
  }
  expand_128<0x01>(keys);
  expand_128<0x02>(keys);
  expand_128<0x04>(keys);
  expand_128<0x08>(keys);
  expand_128<0x10>(keys);
  expand_128<0x20>(keys);
  expand_128<0x40>(keys);
  expand_128<0x80>(keys);
  expand_128<0x1b>(keys);
  expand_128<0x36>(keys);
}

// ---- AES ----

/// Encrypts `Count` blocks side by side.
template <std::size_t Count>
WITH_AES_NI_INLINE void encrypt(const AesNiKey& key, Lanes& blocks) {
  const std::uint8_t* octets = key.octets();
  Block round = load(octets);
  for (std::size_t i = 0; i < Count; ++i) blocks[i] = sum(blocks[i], round);
  for (int number = 1; number < key.rounds(); ++number) {
    round = load(octets += block_size);
    for (std::size_t i = 0; i < Count; ++i) {
      blocks[i].v = _mm_aesenc_si128(blocks[i].v, round.v);
    }
  }
  round = load(octets + block_size);
  for (std::size_t i = 0; i < Count; ++i) {
    blocks[i].v = _mm_aesenclast_si128(blocks[i].v, round.v);
  }
}

/// Counter blocks: twelve octets that stay, and a number of four in network order.
struct Counter {
  Block base;
  std::uint32_t next;
};

WITH_AES_NI_INLINE Block take(Counter& counter) {
  const auto number = static_cast<int>(__builtin_bswap32(counter.next++));
  return {_mm_insert_epi32(counter.base.v, number, 3)};
}

/// Fills the lanes with key stream of the next blocks; no more than `wanted` are worked out.
WITH_AES_NI_INLINE void key_stream(const AesNiKey& key, Counter& counter, std::size_t wanted,
                                   Lanes& out) {
  for (Block& lane : out) lane = take(counter);
  if (wanted > 4) return encrypt<lanes>(key, out);
  if (wanted > 2) return encrypt<4>(key, out);
  encrypt<2>(key, out);
}

/// What is left of a text that is no whole block, zeros behind it.
WITH_AES_NI_INLINE Block load_part(const std::byte* from, std::size_t size) {
  std::array<std::byte, block_size> whole{};
  std::memcpy(whole.data(), from, size);
  return load(whole.data());
}
WITH_AES_NI_INLINE void store_part(std::byte* to, Block block, std::size_t size) {
  std::array<std::byte, block_size> whole;
  store(whole.data(), block);
  std::memcpy(to, whole.data(), size);
}

// ---- GHASH (NIST SP 800-38D 6.4) as POLYVAL over reversed octets (RFC 8452 appendix A) ----

/// A product of 256 bits, not yet reduced.
struct Product {
  __m128i low;
  __m128i middle;
  __m128i high;
};

WITH_AES_NI_INLINE Product multiplied(Block a, Block b) {
  return {_mm_clmulepi64_si128(a.v, b.v, 0x00),
          _mm_xor_si128(_mm_clmulepi64_si128(a.v, b.v, 0x01), _mm_clmulepi64_si128(a.v, b.v, 0x10)),
          _mm_clmulepi64_si128(a.v, b.v, 0x11)};
}
WITH_AES_NI_INLINE Product sum(Product a, Product b) {
  return {_mm_xor_si128(a.low, b.low), _mm_xor_si128(a.middle, b.middle),
          _mm_xor_si128(a.high, b.high)};
}

/// Montgomery reduction by x^128 + x^127 + x^126 + x^121 + 1.
WITH_AES_NI_INLINE Block reduced(Product product) {
  const __m128i polynomial = _mm_set_epi64x(static_cast<long long>(0xc200000000000000ULL), 0);
  __m128i low = _mm_xor_si128(product.low, _mm_slli_si128(product.middle, 8));
  const __m128i high = _mm_xor_si128(product.high, _mm_srli_si128(product.middle, 8));
  for (int fold = 0; fold < 2; ++fold) {
    const __m128i folded = _mm_clmulepi64_si128(low, polynomial, 0x10);
    low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4e), folded);
  }
  return {_mm_xor_si128(low, high)};
}

WITH_AES_NI_INLINE Block dot(Block a, Block b) { return reduced(multiplied(a, b)); }

/// Times x, by which GHASH's field becomes POLYVAL's.
WITH_AES_NI_INLINE Block times_x(Block block) {
  const __m128i carries = _mm_srli_epi64(block.v, 63);
  const __m128i shifted = _mm_or_si128(_mm_slli_epi64(block.v, 1), _mm_slli_si128(carries, 8));
  // All ones when the highest bit went out.
  const __m128i out = _mm_srai_epi32(_mm_shuffle_epi32(block.v, 0xff), 31);
  const __m128i polynomial = _mm_set_epi64x(static_cast<long long>(0xc200000000000000ULL), 1);
  return {_mm_xor_si128(shifted, _mm_and_si128(out, polynomial))};
}

/// Fourth, third, second and first power of the hash key.
WITH_AES_NI void work_out_powers(const AesNiKey& key, std::uint8_t* out) {
  Lanes zero{};
  encrypt<1>(key, zero);
  const Block first = times_x(swapped(zero[0]));
  const Block second = dot(first, first);
  const Block third = dot(second, first);
  store(out, dot(third, first));
  store(out + block_size, third);
  store(out + 2 * block_size, second);
  store(out + 3 * block_size, first);
}

/// The hash on its way. Up to four blocks share a reduction.
struct Hash {
  const std::uint8_t* powers;
  Block state{_mm_setzero_si128()};
};

WITH_AES_NI_INLINE void add(Hash& hash, const Block* blocks, std::size_t count) {
  while (count > 0) {
    const std::size_t together = count < 4 ? count : 4;
    const std::uint8_t* power = hash.powers + (4 - together) * block_size;
    Product product = multiplied(sum(hash.state, swapped(blocks[0])), load(power));
    for (std::size_t i = 1; i < together; ++i) {
      product = sum(product, multiplied(swapped(blocks[i]), load(power + i * block_size)));
    }
    hash.state = reduced(product);
    blocks += together;
    count -= together;
  }
}

WITH_AES_NI_INLINE void add(Hash& hash, std::span<const std::byte> octets) {
  while (!octets.empty()) {
    const std::size_t size = octets.size() < block_size ? octets.size() : block_size;
    const Block block = size == block_size ? load(octets.data()) : load_part(octets.data(), size);
    add(hash, &block, 1);
    octets = octets.subspan(size);
  }
}

/// Encrypts or decrypts `text` and hashes what is encrypted of it; returns the tag.
template <bool Sealing>
WITH_AES_NI_INLINE Block process(const AesNiKey& key, const std::uint8_t* powers,
                                 const AesNiGcm::Iv& iv, std::span<const std::byte> aad,
                                 std::span<std::byte> text) {
  Hash hash{powers};
  add(hash, aad);
  Counter counter{load_part(iv.data(), iv.size()), 1};
  const std::size_t blocks = 1 + (text.size() + block_size - 1) / block_size;
  std::size_t done = 0;  // blocks, the one for the tag included
  std::size_t at = 0;    // octets
  Block tag_mask{};
  while (done < blocks) {
    Lanes stream;
    key_stream(key, counter, blocks - done, stream);
    std::size_t lane = 0;
    if (done == 0) tag_mask = stream[lane++];
    const std::size_t first = lane;
    Lanes sealed;
    for (; lane < lanes && at < text.size(); ++lane) {
      std::byte* octets = text.data() + at;
      const std::size_t left = text.size() - at;
      if (left >= block_size) {
        const Block in = load(octets);
        const Block out = sum(in, stream[lane]);
        store(octets, out);
        sealed[lane] = Sealing ? out : in;
        at += block_size;
      } else {
        const Block in = load_part(octets, left);
        store_part(octets, sum(in, stream[lane]), left);
        sealed[lane] = Sealing ? load_part(octets, left) : in;
        at += left;
      }
    }
    add(hash, sealed.data() + first, lane - first);
    done += lanes;
  }
  const Block sizes{_mm_set_epi64x(static_cast<long long>(__builtin_bswap64(text.size() * 8)),
                                   static_cast<long long>(__builtin_bswap64(aad.size() * 8)))};
  add(hash, &sizes, 1);
  return sum(swapped(hash.state), tag_mask);
}

}  // namespace

AesNiKey::AesNiKey(std::span<const std::uint8_t> key) : rounds_(key.size() == 32 ? 14 : 10) {
  std::copy_n(key.begin(), key.size(), round_keys_.begin());
  expand(round_keys_.data(), key.size() == 32);
}

AesNiGcm::AesNiGcm(std::span<const std::uint8_t> key) : key_(key) {
  work_out_powers(key_, powers_.data());
}

WITH_AES_NI void AesNiGcm::seal(const Iv& iv, std::span<const std::byte> aad,
                                std::span<std::byte> text, std::byte* tag) noexcept {
  store(tag, process<true>(key_, powers_.data(), iv, aad, text));
}

WITH_AES_NI bool AesNiGcm::open(const Iv& iv, std::span<const std::byte> aad,
                                std::span<std::byte> text, const std::byte* tag) noexcept {
  const Block wrong = sum(process<false>(key_, powers_.data(), iv, aad, text), load(tag));
  return _mm_testz_si128(wrong.v, wrong.v) == 1;
}

WITH_AES_NI void AesNiCounter::crypt(const std::array<std::byte, 16>& first,
                                     std::span<std::byte> data) noexcept {
  std::uint32_t number = 0;
  std::memcpy(&number, first.data() + 12, sizeof number);
  Counter counter{load(first.data()), __builtin_bswap32(number)};
  while (!data.empty()) {
    Lanes stream;
    key_stream(key_, counter, (data.size() + block_size - 1) / block_size, stream);
    for (std::size_t lane = 0; lane < lanes && !data.empty(); ++lane) {
      const std::size_t size = data.size() < block_size ? data.size() : block_size;
      if (size == block_size) {
        store(data.data(), sum(load(data.data()), stream[lane]));
      } else {
        store_part(data.data(), sum(load_part(data.data(), size), stream[lane]), size);
      }
      data = data.subspan(size);
    }
  }
}

#else

bool has_aes_ni() noexcept { return false; }

AesNiKey::AesNiKey(std::span<const std::uint8_t>) : rounds_(0) { std::abort(); }
AesNiGcm::AesNiGcm(std::span<const std::uint8_t> key) : key_(key) {}
void AesNiGcm::seal(const Iv&, std::span<const std::byte>, std::span<std::byte>,
                    std::byte*) noexcept {}
bool AesNiGcm::open(const Iv&, std::span<const std::byte>, std::span<std::byte>,
                    const std::byte*) noexcept {
  return false;
}
void AesNiCounter::crypt(const std::array<std::byte, 16>&, std::span<std::byte>) noexcept {}

#endif

}  // namespace media::srtp
