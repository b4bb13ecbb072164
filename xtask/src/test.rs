//! `cargo xtask test`: everything that CI checks, step by step.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::count::Count;
use crate::log::Log;
use crate::project;
use crate::say;
use crate::secrets;
use crate::steps::{Kind, STEPS, Session, Step};
use crate::system::Install;
use crate::trouble::Trouble;

/// How a step ended.
enum Outcome {
    Passed(Duration, Count),
    Failed(Duration, Count),
    NotReached,
}

/// Runs all steps, or those named and the ones that prepare them.
pub(crate) fn test(arguments: &[String], install: Install) -> Result<(), Trouble> {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in STEPS {
            say::note(&format!("{:<10} {}", step.name, step.about));
        }
        return Ok(());
    }
    let (specification, arguments) = specification(arguments)?;
    let steps = chosen(&arguments)?;
    let log = Log::create(project::target().join("xtask-test.log"))?;
    secrets::begin()?;
    let mut session = Session {
        log,
        install,
        specification,
    };

    let start = Instant::now();
    let mut outcomes = Vec::new();
    let mut trouble = None;
    for (number, step) in steps.iter().enumerate() {
        if trouble.is_some() {
            outcomes.push((step.name, Outcome::NotReached));
            continue;
        }
        say::heading(&format!(
            "{}/{} {}: {}",
            number + 1,
            steps.len(),
            step.name,
            step.about
        ));
        let (outcome, problem) = perform(step, &mut session)?;
        outcomes.push((step.name, outcome));
        trouble = problem.map(|problem| (step.name, problem));
    }
    let total = summary(&outcomes);
    let log = session.log.path().display();
    say::note(&format!(
        "{} in all; everything printed is in {log}",
        minutes(start.elapsed())
    ));
    match trouble {
        None => {
            say::good(&match total {
                Count { passed: 0, .. } => "all steps ok; none of them runs tests".to_owned(),
                Count { passed, failed, .. } => format!("{passed} passed, {failed} failed"),
            });
            Ok(())
        }
        Some((name, problem)) => Err(Trouble::Unmet {
            what: format!("the step {name} failed: {problem}"),
            next: format!("Only this one again: cargo xtask test {name}"),
        }),
    }
}

/// Takes `--specification PATH` out of the arguments.
fn specification(arguments: &[String]) -> Result<(Option<PathBuf>, Vec<String>), Trouble> {
    let Some(at) = arguments.iter().position(|a| a == "--specification") else {
        return Ok((None, arguments.to_vec()));
    };
    let missing = || Trouble::Usage("--specification needs the path of a file".to_owned());
    let path = PathBuf::from(arguments.get(at + 1).ok_or_else(missing)?);
    // The tests have another working directory.
    let path = path.canonicalize().map_err(|_| missing())?;
    let rest = [&arguments[..at], &arguments[at + 2..]].concat();
    Ok((Some(path), rest))
}

/// The steps to run. The order stays.
fn chosen(names: &[String]) -> Result<Vec<&'static Step>, Trouble> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(Trouble::Usage(format!(
            "there is no step {unknown:?}; the steps are {}",
            known.join(", ")
        )));
    }
    let wanted = |step: &&Step| {
        names.is_empty()
            || step.kind == Kind::Prepares
            || names.iter().any(|name| name == step.name)
    };
    Ok(STEPS.iter().filter(wanted).collect())
}

fn perform(step: &Step, session: &mut Session) -> Result<(Outcome, Option<Trouble>), Trouble> {
    let start = Instant::now();
    let position = session.log.position()?;
    let result = (step.work)(session);
    let count = Count::of(&session.log.text_from(position)?);
    let result = result.and_then(|()| match step.kind {
        Kind::Tests if count.passed == 0 => Err(Trouble::Unmet {
            what: "no test ran".to_owned(),
            next: "A step without a test shows nothing".to_owned(),
        }),
        _ => Ok(()),
    });
    let took = start.elapsed();
    Ok(match result {
        Ok(()) => {
            say::good(&format!("   {} ok, {}", step.name, minutes(took)));
            (Outcome::Passed(took, count), None)
        }
        Err(problem) => (Outcome::Failed(took, count), Some(problem)),
    })
}

/// Prints the table and adds up the counts.
fn summary(outcomes: &[(&str, Outcome)]) -> Count {
    say::heading("Summary");
    let mut total = Count::default();
    for (name, outcome) in outcomes {
        let (result, took, count) = match outcome {
            Outcome::Passed(took, count) => ("ok", minutes(*took), *count),
            Outcome::Failed(took, count) => ("FAILED", minutes(*took), *count),
            Outcome::NotReached => ("not run", String::new(), Count::default()),
        };
        total.add(Some(count));
        let tests = match count {
            Count {
                passed: 0,
                failed: 0,
                ..
            } => String::new(),
            Count {
                passed,
                failed,
                skipped: 0,
            } => format!("{passed} passed, {failed} failed"),
            Count {
                passed,
                failed,
                skipped,
            } => {
                format!("{passed} passed, {failed} failed, {skipped} left out")
            }
        };
        say::note(&format!("{name:<10} {result:<8} {took:>10}   {tests}"));
    }
    total
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Vec<&'static str> {
        let arguments: Vec<_> = arguments.iter().map(|name| (*name).to_owned()).collect();
        chosen(&arguments)
            .unwrap()
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn all_steps_run_when_none_is_named() {
        assert_eq!(names(&[]).len(), STEPS.len());
    }

    #[test]
    fn a_named_step_runs_after_those_that_prepare_it() {
        assert_eq!(
            names(&["clippy", "format"]),
            ["packages", "tools", "npm", "format", "ui-build", "clippy"]
        );
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_known_ones() {
        let Err(Trouble::Usage(text)) = chosen(&["clipy".to_owned()]) else {
            panic!("a step that does not exist was taken");
        };
        assert!(text.contains("clipy") && text.contains("clippy"), "{text}");
    }

    #[test]
    fn the_description_is_named_among_the_steps() {
        let given = ["clippy", "--specification", "Cargo.toml", "test"].map(str::to_owned);
        let (path, rest) = specification(&given).unwrap();
        assert!(path.is_some_and(|path| path.is_absolute()));
        assert_eq!(rest, ["clippy", "test"]);
        for given in [&["--specification"][..], &["--specification", "not there"]] {
            let given: Vec<_> = given.iter().map(|word| (*word).to_owned()).collect();
            assert!(matches!(specification(&given), Err(Trouble::Usage(_))));
        }
    }
}
