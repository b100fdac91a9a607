// SPDX-License-Identifier: Apache-2.0

const key = 'softphone.instance';

/**
 * The `+sip.instance` of this browser profile (RFC 5626): the same after a reload or a lost connection, so that the
 * gateway replaces the old flow and calls find the new one. A second tab of the profile must not take the flow from the
 * first: whoever holds the lock uses the profile's id, others an id of their tab.
 */
export async function instanceId(
  local: Storage = localStorage,
  session: Storage = sessionStorage,
  locks: LockManager | undefined = navigator.locks,
): Promise<string> {
  const shared = stored(local);
  if (!locks || (await claim(locks, shared))) return shared;
  return stored(session);
}

function stored(storage: Storage): string {
  const known = storage.getItem(key);
  if (known && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(known)) return known;
  const fresh = crypto.randomUUID();
  storage.setItem(key, fresh);
  return fresh;
}

/** Held until the page goes. A page that is being reloaded gives its lock back late, hence the second try. */
async function claim(locks: LockManager, id: string): Promise<boolean> {
  return (await tryLock(locks, id)) || (await pause(300).then(() => tryLock(locks, id)));
}

function tryLock(locks: LockManager, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    void locks.request(`${key}.${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise<never>(() => undefined) : undefined;
    });
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
