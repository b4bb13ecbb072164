import type { BackupDifference, LabelView } from '../backend/types';
import { m } from '../messages';

/** An entry by its names, as a row of a list says it. */
export function labelText({ issuer, account }: LabelView): string {
  return [issuer, account].filter(Boolean).join(' · ') || m.codes.noIssuer;
}

/** What a backup and the vault have in common and what not, in one line; parts that are nothing are left out. */
export function differenceText({ onlyInBackup, onlyInVault, changed, same }: BackupDifference): string {
  const parts = [
    onlyInBackup.length > 0 && m.restore.onlyInBackup(onlyInBackup.length),
    onlyInVault.length > 0 && m.restore.onlyInVault(onlyInVault.length),
    changed.length > 0 && m.restore.changed(changed.length),
  ].filter((part) => part !== false);
  return parts.length === 0 ? m.restore.nothingDiffers(same) : [...parts, m.restore.same(same)].join(' · ');
}

/** What putting everything back costs; null when nothing of the vault would be lost. */
export function lossText({ onlyInVault, changed }: BackupDifference): string | null {
  const parts = [
    onlyInVault.length > 0 && m.restore.wouldGo(onlyInVault.length),
    changed.length > 0 && m.restore.wouldChange(changed.length),
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join(' ');
}
