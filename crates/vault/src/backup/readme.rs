//! What a person finds who opens a backup with something else than Deskfob.

pub(super) const NAME: &str = "READ ME.txt";

pub(super) const TEXT: &str = "\
This is a backup of a Deskfob vault. It is encrypted: only the vault's passwords, its recovery kit or the
keyring of the machine it comes from open it, as they were when it was made.

To restore it, open Deskfob, choose Backups, then Restore, and this file. In a terminal:

    fob vault restore FILE

By hand, on a machine without a vault: put vault.key and vault.db into an empty folder that nobody else can
write, and open that folder with: fob --home FOLDER list

vault.key  the key slots, each wrapping the vault key
vault.db   everything else: a SQLCipher 4 database under the vault key

Both formats are described in Deskfob's docs/vault-format.md.
";
