// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/io/mw_agent.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sofia-sip/su.h>

#include "io/udp_core.hpp"
#include "wic-gateway/io/event_loop.hpp"
#include "wic-gateway/io/tcp_listener.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
using ims::CoreClientTx;
using ims::CoreServerTx;
using ims::sip::Message;
using testing::HasSubstr;
using testing::StartsWith;

class Recorder final : public ims::io::MwHandler {
 public:
  void on_core_request(CoreServerTx transaction, Message request) override {
    log(request.method() + " " + std::to_string(transaction.value));
    if (answer) answer(transaction, request);
  }
  void on_core_cancel(CoreServerTx transaction, std::string_view reason) override {
    log("cancelled " + std::to_string(transaction.value) + " " + std::string(reason));
  }
  void on_core_response(CoreClientTx transaction, Message response) override {
    log(std::to_string(response.status()) + " for " + std::to_string(transaction.value));
  }
  void log(std::string line) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::move(line));
    changed.notify_all();
  }
  bool wait_for(const std::string& line) {
    std::unique_lock lock(mutex);
    return changed.wait_for(
        lock, 5s, [&] { return std::find(lines.begin(), lines.end(), line) != lines.end(); });
  }

  std::function<void(CoreServerTx, const Message&)> answer;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
};

class MwAgentTest : public testing::Test {
 protected:
  MwAgentTest() {
    su_init();
    ims::io::silence_sofia();
    // A port that is free now, on an address where no other program's connections begin.
    const test::UdpCore probe("127.0.0.77");
    config_.bind = probe.endpoint();
    config_.trusted = {common::IpPrefix::parse("127.0.0.1").value()};
    config_.t1 = 10ms;
    config_.t2 = 40ms;
  }
  ~MwAgentTest() override {
    do_on_loop([this] { loop_->stop(); });
    if (thread_.joinable()) thread_.join();
  }

  void start() {
    std::promise<void> ready;
    thread_ = std::thread([&] {
      EventLoop loop;
      ims::io::MwAgent agent(loop.sofia(), config_, recorder_, metrics_);
      loop_ = &loop;
      agent_ = &agent;
      ready.set_value();
      loop.run([this]() -> std::optional<common::TimePoint> {
        std::vector<std::function<void()>> now;
        {
          const std::lock_guard lock(mutex_);
          now.swap(tasks_);
        }
        for (const auto& task : now) task();
        return common::SteadyClock::now() + 5ms;
      });
    });
    ready.get_future().wait();
  }
  void do_on_loop(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  void send(std::uint64_t id, const std::string& method, std::string body = {}) {
    do_on_loop([=, this] {
      Message request = Message::request(method, "sip:bob@ims.example");
      request.add("Via", "SIP/2.0/WSS page.invalid;branch=z9hG4bKwic");
      request.add("Max-Forwards", "69");
      request.add("From", "<sip:alice@ims.example>;tag=a");
      request.add("To", "<sip:bob@ims.example>");
      request.add("Call-ID", "call-" + std::to_string(id));
      request.add("CSeq", "1 " + method);
      if (!body.empty()) request.set_body(body, "text/plain");
      agent_->send({CoreClientTx{id}, std::move(request), "sip:" + core_.endpoint().to_string()});
    });
  }
  std::string request_text(const std::string& method, const std::string& branch = "z9hG4bKcore") {
    return method + " sip:token@" + config_.bind.to_string() + " SIP/2.0\r\nVia: SIP/2.0/UDP " +
           core_.endpoint().to_string() + ";branch=" + branch +
           "\r\nMax-Forwards: 60\r\nFrom: <sip:bob@ims.example>;tag=b\r\n"
           "To: <sip:alice@ims.example>\r\nCall-ID: c1\r\nCSeq: 1 " +
           method + "\r\nContent-Length: 0\r\n\r\n";
  }
  void answer_with(int status) {
    recorder_.answer = [this, status](CoreServerTx transaction, const Message& request) {
      if (!request.is("ACK")) agent_->reply({transaction, request.reply(status, {}, "t")});
    };
  }

  ims::io::MwConfig config_;
  common::Metrics metrics_;
  Recorder recorder_;
  test::UdpCore core_;
  EventLoop* loop_ = nullptr;
  ims::io::MwAgent* agent_ = nullptr;
  std::mutex mutex_;
  std::vector<std::function<void()>> tasks_;
  std::thread thread_;
};

TEST_F(MwAgentTest, SES07_PutsItsOwnViaOnTop) {
  start();
  send(1, "MESSAGE");
  const auto request = core_.receive();
  ASSERT_TRUE(request);
  EXPECT_THAT(test::header_of(*request, "Via"),
              testing::MatchesRegex("SIP/2\\.0/UDP " + config_.bind.to_string() +
                                    ".*\nSIP/2\\.0/WSS page\\.invalid.*"));
  core_.send(test::response_to(*request, "200 OK", {}, "x"), config_.bind);
  EXPECT_TRUE(recorder_.wait_for("200 for 1"));
}

TEST_F(MwAgentTest, RetransmitsAndTimesOut) {
  start();
  send(1, "MESSAGE");
  EXPECT_TRUE(core_.receive());
  EXPECT_TRUE(core_.receive()) << "timer E";
  EXPECT_TRUE(recorder_.wait_for("408 for 1")) << "timer F";
}

TEST_F(MwAgentTest, AcknowledgesRefusedInvitesItself) {
  start();
  send(1, "INVITE");
  const auto invite = core_.receive();
  ASSERT_TRUE(invite);
  core_.send(test::response_to(*invite, "486 Busy Here", {}, "x"), config_.bind);
  EXPECT_TRUE(recorder_.wait_for("486 for 1"));
  for (;;) {
    const auto next = core_.receive();
    ASSERT_TRUE(next);
    if (next->starts_with("ACK")) break;
  }
}

TEST_F(MwAgentTest, EveryAnswerOfAForkedInviteIsGivenOn) {
  start();
  send(1, "INVITE");
  const auto invite = core_.receive();
  ASSERT_TRUE(invite);
  core_.send(test::response_to(*invite, "200 OK", {}, "x"), config_.bind);
  ASSERT_TRUE(recorder_.wait_for("200 for 1"));
  core_.send(test::response_to(*invite, "200 OK", {}, "y"), config_.bind);
  std::this_thread::sleep_for(200ms);
  const std::lock_guard lock(recorder_.mutex);
  EXPECT_EQ(std::count(recorder_.lines.begin(), recorder_.lines.end(), "200 for 1"), 2);
}

TEST_F(MwAgentTest, CancelsOnceAProvisionalIsThere) {
  start();
  send(1, "INVITE");
  const auto invite = core_.receive();
  ASSERT_TRUE(invite);
  core_.send(test::response_to(*invite, "180 Ringing", {}, "x"), config_.bind);
  ASSERT_TRUE(recorder_.wait_for("180 for 1"));
  do_on_loop([this] { agent_->cancel({CoreClientTx{1}, "SIP;cause=200"}); });
  std::optional<std::string> next;
  do {
    next = core_.receive();
    ASSERT_TRUE(next);
  } while (!next->starts_with("CANCEL"));
  EXPECT_EQ(test::header_of(*next, "Reason"), "SIP;cause=200");
}

TEST_F(MwAgentTest, SES25_LargeRequestsGoByTcp) {
  std::promise<int> accepted;
  std::promise<void> listening;
  std::thread tcp_core([&] {
    EventLoop loop;
    const TcpListener listener(loop.uv(), core_.endpoint(), [&](int socket, const auto&) {
      accepted.set_value(socket);
      loop.stop();
    });
    listening.set_value();
    loop.run([] { return common::SteadyClock::now() + 5ms; });
  });
  listening.get_future().wait();
  start();
  send(1, "MESSAGE", std::string(2000, 'x'));
  auto connection = accepted.get_future();
  ASSERT_EQ(connection.wait_for(5s), std::future_status::ready);
  tcp_core.join();
  const int socket = connection.get();
  pollfd waiting{socket, POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 5000), 1);
  std::array<char, 4096> buffer{};
  const auto size = ::recv(socket, buffer.data(), buffer.size(), 0);
  ASSERT_GT(size, 0);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  EXPECT_THAT(test::header_of(text, "Via"), StartsWith("SIP/2.0/TCP"));
  EXPECT_EQ(core_.receive(100ms), std::nullopt);
  ::close(socket);
}

TEST_F(MwAgentTest, AnswersRequestsAndTheirRetransmissions) {
  start();
  answer_with(200);
  core_.send(request_text("MESSAGE"), config_.bind);
  const auto answer = core_.receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 200"));
  core_.send(request_text("MESSAGE"), config_.bind);
  EXPECT_EQ(core_.receive(), answer);
  const std::lock_guard lock(recorder_.mutex);
  EXPECT_EQ(recorder_.lines.size(), 1U);
}

TEST_F(MwAgentTest, SEC07_StrangersAreDroppedAndCounted) {
  start();
  answer_with(200);
  const test::UdpCore stranger("127.0.0.9");
  stranger.send(request_text("MESSAGE"), config_.bind);
  EXPECT_EQ(stranger.receive(300ms), std::nullopt);
  EXPECT_TRUE(recorder_.lines.empty());
  EXPECT_THAT(metrics_.render(), HasSubstr("wic_gateway_core_untrusted_dropped_total 1"));
}

TEST_F(MwAgentTest, CancelOfTheCoreIsReportedAndTheInviteStaysOurs) {
  start();
  core_.send(request_text("INVITE"), config_.bind);
  ASSERT_TRUE(recorder_.wait_for("INVITE 1"));
  std::string cancel = request_text("CANCEL");
  cancel.insert(cancel.find("Content-Length"), "Reason: SIP;cause=200\r\n");
  core_.send(cancel, config_.bind);
  EXPECT_TRUE(recorder_.wait_for("cancelled 1 SIP;cause=200"));
  bool cancel_answered = false;
  while (const auto next = core_.receive(300ms)) {
    EXPECT_THAT(*next, testing::Not(StartsWith("SIP/2.0 487")));
    cancel_answered |= next->starts_with("SIP/2.0 200");
  }
  EXPECT_TRUE(cancel_answered);
}

TEST_F(MwAgentTest, CancelWithoutAnInviteIsAnswered481) {
  start();
  core_.send(request_text("CANCEL"), config_.bind);
  const auto answer = core_.receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 481"));
}

TEST_F(MwAgentTest, AckOfA2xxReachesTheProxy) {
  start();
  answer_with(200);
  core_.send(request_text("INVITE"), config_.bind);
  ASSERT_TRUE(core_.receive());
  core_.send(request_text("ACK", "z9hG4bKother"), config_.bind);
  EXPECT_TRUE(recorder_.wait_for("ACK 0"));
}

TEST_F(MwAgentTest, SEC14_TransactionsAreBounded) {
  config_.max_transactions = 1;
  start();
  core_.send(request_text("MESSAGE"), config_.bind);
  ASSERT_TRUE(recorder_.wait_for("MESSAGE 1"));
  std::string second = request_text("MESSAGE", "z9hG4bKsecond");
  second.replace(second.find("c1"), 2, "c2");
  core_.send(second, config_.bind);
  const auto answer = core_.receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 503"));
  EXPECT_FALSE(test::header_of(*answer, "Retry-After").empty());
}

TEST_F(MwAgentTest, GarbageDoesNoHarm) {
  start();
  answer_with(200);
  for (const std::string& text :
       {std::string("x"), std::string(1000, '\0'), std::string("INVITE\r\n\r\n"),
        std::string("INVITE sip:a SIP/2.0\r\nVia: x\r\n\r\n"),
        std::string("SIP/2.0 200 OK\r\n\r\n"), request_text("MESSAGE").substr(0, 100)}) {
    core_.send(text, config_.bind);
  }
  core_.send(request_text("MESSAGE", "z9hG4bKgood"), config_.bind);
  std::optional<std::string> answer;
  do {
    answer = core_.receive();
    ASSERT_TRUE(answer);
  } while (!answer->starts_with("SIP/2.0 200"));
}

}  // namespace
}  // namespace wic::io
