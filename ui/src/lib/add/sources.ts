import Camera from '@lucide/svelte/icons/camera';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import ScanQrCode from '@lucide/svelte/icons/scan-qr-code';
import SquareDashedMousePointer from '@lucide/svelte/icons/square-dashed-mouse-pointer';
import ImageUp from '@lucide/svelte/icons/image-up';
import Link2 from '@lucide/svelte/icons/link-2';
import TextCursorInput from '@lucide/svelte/icons/text-cursor-input';
import type { Component } from 'svelte';
import LinkForm from '../../components/LinkForm.svelte';
import ManualForm from '../../components/ManualForm.svelte';
import type { Route } from '../app.svelte';
import type { Backend } from '../backend';
import type { FoundView } from '../backend/types';
import { m } from '../messages';

/** What a panel under a tile gets. `read` shows what was found, or why nothing was. */
export type PanelProps = { busy: boolean; read: (call: (backend: Backend) => Promise<FoundView | null>) => Promise<void> };

/** A way to add an account: reads at once (null: given up), unfolds a panel, or is a screen of its own. */
export type Source = { id: string; title: string; text: string; icon: Component<{ size: number; 'aria-hidden': 'true' }> } & (
  | { read: (backend: Backend) => Promise<FoundView | null> }
  | { panel: Component<PanelProps> }
  | { go: Route }
);

/** In the order of the tiles. */
export const SOURCES: readonly Source[] = [
  { id: 'screen', title: m.screen.scanTitle, text: m.screen.scanText, icon: ScanQrCode, read: (backend) => backend.screenScan() },
  { id: 'region', title: m.screen.regionTitle, text: m.screen.regionText, icon: SquareDashedMousePointer, go: { name: 'region' } },
  { id: 'camera', title: m.camera.tileTitle, text: m.camera.tileText, icon: Camera, go: { name: 'camera' } },
  { id: 'image', title: m.add.imageTitle, text: m.add.imageText, icon: ImageUp, read: (backend) => backend.draftFromImageFile() },
  { id: 'clipboard', title: m.add.clipboardTitle, text: m.add.clipboardText, icon: ClipboardPaste, read: (backend) => backend.draftFromClipboard() },
  { id: 'link', title: m.add.linkTitle, text: m.add.linkText, icon: Link2, panel: LinkForm },
  { id: 'form', title: m.add.formTitle, text: m.add.formText, icon: TextCursorInput, panel: ManualForm },
];
