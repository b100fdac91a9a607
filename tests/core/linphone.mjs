// SPDX-License-Identifier: Apache-2.0
// A headless linphonec as somebody's SIP phone at the gateway: its microphone is a file, its loudspeaker another, its keyboard a pipe.
// It takes every call.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { waitFor } from './processes.mjs';

// Linphone's word for connections out only; 0 switches a transport off.
const unbound = -2;
/** A picture that stands in for a camera: one a second. */
const picture = 'StaticImage: Static picture';
const codecs = ['opus/48000', 'PCMU/8000', 'PCMA/8000', 'G722/8000', 'speex/8000', 'speex/16000', 'speex/32000', 'GSM/8000', 'iLBC/8000'];

function configuration({ user, domain, gateway, password, expires, codec, encryption, sipPort, audioPort, videoPort, runDir }) {
  const address = `${gateway.host}:${gateway.port};transport=${gateway.transport}`;
  return `
[sip]
sip_port=${gateway.transport === 'udp' ? sipPort : 0}
sip_tcp_port=${gateway.transport === 'tcp' ? unbound : 0}
sip_tls_port=${gateway.transport === 'tls' ? unbound : 0}
guess_hostname=0
contact="${user}" <sip:${user}@127.0.0.1>
default_proxy=0
media_encryption=${encryption ?? 'none'}
media_encryption_mandatory=${encryption ? 1 : 0}
verify_server_certs=1
verify_server_cn=1
root_ca=${gateway.caFile ?? ''}
use_ipv6=0
[net]
nat_policy_ref=none
[proxy_0]
reg_proxy=<sip:${address}>
reg_route=<sip:${address};lr>
reg_identity="${user}" <sip:${user}@${domain}>
reg_expires=${expires}
reg_sendregister=1
publish=0
[auth_info_0]
username=${user}
passwd=${password}
realm=${domain}
domain=${domain}
[rtp]
audio_rtp_port=${audioPort}
${videoPort ? `video_rtp_port=${videoPort}\n` : ''}[video]
enabled=${videoPort ? 1 : 0}
capture=${videoPort ? 1 : 0}
display=0
automatically_initiate=1
automatically_accept=1
device=${picture}
size=qcif
[video_codec_0]
mime=VP8
rate=90000
enabled=1
[storage]
uri=${join(runDir, 'linphone.db')}
${codecs.map((name, index) => {
    const [mime, rate] = name.split('/');
    return `[audio_codec_${index}]\nmime=${mime}\nrate=${rate}\nchannels=${mime === 'opus' ? 2 : 1}\nenabled=${mime.toLowerCase() === codec.toLowerCase() ? 1 : 0}\n`;
  }).join('')}`;
}

export class Linphone {
  #child = null;
  #ended = null;

  /**
   * `gateway`: {host, port, transport, caFile}; `password`: an access code, say; `play`: a WAV file (16 bit, mono); `encryption`: "srtp"
   * (SDES), "dtls" or nothing; `codec`: the only one that it offers; `videoPort`: it sends a still picture in VP8 from there, and shows none.
   */
  constructor({ runDir, user, gateway, password, play, encryption, sipPort, audioPort, videoPort, codec = 'PCMU', domain = 'ims.example', expires = 120 }) {
    this.runDir = resolve(runDir);
    this.settings = { runDir: this.runDir, user, gateway, password, play, encryption, sipPort, audioPort, videoPort, codec, domain, expires };
    this.name = `linphone-${user}`;
    this.recordings = 0;
    this.text = '';
  }

  /** Starts the phone; resolves once it is registered. */
  async start() {
    await this.launch();
    await waitFor(`${this.name} to register`, async () => {
      const from = this.text.length;
      this.type('status register');
      await this.shows(/registered(=|,).*/, 5000, from);
      return /registered, identity/.test(this.text.slice(from));
    }, { timeout: 15_000, every: 300 });
  }

  async launch() {
    rmSync(this.runDir, { recursive: true, force: true });
    mkdirSync(join(this.runDir, '.local/share/linphone'), { recursive: true });
    const rc = join(this.runDir, 'linphonerc');
    writeFileSync(rc, configuration(this.settings), { mode: 0o600 });
    this.#child = spawn('linphonec', ['-c', rc, '-a', ...(this.settings.videoPort ? ['-C'] : [])], { cwd: this.runDir, env: { ...process.env, HOME: this.runDir } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (bytes) => { this.text += bytes; });
    this.#ended = new Promise((done) => this.#child.once('exit', done));
    this.type('soundcard use files');
    this.type(`play ${this.settings.play}`);
  }

  type(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Waits until what the phone has shown since `from` matches. */
  async shows(pattern, timeout = 10_000, from = 0) {
    try {
      await waitFor(`${this.name} to show ${pattern}`, () => pattern.test(this.text.slice(from)), { timeout });
    } catch (error) {
      throw new Error(`${error.message}; it shows:\n${this.text.slice(-2000)}`);
    }
  }

  /** From now on what it hears goes into a new `recording`. */
  record() {
    this.recording = join(this.runDir, `heard-${this.recordings++}.wav`);
    this.type(`record ${this.recording}`);
  }

  async stop() {
    if (!this.#child || this.#child.exitCode !== null) return;
    this.type('quit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(timer);
  }
}
