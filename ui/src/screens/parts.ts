import { Later } from '../lib/later.svelte';

/** Parts of the first screens that nobody sees before asking for them. Like the screens they hold nothing of a vault. */
export const parts = new Later({
  signIn: () => import('../components/SignInDialog.svelte'),
  edit: () => import('../components/EditDialog.svelte'),
  remove: () => import('../components/RemoveDialog.svelte'),
  sheet: () => import('../components/ShortcutSheet.svelte'),
  unreadable: () => import('../components/UnreadableDialog.svelte'),
  discardEnrolment: () => import('../components/DiscardEnrolmentDialog.svelte'),
});

export type PartName = Parameters<typeof parts.view>[0];
