// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "common/result.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/federation/provider.hpp"

namespace waf {

/// What follows once a provider's document is there, or why it is not.
using AfterFetch = std::function<Answer(const common::Result<void>& fetched, SystemTime now)>;

/// Goes on with the provider's metadata in the cache: at once when it is fresh enough. A provider
/// that is away costs a request only every few seconds; what was known of it is used on.
[[nodiscard]] Answer with_metadata(EndpointContext& context, const federation::Provider& provider,
                                   SystemTime now, AfterFetch then);

/// The same for its key set; the metadata must be there. `again`: a token named a key that the set
/// lacks, and the cache has allowed to look once more.
[[nodiscard]] Answer with_keys(EndpointContext& context, const federation::Provider& provider,
                               bool again, SystemTime now, AfterFetch then);

/// The body of a fetched document. Errc::provider_unavailable for no answer, or another than 200.
[[nodiscard]] common::Result<std::string> document_of(WorkResult result);

}  // namespace waf
