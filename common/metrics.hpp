// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace common {

using MetricLabels = std::map<std::string, std::string>;

/// A counter that only goes up; copies share the value; lock-free.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1) const;
  [[nodiscard]] double value() const;

 private:
  prometheus::Counter* counter_;
};

/// A value that goes up and down; lock-free.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value) const;
  void add(double amount) const;
  [[nodiscard]] double value() const;

 private:
  prometheus::Gauge* gauge_;
};

/// Distribution of observations in fixed buckets.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value) const;

 private:
  prometheus::Histogram* histogram_;
};

/// The program's metrics, rendered in Prometheus' text format. Names: `<program>_<what>_<unit>`.
/// Asking twice for the same name and labels gives the same metric. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  [[nodiscard]] Counter counter(const std::string& name, const std::string& help,
                                const MetricLabels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help,
                            const MetricLabels& labels = {});
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help,
                                    const std::vector<double>& bucket_bounds,
                                    const MetricLabels& labels = {});
  [[nodiscard]] std::string render() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common
