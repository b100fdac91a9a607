// SPDX-License-Identifier: Apache-2.0

/**
 * Lets several provisional responses carry an answer. JsSIP applies the answer of every 18x, which fails from the second
 * one on because the negotiation is closed by then; it re-opens it only for the 200. The repeated answer is skipped, a
 * changed one (another fork) gets the negotiation re-opened with the same local parameters.
 */
export function acceptLaterAnswers(connection: RTCPeerConnection): void {
  const apply = connection.setRemoteDescription.bind(connection);
  let applied: string | undefined;
  connection.setRemoteDescription = async (description: RTCSessionDescriptionInit) => {
    if (description.type === 'answer' && connection.signalingState === 'stable') {
      if (description.sdp === applied) return;
      await connection.setLocalDescription(await connection.createOffer());
    }
    await apply(description);
    applied = description.sdp;
  };
}
