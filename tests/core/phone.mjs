// SPDX-License-Identifier: Apache-2.0
// A headless baresip as somebody's SIP phone: registers by digest through the P-CSCF, plays a tone or a file, records what it
// hears and sends, and is controlled over baresip's ctrl_tcp (netstrings of JSON).
import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { Processes, waitFor } from './processes.mjs';

/** What the phone plays: {tone: Hz} or {file: WAV with 16 bit, 16 kHz, mono}. */
function audioSource({ tone, file }) {
  // ausine makes 48 kHz in two channels; aufile wants exactly what its file has and leaves the rest to baresip's resampler.
  if (!file) return [`audio_source ausine,${tone ?? 660}`, 'ausrc_channels 2', 'ausrc_srate 48000'];
  return [`audio_source aufile,${file}`, 'ausrc_channels 1', 'ausrc_srate 16000'];
}

function configuration({ place: { host }, sipPort, controlPort, rtpPorts, recordDir, play, codecs, gateway, video }) {
  const modules = ['cons', ...codecs, ...(video ? ['vp8', 'fakevideo'] : []), 'sndfile', 'aubridge', 'ausine', 'aufile', ...(gateway?.mediaEncryption ? ['srtp'] : [])];
  const trust = gateway?.caFile ? [`sip_cafile ${gateway.caFile}`, 'sip_verify_server yes'] : [];
  return [
    'poll_method epoll',
    `sip_listen ${host}:${sipPort}`,
    ...trust,
    'call_local_timeout 120',
    'call_max_calls 8',
    ...audioSource(play),
    'audio_player aubridge,null',
    'audio_alert aubridge,alert',
    'audio_level no',
    ...(video ? ['video_source fakevideo,nil', 'video_display fakevideo,nil', 'video_size 320x240', 'video_fps 10', 'video_bitrate 300000'] : []),
    'rtcp_mux no',
    'jitter_buffer_delay 2-6',
    `rtp_ports ${rtpPorts}`,
    // The literal address: the interface name "lo" is refused.
    `net_interface ${host}`,
    'module_path /usr/lib/baresip/modules',
    ...modules.map((name) => `module ${name}.so`),
    'module_tmp uuid.so',
    'module_tmp account.so',
    'module_app menu.so',
    'module_app contact.so',
    'module_app ctrl_tcp.so',
    'ringback_disabled yes',
    'menu_bell no',
    'statmode_default off',
    'opus_bitrate 28000',
    `ctrl_tcp_listen ${host}:${controlPort}`,
    `cons_listen ${host}:${controlPort + 1}`,
    `snd_path ${recordDir}`,
    '',
  ].join('\n');
}

export class Phone extends EventEmitter {
  #socket = null;
  #console = null;
  #received = Buffer.alloc(0);
  #nextToken = 1;
  #waiting = new Map();

  /**
   * `user`: name in the domain; `contact`: whom `message` writes to; `answer`: "auto", "manual" or "early" (183 with sound, never picks up by itself).
   * `gateway`: registers there and not at the P-CSCF: {address: "host:port", transport, caFile, password, mediaEncryption}.
   * `codecs`: baresip's modules; `audioCodecs`: of what they bring, what it speaks ("AMR-WB/16000/1"), all otherwise.
   * `video`: it shows a test picture in VP8. `place`: {host, command} of a phone elsewhere: its address, and what starts programs there.
   * Uses the ports sipPort, sipPort + 1 (TLS), controlPort, controlPort + 1 (console) and the range rtpPorts ("20000-20100").
   */
  constructor({ runDir, user, pcscf, sipPort, controlPort, rtpPorts, answer = 'auto', play = { tone: 660 }, contact, gateway,
                codecs = ['opus', 'g711'], audioCodecs, video = false, domain = 'ims.example', expires = 600, place = { host: '127.0.0.1', command: [] } }) {
    super();
    this.runDir = resolve(runDir);
    this.recordDir = join(this.runDir, 'recordings');
    this.settings = { user, pcscf, sipPort, controlPort, rtpPorts, answer, play, codecs, audioCodecs, video, domain, expires, contact, gateway, place };
    this.name = `phone-${user}`;
    this.uri = `sip:${user}@${domain}`;
    this.events = [];
    /** What the phone has shown its user: text messages stand in here. */
    this.shown = '';
    this.processes = new Processes(this.runDir);
  }

  /** Starts the phone; resolves once it is registered. */
  async start() {
    await this.launch();
    await this.waitRegistered();
  }

  /** Starts the phone, whatever comes of its registration. */
  async launch() {
    const { contact } = this.settings;
    rmSync(this.recordDir, { recursive: true, force: true });
    mkdirSync(this.recordDir, { recursive: true });
    this.processes.dropLogs();
    writeFileSync(join(this.runDir, 'config'), configuration({ ...this.settings, recordDir: this.recordDir }));
    writeFileSync(join(this.runDir, 'accounts'), `${this.#account()}\n`, { mode: 0o600 });
    writeFileSync(join(this.runDir, 'contacts'), contact ? `"Contact" <${contact}>\n` : '');
    writeFileSync(join(this.runDir, 'current_contact'), '');
    const [program, ...args] = [...this.settings.place.command, 'baresip', '-4', '-f', this.runDir];
    this.processes.start(this.name, program, args, { cwd: this.runDir });
    await this.attach();
  }

  async isRegistered() {
    return /\bExpires \d+s/.test((await this.command('reginfo')).data ?? '');
  }

  waitRegistered() {
    return waitFor(`${this.name} to register`, () => this.isRegistered(), { log: this.processes.logFile(this.name) });
  }

  #account() {
    const { user, domain, pcscf, answer, expires, gateway, audioCodecs, video } = this.settings;
    const common = `regint=${expires};answermode=${answer}${audioCodecs ? `;audio_codecs=${audioCodecs}` : ''}` +
      `${video ? ';video_codecs=VP8' : ''}`;
    if (!gateway) {
      const outbound = `sip:${pcscf.host}:${pcscf.port};transport=udp`;
      return `<sip:${user}@${domain}>;auth_user=${user}@${domain};auth_pass=${user}-demo;outbound="${outbound}";${common}`;
    }
    const { address, transport, password, mediaEncryption } = gateway;
    const encrypted = mediaEncryption ? `;mediaenc=${mediaEncryption}` : '';
    return `<sip:${user}@${domain};transport=${transport}>;auth_user=${user};auth_pass=${password};` +
      `outbound="sip:${address};transport=${transport}";${common}${encrypted}`;
  }

  /** Takes control of a phone that runs already. */
  async attach() {
    const log = this.processes.logFile(this.name);
    this.#socket = await waitFor(`${this.name}'s control port`, () => this.#connect(this.settings.controlPort), { log });
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#console = await waitFor(`${this.name}'s console`, () => this.#connect(this.settings.controlPort + 1), { log });
    this.#console.on('data', (bytes) => {
      this.shown += bytes;
    });
  }

  /** Lets the phone run on without us. */
  disconnect() {
    for (const socket of [this.#socket, this.#console]) socket?.destroy();
    this.#socket = null;
    this.#console = null;
  }

  async stop() {
    this.disconnect();
    await this.processes.stopAll();
  }

  /** One baresip menu command; resolves with {ok, data}. */
  command(command, params = '') {
    const token = String(this.#nextToken++);
    const text = JSON.stringify({ command, params, token });
    this.#socket.write(`${Buffer.byteLength(text)}:${text},`);
    return new Promise((resolvePromise, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name}: no answer to "${command}"`)), 5000);
      this.#waiting.set(token, (response) => {
        clearTimeout(timer);
        resolvePromise(response);
      });
    });
  }

  dial = (uri) => this.command('dial', uri);
  answer = () => this.command('accept');
  hangup = () => this.command('hangup');
  hold = () => this.command('hold');
  resume = () => this.command('resume');

  /** A text message to the one contact in this phone's list. */
  async message(text) {
    await this.command('contact_next');
    return this.command('message', text);
  }

  async dtmf(digits) {
    for (const digit of digits) await this.command('sndcode', digit);
  }

  /** Resolves with the first event of `type` from `since` (an index into `events`) on that passes `accept`. */
  event(type, { since = 0, timeout = 10000, accept = () => true } = {}) {
    const find = () => this.events.slice(since).find((event) => event.type === type && accept(event));
    return waitFor(`${this.name}: ${type}`, find, { timeout, log: this.processes.logFile(this.name) });
  }

  /** Everything the phone has printed. */
  log() {
    return readFileSync(this.processes.logFile(this.name), 'utf8');
  }

  /** Files of what was heard ("dec") or sent ("enc"), oldest first. */
  recordings(kind = 'dec') {
    return readdirSync(this.recordDir)
      .filter((name) => name.endsWith(`-${kind}.wav`))
      .sort()
      .map((name) => join(this.recordDir, name));
  }

  #connect(port) {
    return new Promise((resolvePromise) => {
      const socket = connect(port, this.settings.place.host, () => resolvePromise(socket));
      socket.on('error', () => resolvePromise(null));
    });
  }

  #receive(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      const length = Number(this.#received.subarray(0, colon).toString());
      if (colon < 0 || this.#received.length < colon + length + 2) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, colon + 1 + length));
      this.#received = this.#received.subarray(colon + length + 2);
      if (message.response) {
        this.#waiting.get(message.token)?.(message);
        this.#waiting.delete(message.token);
      } else {
        this.events.push(message);
        this.emit('event', message);
      }
    }
  }
}
