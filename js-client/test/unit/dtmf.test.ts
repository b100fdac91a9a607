// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { sendTones } from '../../src/call/dtmf';

function session(canInsertDTMF: boolean) {
  const dtmf = { canInsertDTMF, toneBuffer: '1', insertDTMF: vi.fn() };
  const connection = { getSenders: () => [{ track: { kind: 'video' } }, { track: { kind: 'audio' }, dtmf }] };
  return { dtmf, of: { connection, sendDTMF: vi.fn() } };
}

test('tones are events behind those that still wait', () => {
  const { dtmf, of } = session(true);
  sendTones(of as never, '23');
  expect(dtmf.insertDTMF).toHaveBeenCalledWith('123', 120, 70);
  expect(of.sendDTMF).not.toHaveBeenCalled();
});

test('where no events were negotiated they are INFO', () => {
  const { dtmf, of } = session(false);
  sendTones(of as never, '5#');
  expect(dtmf.insertDTMF).not.toHaveBeenCalled();
  expect(of.sendDTMF).toHaveBeenCalledWith('5#', expect.objectContaining({ transportType: 'INFO' }));
});

test('what is no tone is refused', () => {
  expect(() => sendTones(session(true).of as never, 'x')).toThrow(/not tones/);
});
