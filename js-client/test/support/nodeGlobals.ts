// SPDX-License-Identifier: Apache-2.0
import { webcrypto } from 'node:crypto';

// Node 18 has WebCrypto, but not under its global name.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
