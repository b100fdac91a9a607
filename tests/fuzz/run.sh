#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: run.sh BUILD_DIRECTORY SECONDS [SEED]: runs every fuzzer on its corpus, as many at once as there are processors.
# A finding is kept as crash-* in BUILD_DIRECTORY/fuzz-findings; what is found on the way goes to a corpus in the build directory.
set -euo pipefail
build=$(readlink -f "$1")
seconds=$2
seed=${3:-0} # 0: another one each time
corpus=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/corpus
findings=$build/fuzz-findings
mkdir -p "$findings"

mapfile -t fuzzers < <(find "$build/tests/fuzz" -maxdepth 2 -type f -executable -not -name '*.*' | sort)
if [[ ${#fuzzers[@]} -eq 0 ]]; then
  echo "no fuzzers in $build; build them with: cmake --preset fuzz && cmake --build --preset fuzz"
  exit 77 # ctest: skipped
fi

fuzz_one() {
  local program=$1 name grown log
  name=$(basename "$program")
  grown=$build/fuzz-corpus/$name
  log=$findings/$name.log
  mkdir -p "$grown" "$corpus/$name"
  if "$program" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
       -artifact_prefix="$findings/$name-" "$grown" "$corpus/$name" >"$log" 2>&1; then
    printf '%-32s %s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: */inputs: /p' "$log")"
  else
    printf '%-32s FAILED\n' "$name"
    tail -n 60 "$log"
    return 1
  fi
}
export -f fuzz_one
export build seconds seed corpus findings
printf '%s\0' "${fuzzers[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'fuzz_one "$1"' _
