// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <stdexcept>

#include "common/io/http_server.hpp"

namespace common::io {
namespace {

/// Mailboxes to ring when the batch of this thread ends; null outside of one.
thread_local std::vector<std::shared_ptr<HttpMailbox>>* batch = nullptr;

}  // namespace

HttpMailbox::HttpMailbox() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::runtime_error("eventfd: out of descriptors");
}

HttpMailbox::~HttpMailbox() { ::close(descriptor_); }

void HttpMailbox::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void HttpMailbox::post(const std::shared_ptr<HttpMailbox>& mailbox, Note note) {
  {
    const std::scoped_lock lock(mailbox->mutex_);
    if (mailbox->closed_) return;
    mailbox->notes_.push_back(std::move(note));
    if (mailbox->notes_.size() > 1) return;  // whoever came first rings
  }
  if (batch == nullptr) return mailbox->ring();
  batch->push_back(mailbox);
}

void HttpMailbox::take(std::vector<Note>& into) {
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto size = ::read(descriptor_, &rings, sizeof rings);
  into.clear();
  const std::scoped_lock lock(mutex_);
  into.swap(notes_);
}

void HttpMailbox::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  notes_.clear();
}

struct ReplyBatch::State {
  std::vector<std::shared_ptr<HttpMailbox>> mailboxes;
  std::vector<std::shared_ptr<HttpMailbox>>* outer = nullptr;
};

ReplyBatch::ReplyBatch() : state_(std::make_unique<State>()) {
  state_->outer = std::exchange(batch, &state_->mailboxes);
}

ReplyBatch::~ReplyBatch() {
  batch = state_->outer;
  for (const auto& mailbox : state_->mailboxes) mailbox->ring();
}

}  // namespace common::io
