//! The running program's processes and their memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

/// The program and the processes of its web view, by their process ids.
pub struct Processes {
    all: Vec<(u32, String)>,
}

/// A secret to look for, by its name and in one of its forms.
pub struct Needle {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How often each needle was found, by its name.
pub type Found = BTreeMap<String, usize>;

impl Processes {
    /// Those of the process group that a driver leads.
    pub fn of_group(leader: u32) -> Self {
        let mut all = Vec::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
                continue;
            };
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            // The name stands in brackets and may hold any character; the group is the third field behind it.
            let Some((name, fields)) = stat
                .split_once('(')
                .and_then(|(_, rest)| rest.rsplit_once(')'))
            else {
                continue;
            };
            if fields.split_whitespace().nth(2) == Some(&leader.to_string()) {
                all.push((pid, name.to_owned()));
            }
        }
        Self { all }
    }

    fn named(&self, start: &str) -> u32 {
        let mut found = self.all.iter().filter(|(_, name)| name.starts_with(start));
        let (pid, _) = found
            .next()
            .unwrap_or_else(|| panic!("{start} runs: {:?}", self.all));
        assert!(found.next().is_none(), "one {start}: {:?}", self.all);
        *pid
    }

    /// The program itself.
    pub fn app(&self) -> u32 {
        self.named("deskfob")
    }

    /// The process that runs the page.
    pub fn page(&self) -> u32 {
        self.named("WebKitWebProc")
    }

    /// The process that WebKit uses for the network.
    pub fn network(&self) -> u32 {
        self.named("WebKitNetwork")
    }

    /// Ends WebKit's own drivers; the program goes on.
    pub fn end_drivers(&self) {
        for (pid, name) in &self.all {
            if name == "WebKitWebDriver" {
                let _ = Command::new("kill")
                    .args(["-KILL", &pid.to_string()])
                    .status();
            }
        }
    }

    /// Where the program waits for a driver.
    pub fn inspector(&self) -> String {
        let environment = readable(self.app(), "environ", |path| std::fs::read(path));
        let address = environment
            .split(|byte| *byte == 0)
            .find_map(|entry| entry.strip_prefix(b"WEBKIT_INSPECTOR_SERVER="))
            .expect("a driver started the program");
        String::from_utf8(address.to_vec()).unwrap()
    }
}

/// Looks for `needles` in all memory that the process can write.
pub fn scan(pid: u32, needles: &[Needle]) -> Found {
    let mut search = Search::of(pid, needles);
    let maps = readable(pid, "maps", |path| std::fs::read_to_string(path));
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        if rights.starts_with("rw") {
            let (from, to) = range.split_once('-').unwrap();
            let address = |text| u64::from_str_radix(text, 16).unwrap();
            search.region(address(from), address(to), fields.last().unwrap_or(""));
        }
    }
    search.found
}

const PAGE: u64 = 4096;
/// Pages that are read at once.
const STRETCH: u64 = 256;
/// Of an entry of `/proc/PID/pagemap`: the page is in memory, or in swap.
const THERE: u64 = 0b11 << 62;

/// One pass through a process's memory.
struct Search<'a> {
    pid: u32,
    memory: File,
    pages: File,
    /// Needles by their first two bytes, so that most places are passed with one look.
    starts: Vec<Vec<&'a Needle>>,
    longest: usize,
    found: Found,
    /// Prints each place.
    tells: bool,
}

impl<'a> Search<'a> {
    fn of(pid: u32, needles: &'a [Needle]) -> Self {
        let mut starts = vec![Vec::new(); 1 << 16];
        for needle in needles {
            starts[start(needle.bytes[0], needle.bytes[1])].push(needle);
        }
        Self {
            pid,
            memory: readable(pid, "mem", |path| File::open(path)),
            pages: readable(pid, "pagemap", |path| File::open(path)),
            starts,
            longest: needles
                .iter()
                .map(|needle| needle.bytes.len())
                .max()
                .unwrap(),
            found: Found::new(),
            tells: std::env::var_os("DESKFOB_MEMORY_PLACES").is_some(),
        }
    }

    /// Allocators reserve hundreds of gigabytes; only what is there is read.
    fn region(&mut self, from: u64, to: u64, name: &str) {
        let mut carried = Vec::new();
        let mut entries = vec![0; usize::try_from(STRETCH * 8).unwrap()];
        let mut at = from;
        while at < to {
            let pages = ((to - at) / PAGE).min(STRETCH);
            let entries = &mut entries[..usize::try_from(pages * 8).unwrap()];
            let size = usize::try_from(pages * PAGE).unwrap();
            let mut bytes = vec![0; size];
            // A mapping may go away meanwhile, and a device's memory cannot be read.
            let there = self.pages.read_exact_at(entries, at / PAGE * 8).is_ok()
                && entries
                    .chunks_exact(8)
                    .any(|entry| u64::from_ne_bytes(entry.try_into().unwrap()) & THERE != 0)
                && self.memory.read_exact_at(&mut bytes, at).is_ok();
            if there {
                self.stretch(&mut carried, &bytes, at, name);
            } else {
                carried.clear();
            }
            at += pages * PAGE;
        }
    }

    /// `carried` has the end of the stretch before, for what lies across both.
    fn stretch(&mut self, carried: &mut Vec<u8>, bytes: &[u8], at: u64, name: &str) {
        let before = carried.len();
        carried.extend_from_slice(bytes);
        for (offset, pair) in carried.windows(2).enumerate() {
            for needle in &self.starts[start(pair[0], pair[1])] {
                let end = offset + needle.bytes.len();
                // What lies wholly in what was carried over was counted before.
                if end <= before || !carried[offset..].starts_with(&needle.bytes) {
                    continue;
                }
                *self.found.entry(needle.name.clone()).or_insert(0) += 1;
                if self.tells {
                    let address = at + offset as u64 - before as u64;
                    let near = &carried[offset.saturating_sub(64)..(end + 64).min(carried.len())];
                    println!("  {}: {} at {address:x} {name}", self.pid, needle.name);
                    println!("    {}", near.escape_ascii());
                }
            }
        }
        carried.drain(..carried.len().saturating_sub(self.longest - 1));
    }
}

fn start(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

fn readable<T>(pid: u32, file: &str, read: impl FnOnce(&Path) -> std::io::Result<T>) -> T {
    let path = format!("/proc/{pid}/{file}");
    read(Path::new(&path)).unwrap_or_else(|error| {
        panic!(
            "{path} cannot be read ({error}), so nothing is shown about the memory. Run the test as the user that \
             starts the program, with kernel.yama.ptrace_scope at 0 or 1, or as root"
        )
    })
}
