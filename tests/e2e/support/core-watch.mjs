// SPDX-License-Identifier: Apache-2.0
// Proof that nothing reached the core: its own counters, before and after.
import assert from 'node:assert/strict';

async function counters(core) {
  const nodes = await Promise.all(['icscf', 'scscf', 'pcscf'].map((node) => core.requestsReceived(node)));
  return JSON.stringify({ nodes, hss: (await core.hss('/status')).counters });
}

/** Runs `action` and fails if any node of the core, or the HSS, has seen a request meanwhile. */
export async function assertCoreUntouched(core, action) {
  const before = await counters(core);
  const result = await action();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(await counters(core), before, 'something reached the core');
  return result;
}
