import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'settingsGet' | 'settingsSet' | 'backupChooseFolder' | 'backupDefaultFolder' | 'historyList' | 'activity'>;

export const DEFAULT_FOLDER = '/home/ada/.local/share/deskfob/backups';

export function settingsMethods({ keeping, query, emit, now }: FakeContext): Methods {
  const folder = (backupFolder: string, backupFolderIsDefault: boolean) => {
    keeping.settings = { ...keeping.settings, backupFolder, backupFolderIsDefault };
    keeping.note('settings_changed', 'backups', now());
    emit({ kind: 'settings_changed' });
    emit({ kind: 'backups_changed' });
    return keeping.settings;
  };
  return {
    settingsGet: async () => keeping.settings,
    settingsSet: async (change) => {
      const given = Object.entries(change).filter(([, value]) => value !== undefined && value !== null);
      keeping.settings = { ...keeping.settings, ...Object.fromEntries(given) };
      keeping.note('settings_changed', '', now());
      emit({ kind: 'settings_changed' });
      return keeping.settings;
    },
    backupChooseFolder: async () => {
      if (query.get('folder') === 'closed') return null;
      if (query.get('folder') === 'unwritable') {
        throw error('backup_folder_unusable', 'the backup folder /media/usb/Deskfob cannot be used: Permission denied', "check the folder's permissions, or choose another folder");
      }
      return folder('/home/ada/Nextcloud/Deskfob backups', false);
    },
    backupDefaultFolder: async () => folder(DEFAULT_FOLDER, true),
    historyList: async (before, limit) =>
      keeping.history.filter((each) => before === null || each.id < before).slice(0, limit),
    activity: async () => {
      // How often the page reported, for a test to read.
      const { dataset } = document.documentElement;
      dataset.fakeActivity = String(Number(dataset.fakeActivity ?? 0) + 1);
    },
  };
}
