// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace wic {
namespace {

using nlohmann::json;

TEST(Report, HealthIsReadyOnlyWhenEveryWorkerIs) {
  WorkerReport good;
  good.ready = true;
  WorkerReport bad;
  bad.worker = 1;
  bad.not_ready = "the issuer's keys are not known";
  EXPECT_TRUE(all_ready({good}));
  EXPECT_FALSE(all_ready({good, bad}));
  EXPECT_FALSE(all_ready({}));
  const json health = json::parse(health_json({good, bad}));
  EXPECT_FALSE(health["ready"]);
  EXPECT_EQ(health["workers"][1]["why"], "the issuer's keys are not known");
}

TEST(Report, ListsRegistrationsAndSurvivesBadOctets) {
  WorkerReport worker;
  ims::RegistrationInfo info;
  info.impi = "alice@ims.example";
  info.contact = "<sip:\xff@x.invalid>";
  info.remaining = std::chrono::seconds(60);
  info.service_route = {"<sip:orig@127.0.0.1:6060;lr>"};
  worker.registrations = {info};
  const json list = json::parse(registrations_json({worker}));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["impi"], "alice@ims.example");
  EXPECT_EQ(list[0]["expires"], 60);
  EXPECT_EQ(list[0]["connected"], false);
}

TEST(Report, ListsCallsWithTheirMedia) {
  WorkerReport worker;
  ims::CallInfo call;
  call.call_id = "c1";
  call.state = "answered";
  CallMedia media;
  media.packets_to_core = 5;
  media.secure = true;
  media.streams = {{"audio", "opus", "amr-wb", true}};
  worker.calls.emplace_back(call, media);
  const json list = json::parse(calls_json({worker}));
  EXPECT_EQ(list[0]["state"], "answered");
  EXPECT_EQ(list[0]["media"]["packets_to_core"], 5);
  EXPECT_TRUE(list[0]["media"]["client"].is_null());
  const json stream = list[0]["media"]["streams"][0];
  EXPECT_EQ(stream["client_codec"], "opus");
  EXPECT_EQ(stream["core_codec"], "amr-wb");
  EXPECT_EQ(stream["transcoded"], true);
}

}  // namespace
}  // namespace wic
