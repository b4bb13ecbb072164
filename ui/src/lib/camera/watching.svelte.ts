import { announce } from '../announce.svelte';
import type { Backend } from '../backend';
import type { CameraEvent, CameraView, CommandError } from '../backend/types';
import { commandError, sentence } from '../errors';
import { m } from '../messages';
import type { CameraFrame } from './frame';

/** How often it is asked which cameras there are, milliseconds. */
const LOOK_MS = 2_000;

/** What stands under the picture. */
export type Word = { tone: 'plain' | 'warning' | 'good'; text: string };

const LOOKING: Word = { tone: 'plain', text: m.camera.looking };

/** Cameras started since the page was loaded, whichever screen did. */
let starts = 0;

/** A camera that is read while its screen is shown. What it finds arrives as that of a dropped picture does. */
export class Watching {
  cameras = $state.raw<CameraView[]>([]);
  /** The one that is read, or was last. */
  current = $state.raw<CameraView | null>(null);
  failure = $state.raw<CommandError | null>(null);
  word = $state.raw<Word>({ tone: 'plain', text: m.camera.starting });
  /** A picture has arrived since the camera was started. */
  live = $state(false);
  /** What stands there when there is nothing else to say. */
  #rest: Word = LOOKING;
  #frame: CameraFrame | null = null;
  #drawing = 0;
  /** Codes of a transfer were read. */
  parts = false;
  #turn = 0;
  #left = false;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly backend: Backend,
    /** Draws a picture. */
    private readonly draw: (frame: CameraFrame) => void,
  ) {}

  /** Starts, and goes on until the returned function is called. */
  open(): () => void {
    const seen = () => (document.visibilityState === 'visible' ? this.start(this.current?.id ?? null) : this.#release());
    document.addEventListener('visibilitychange', seen);
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
    void this.start(null);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearInterval(this.#looking);
      this.#release();
    };
  }

  /** Reads this camera; null: the one used last. */
  async start(id: string | null): Promise<void> {
    const turn = ++this.#turn;
    const mine = () => turn === this.#turn;
    this.#left = false;
    this.failure = null;
    this.live = false;
    this.#rest = LOOKING;
    this.#say({ tone: 'plain', text: m.camera.starting }, false);
    try {
      const cameras = await this.backend.cameraList();
      if (!mine()) return;
      this.cameras = cameras;
      const started = ++starts;
      const current = await this.backend.cameraStart(id, {
        frame: (frame) => mine() && this.#show(frame),
        event: (event) => mine() && this.#hear(event),
      });
      if (mine()) this.current = current;
      // Left while it was being started. A screen that was opened since then reads its own, which took this one's place.
      else if (this.#left && started === starts) await this.backend.cameraStop();
    } catch (error) {
      if (mine()) this.#fail(commandError(error));
    }
  }

  #release(): void {
    this.#turn += 1;
    this.#left = true;
    cancelAnimationFrame(this.#drawing);
    this.#frame = null;
    this.live = false;
    // Locking has released it already.
    void this.backend.cameraStop().catch(() => undefined);
  }

  #show(frame: CameraFrame): void {
    this.#frame = frame;
    cancelAnimationFrame(this.#drawing);
    // Not called while nobody sees the page: then no further picture is asked for.
    this.#drawing = requestAnimationFrame(() => {
      if (!this.#frame) return;
      this.draw(this.#frame);
      if (!this.live) this.#say(this.#rest, true);
      this.live = true;
      this.#frame = null;
      void this.backend.cameraDrawn().catch(() => undefined);
    });
  }

  #hear(event: CameraEvent): void {
    switch (event.kind) {
      case 'hint':
        if (event.hint) this.#say({ tone: 'plain', text: m.camera.hints[event.hint] }, true);
        else if (this.live) this.#say(this.#rest, false);
        break;
      case 'part':
        this.parts = true;
        this.#rest = { tone: 'good', text: m.camera.part(event.text) };
        this.#say(this.#rest, true);
        break;
      case 'unusable':
        this.#say({ tone: 'warning', text: [event.error.message, event.error.hint ?? ''].map(sentence).filter(Boolean).join(' ') }, true);
        break;
      case 'found':
        this.#say({ tone: 'good', text: m.camera.found }, true);
        break;
      case 'failed':
        this.#fail(event.error);
        break;
      case 'paused':
        // Somebody looks after all.
        if (document.visibilityState === 'visible') void this.start(this.current?.id ?? null);
        break;
    }
  }

  #fail(error: CommandError): void {
    this.#turn += 1;
    this.live = false;
    this.failure = error;
  }

  #say(word: Word, aloud: boolean): void {
    if (word.text === this.word.text) return;
    this.word = word;
    if (aloud) announce(word.text);
  }

  /** What is plugged in while the screen is shown is there; the one that was missed starts by itself. */
  async #look(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    const turn = this.#turn;
    const cameras = await this.backend.cameraList().catch(() => null);
    if (cameras === null || turn !== this.#turn) return;
    this.cameras = cameras;
    const missed = this.failure?.code === 'camera_none' || this.failure?.code === 'camera_unplugged';
    const back = cameras.find((each) => each.name === this.current?.name) ?? cameras[0];
    if (missed && back) await this.start(back.id);
  }
}
